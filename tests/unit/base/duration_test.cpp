// SPDX-License-Identifier: Apache-2.0
#include "base/duration.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace fleet {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST(ParseDuration, ReadsWhatGoReads) {
  auto reads = [](std::string_view text, nanoseconds want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    std::string problem = "dirty";
    const auto got = parse_duration(text, problem);
    ASSERT_TRUE(got) << text << ": " << problem;
    EXPECT_EQ(got->count(), want.count()) << text;
    EXPECT_EQ(problem, "");
  };
  reads("15s", 15s);
  reads("500ms", 500ms);
  reads("1m30s", 90s);
  reads("1h", 1h);
  reads("1.5h", 90min);
  reads("1h0m0s", 1h);
  reads("30s1m", 90s);
  reads(".5s", 500ms);
  reads("5.s", 5s);
  reads("+5s", 5s);
  reads("-1.5s", -1500ms);
  reads("0", 0s);
  reads("-0", 0s);
  reads("0s", 0s);
  reads("1us", 1us);
  reads("1\u00b5s", 1us);
  reads("1\u03bcs", 1us);
  reads("7ns", 7ns);
  reads("0.9ns", 0ns);
  reads("0.000000001s", 1ns);
  reads("0.100000000000000000000h", 6min);
  reads("0.333333333333333333h", 1199999999999ns);
  reads("9223372036854775807ns", nanoseconds::max());
  reads("2540400h10m10s", 2540400h + 10min + 10s);
}

TEST(ParseDuration, SaysWhatIsWrong) {
  auto refuses = [](std::string_view text, std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    std::string problem = "dirty";
    EXPECT_FALSE(parse_duration(text, problem)) << text;
    EXPECT_EQ(problem, want) << text;
  };
  refuses("", "a number must come first");
  refuses("s", "a number must come first");
  refuses(".s", "a number must come first");
  refuses("-", "a number must come first");
  refuses("--5s", "a number must come first");
  refuses(" 5s", "a number must come first");
  refuses("15", "the unit is missing");
  refuses("1.5", "the unit is missing");
  refuses("1m30", "the unit is missing");
  refuses("5s ", "unknown unit \"s \"");
  refuses("5x", "unknown unit \"x\"");
  refuses("5S", "unknown unit \"S\"");
  refuses("1d", "unknown unit \"d\"");
  refuses("1..5s", "the unit is missing");
  refuses("9223372036854775808ns", "too long");
  refuses("99999999999999999999s", "too long");
  refuses("2562048h", "too long");
  refuses("2562047h48m", "too long");
}

TEST(FormatDuration, WritesTheShortestTextThatReadsBack) {
  auto writes = [](nanoseconds value, std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const std::string text = format_duration(value);
    EXPECT_EQ(text, want);
    std::string problem;
    const auto back = parse_duration(text, problem);
    ASSERT_TRUE(back) << problem;
    EXPECT_EQ(back->count(), value.count());
  };
  writes(0s, "0s");
  writes(1ns, "1ns");
  writes(1500ns, "1.5us");
  writes(500ms, "500ms");
  writes(1500ms, "1.5s");
  writes(2s, "2s");
  writes(90s, "1m30s");
  writes(1h, "1h");
  writes(1h + 1ms, "1h1ms");
  writes(1h + 1s + 10ms, "1h1.01s");
  writes(-90s, "-1m30s");
  writes(nanoseconds::max(), "2562047h47m16.854775807s");
}

TEST(FormatDuration, HasTextForTheMostNegativeValue) {
  EXPECT_EQ(format_duration(nanoseconds::min()), "-2562047h47m16.854775808s");
}

}  // namespace
}  // namespace fleet
