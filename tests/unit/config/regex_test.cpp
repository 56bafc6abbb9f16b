// SPDX-License-Identifier: Apache-2.0
#include "config/regex.h"

#include <chrono>

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(Regex, IsFoundAnywhereInAText) {
  EXPECT_TRUE(Regex(".*").matches(""));
  EXPECT_TRUE(Regex("").matches("a"));
  EXPECT_TRUE(Regex("b+").matches("abbc"));
  EXPECT_FALSE(Regex("^b").matches("ab"));
  EXPECT_TRUE(Regex("^(idx|old):[^:]+$").matches("old:a"));
  EXPECT_FALSE(Regex("^(idx|old):[^:]+$").matches("old:a:b"));
  EXPECT_TRUE(Regex("(?i)ORDERS").matches("my_orders"));
  EXPECT_TRUE(Regex("^\\p{L}+$").matches("straße"));
}

TEST(Regex, SaysWhatIsWrong) {
  EXPECT_EQ(Regex::problem("a|(b)\\d{2}"), "");
  EXPECT_EQ(Regex::problem("(a"),
            "no regular expression: missing ): (a; accepted: one as Go and "
            "RE2 write it, such as ^orders or ^(a|b)$");
  for (const char* pattern : {"*", "[a", "a{2000}", "(a)\\1", "(?=a)", "\\", "\xff"})
    EXPECT_NE(Regex::problem(pattern), "") << pattern;
  EXPECT_NE(Regex::problem("((a{100}){100}){100}"), "");
  EXPECT_FALSE(Regex("(a").matches("(a"));
}

TEST(Regex, TakesTimeThatGrowsWithTheText) {
  const Regex nested("^(a+)+$");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(nested.matches(std::string(100'000, 'a') + "b"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

}  // namespace
}  // namespace fleet
