// SPDX-License-Identifier: Apache-2.0
#include "resp/info.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "support/exact_buffer.h"

namespace fleet {
namespace {

using test::ExactBuffer;

TEST(Info, FindsFieldsByName) {
  const ExactBuffer text(
      "# Server\r\nredis_version:7.2.4\r\nempty:\r\n\r\n# Memory\r\nused_memory:42\r\n");
  const Info info(text.view());
  EXPECT_EQ(info.find("redis_version"), "7.2.4");
  EXPECT_EQ(info.find("empty"), "");
  EXPECT_EQ(info.find("used_memory"), "42");
  EXPECT_EQ(info.find("used_memor"), std::nullopt);
  EXPECT_EQ(info.find("used_memory_"), std::nullopt);
  EXPECT_EQ(info.find(""), std::nullopt);
  EXPECT_EQ(info.text("nothing"), "");
  EXPECT_FALSE(info.truncated());
}

TEST(Info, ReadsTextsOfAnyShape) {
  const auto lines = [](std::string_view text) {
    const ExactBuffer exact(text);
    return Info(exact.view()).lines().size();
  };
  EXPECT_EQ(lines(""), 0u);
  EXPECT_EQ(lines("\r\n"), 0u);
  EXPECT_EQ(lines("#"), 0u);
  EXPECT_EQ(lines("# "), 0u);
  EXPECT_EQ(lines("no colon"), 0u);
  EXPECT_EQ(lines(":value"), 0u);
  EXPECT_EQ(lines("a:1"), 1u);
  EXPECT_EQ(lines("a:1\nb:2"), 2u);
  EXPECT_EQ(lines("a:1\r\nb:2\r"), 2u);
  EXPECT_EQ(lines(std::string_view("a\0b:1\r\n", 7)), 1u);
}

TEST(Info, TakesTheFirstOfTwoFields) { EXPECT_EQ(Info("a:1\r\na:2\r\n").find("a"), "1"); }

TEST(Info, ValuesMayHoldColons) {
  EXPECT_EQ(Info("address:10.0.0.1:6379\r\n").find("address"), "10.0.0.1:6379");
}

TEST(Info, KnowsNumbers) {
  auto is = [](std::string_view value, double want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const ExactBuffer exact(value);
    const auto got = Info::number_in(exact.view());
    ASSERT_TRUE(got) << value;
    EXPECT_EQ(*got, want) << value;
  };
  is("0", 0);
  is("-1", -1);
  is("1.25", 1.25);
  is("18446744073709551615", 18446744073709551615.0);
  is("98.37%", 98.37);
  is("-0.5%", -0.5);
  is("ok", 1);
  is("true", 1);
  is("err", 0);
  is("fail", 0);
  is("false", 0);
  is("inf", HUGE_VAL);
  for (const std::string_view value :
       {"", "%", "ten", "1x", "1 ", " 1", "0x10", "1,5", "OK", "-", "00aa", "up", "keys=1"})
    EXPECT_FALSE(Info::number_in(value)) << value;
  EXPECT_EQ(Info("a:5\r\n").number("a"), 5);
  EXPECT_EQ(Info("a:5\r\n").number("b"), std::nullopt);
}

TEST(Info, GivesTheLinesOfASection) {
  const Info info("x:0\r\n# One\r\na:1\r\nb:2\r\n\r\n# Two\r\n# Three\r\nc:3\r\n");
  ASSERT_EQ(info.section("One").size(), 2u);
  EXPECT_EQ(info.section("One")[1].key, "b");
  EXPECT_EQ(info.section("one")[0].value, "1");
  EXPECT_TRUE(info.section("Two").empty());
  EXPECT_EQ(info.section("Three").size(), 1u);
  EXPECT_TRUE(info.section("Four").empty());
  EXPECT_TRUE(info.has_section("two"));
  EXPECT_FALSE(info.has_section("Four"));
  EXPECT_EQ(info.lines().size(), 4u);
}

TEST(Info, RowsAreNotFields) {
  const Info info(
      "# Commandstats\r\ncmdstat_get:calls=1\r\n# Errorstats\r\nerrorstat_ERR:count=1\r\n"
      "# Latencystats\r\nlatency_percentiles_usec_get:p50=1\r\n# Stats\r\nhits:1\r\n");
  EXPECT_EQ(info.find("cmdstat_get"), std::nullopt);
  EXPECT_EQ(info.find("errorstat_ERR"), std::nullopt);
  EXPECT_EQ(info.find("latency_percentiles_usec_get"), std::nullopt);
  EXPECT_EQ(info.find("hits"), "1");
  EXPECT_EQ(info.section("Commandstats").size(), 1u);
}

TEST(Info, StopsReadingALyingServersText) {
  std::string fields, lines;
  for (std::size_t i = 0; i <= Info::kMaxFields; ++i) fields += "f" + std::to_string(i) + ":1\n";
  const Info many(fields);
  EXPECT_TRUE(many.truncated());
  EXPECT_EQ(many.find("f0"), "1");
  EXPECT_EQ(many.find("f" + std::to_string(Info::kMaxFields - 1)), "1");
  EXPECT_EQ(many.find("f" + std::to_string(Info::kMaxFields)), std::nullopt);

  lines = "# Commandstats\n";
  for (std::size_t i = 0; i <= Info::kMaxLines; ++i) lines += "c:calls=1\n";
  const Info long_one(lines);
  EXPECT_TRUE(long_one.truncated());
  EXPECT_EQ(long_one.lines().size(), Info::kMaxLines);
}

TEST(Column, FindsAValueInARow) {
  const ExactBuffer row("calls=3,usec=14,usec_per_call=4.67,empty=");
  EXPECT_EQ(column(row.view(), "calls"), "3");
  EXPECT_EQ(column(row.view(), "usec"), "14");
  EXPECT_EQ(column(row.view(), "usec_per_call"), "4.67");
  EXPECT_EQ(column(row.view(), "empty"), "");
  EXPECT_EQ(column(row.view(), "call"), std::nullopt);
  EXPECT_EQ(column(row.view(), ""), std::nullopt);
  EXPECT_EQ(column("", "calls"), std::nullopt);
  EXPECT_EQ(column("id=1 addr=a:1", "addr", ' '), "a:1");
}

}  // namespace
TEST(Info, StopsWhereFieldsAreMadeToCollide) {
  // Same length, head, middle and tail: the index cannot tell them apart.
  std::string text;
  for (int i = 10000000; i < 10002000; ++i)
    text += "headhead" + std::to_string(i) + "middledl" + std::to_string(i) + "tailtail:1\r\n";
  const Info info(text);
  EXPECT_TRUE(info.truncated());
  EXPECT_EQ(info.text("headhead10000000middledl10000000tailtail"), "1");
  EXPECT_EQ(info.text("headhead10001999middledl10001999tailtail"), "");
}

}  // namespace fleet
