// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <cmath>

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(ParseNumber, TakesOnlyWholeTexts) {
  EXPECT_EQ(parse_number("7"), 7);
  EXPECT_EQ(parse_number("-1.5"), -1.5);
  EXPECT_EQ(parse_number("1e3"), 1000);
  // Short decimals take a way of their own: the nearest double all the same.
  EXPECT_EQ(parse_number("0.1"), 0.1);
  EXPECT_EQ(parse_number("95.22"), 95.22);
  EXPECT_EQ(parse_number("0.0000000000003"), 0.0000000000003);
  EXPECT_EQ(parse_number("12345678901.234"), 12345678901.234);
  EXPECT_EQ(parse_number("123456789012.345678"), 123456789012.345678);
  EXPECT_EQ(parse_number("999999999999999"), 999999999999999);
  EXPECT_EQ(parse_number("1."), 1);
  EXPECT_EQ(parse_number(".5"), 0.5);
  for (const std::string_view text : {".", "1.2.3", "1..2", "1.x", "..", "1.2 "})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  EXPECT_EQ(parse_number("inf"), HUGE_VAL);
  ASSERT_TRUE(parse_number("-nan"));
  EXPECT_TRUE(std::isnan(*parse_number("-nan")));
  for (const std::string_view text : {"", " ", "1 ", " 1", "1x", "x", "0x1", "--1", "1,5"})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
}

TEST(ParseInteger, TakesOnlyWhatFits64Bits) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  for (const std::string_view text : {"", "9223372036854775808", "1.0", "1e3", " 1", "1 ", "-"})
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
}

TEST(TakeUntil, TakesPartsAwayOneByOne) {
  std::string_view rest = "a,,b";
  EXPECT_EQ(take_until(rest, ','), "a");
  EXPECT_EQ(rest, ",b");
  EXPECT_EQ(take_until(rest, ','), "");
  EXPECT_EQ(take_until(rest, ','), "b");
  EXPECT_EQ(rest, "");
  EXPECT_EQ(take_until(rest, ','), "");
}

TEST(EqualIgnoringCase, ComparesAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_case("Commandstats", "COMMANDSTATS"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
}

TEST(ParsePort, TakesWhatAPortCanBe) {
  EXPECT_EQ(parse_port("0"), 0);
  EXPECT_EQ(parse_port("65535"), 65535);
  for (const std::string_view text : {"", "65536", "-1", "1x", " 1", "1.0"})
    EXPECT_EQ(parse_port(text), -1) << text;
}

TEST(ParseId, TakesLettersAndDigits) {
  EXPECT_EQ(parse_id("07c37dfeb235213a872192d90877d0cd55635b91"),
            "07c37dfeb235213a872192d90877d0cd55635b91");
  for (const std::string& text : {std::string(), std::string("-"), std::string("a b"),
                                  std::string("a\n"), std::string(65, 'a')})
    EXPECT_EQ(parse_id(text), "") << text;
}

}  // namespace
}  // namespace fleet
