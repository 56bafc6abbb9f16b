// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_writer.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace fleet {
namespace {

using Part = SampleSet::Part;
using Block = TextWriter::Block;

constexpr Metric kUp = gauge("redis_up", "Whether it is \"up\".");
constexpr Metric kKeys = gauge("redis_db_keys", "Keys.", "db");
constexpr Metric kCalls = counter("redis_calls_total", "Calls.", "cmd");
constexpr Metric kTime = legacy(Type::histogram, "redis_time", "Time.", "cmd");
constexpr Metric kQuantiles = legacy(Type::summary, "redis_quantiles", "Quantiles.", "cmd");
constexpr Metric kUnused = gauge("redis_unused", "Never emitted.");

Catalogue filled() {
  Catalogue catalogue;
  for (const Metric* metric : {&kUp, &kKeys, &kUnused, &kCalls, &kTime, &kQuantiles})
    catalogue.declare(*metric);
  return catalogue;
}

class Writing : public testing::Test {
 protected:
  static std::string whole(TextWriter writer) {
    std::string text;
    EXPECT_FALSE(writer.write(text, std::numeric_limits<std::size_t>::max()));
    return text;
  }
  std::string page(const std::string& labels = "", const std::string& name_space = "redis",
                   const NameFilter& filter = {}) const {
    return whole(TextWriter(name_space, {Block{&samples_, labels}}, filter));
  }

  const Catalogue catalogue_ = filled();
  SampleSet samples_{catalogue_};
};

TEST(AppendNumber, IsTheShortestTextThatReadsBack) {
  auto writes = [](double value, std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    std::string text = "x";
    append_number(text, value);
    EXPECT_EQ(text, "x" + std::string(want));
  };
  using Limits = std::numeric_limits<double>;
  writes(0, "0");
  writes(-0.0, "-0");
  writes(1, "1");
  writes(-17, "-17");
  writes(0.1, "0.1");
  writes(1.0 / 3, "0.3333333333333333");
  writes(0.30000000000000004, "0.30000000000000004");
  writes(1e6, "1000000");
  writes(1700000000.5, "1700000000.5");
  writes(9007199254740992.0, "9007199254740992");
  writes(-9007199254740992.0, "-9007199254740992");
  writes(9007199254740994.0, "9007199254740994");
  writes(10000000000000002.0, "10000000000000002");
  writes(18446744073709551615.0, "18446744073709551616");
  writes(1e23, "1e+23");
  writes(0.000001, "0.000001");
  writes(-0.25, "-0.25");
  writes(123456.789012, "123456.789012");
  writes(1.0000001, "1.0000001");
  writes(1e-7, "1e-07");
  writes(5e-324, "5e-324");
  writes(Limits::max(), "1.7976931348623157e+308");
  writes(-Limits::min(), "-2.2250738585072014e-308");
  writes(Limits::infinity(), "+Inf");
  writes(-Limits::infinity(), "-Inf");
  writes(Limits::quiet_NaN(), "NaN");
  writes(-Limits::quiet_NaN(), "NaN");
}

TEST(AppendFamilyHeader, IsTwoLines) {
  std::string text = "before\n";
  append_family_header(text, "a_b", "With \"quotes\".", "counter");
  EXPECT_EQ(text, "before\n# HELP a_b With \"quotes\".\n# TYPE a_b counter\n");
}

TEST_F(Writing, AFamilyHasItsHeaderOnceAndItsSamplesInOrder) {
  samples_.add(kCalls, {{"cmd", "get"}}, 7);
  samples_.add(kUp, 1);
  samples_.add(kCalls, {{"cmd", "set"}}, 0.5);
  EXPECT_EQ(page(),
            "# HELP redis_up Whether it is \"up\".\n# TYPE redis_up gauge\nredis_up 1\n"
            "# HELP redis_calls_total Calls.\n# TYPE redis_calls_total counter\n"
            "redis_calls_total{cmd=\"get\"} 7\nredis_calls_total{cmd=\"set\"} 0.5\n");
}

TEST_F(Writing, PartsOfAHistogramAndASummaryHaveTheirSuffixes) {
  const auto get = samples_.labels({{"cmd", "get"}});
  samples_.add(kTime, samples_.labels(get, {"le", "1"}), 2, Part::bucket);
  samples_.add(kTime, samples_.labels(get, {"le", "+Inf"}), 3, Part::bucket);
  samples_.add(kTime, get, 4.5, Part::sum);
  samples_.add(kTime, get, 3, Part::count);
  samples_.add(kQuantiles, samples_.labels(get, {"quantile", "99.9"}), 9);
  samples_.add(kQuantiles, get, 3, Part::count);
  EXPECT_EQ(page(),
            "# HELP redis_time Time.\n# TYPE redis_time histogram\n"
            "redis_time_bucket{cmd=\"get\",le=\"1\"} 2\n"
            "redis_time_bucket{cmd=\"get\",le=\"+Inf\"} 3\n"
            "redis_time_sum{cmd=\"get\"} 4.5\nredis_time_count{cmd=\"get\"} 3\n"
            "# HELP redis_quantiles Quantiles.\n# TYPE redis_quantiles summary\n"
            "redis_quantiles{cmd=\"get\",quantile=\"99.9\"} 9\n"
            "redis_quantiles_count{cmd=\"get\"} 3\n");
}

TEST_F(Writing, ATailStandsBehindTheLabelsThatItsNeighboursShare) {
  const auto get = samples_.labels({{"cmd", "get"}}), set = samples_.labels({{"cmd", "set"}});
  const auto one = samples_.labels({{"le", "1"}}), all = samples_.labels({{"le", "+Inf"}});
  for (const auto& cmd : {get, set}) {
    samples_.add(kTime, cmd, one, 2, Part::bucket);
    samples_.add(kTime, cmd, all, 3, Part::bucket);
    samples_.add(kTime, cmd, 3, Part::count);
  }
  samples_.add(kUp, {}, one, 0);
  samples_.add(kUp, 1);
  samples_.add(kUp, {}, all, 2);
  const std::string bare = page();
  EXPECT_NE(bare.find("\nredis_up{le=\"1\"} 0\nredis_up 1\nredis_up{le=\"+Inf\"} 2\n"),
            std::string::npos)
      << bare;
  EXPECT_NE(bare.find("\nredis_time_bucket{cmd=\"get\",le=\"1\"} 2\n"
                      "redis_time_bucket{cmd=\"get\",le=\"+Inf\"} 3\n"
                      "redis_time_count{cmd=\"get\"} 3\n"
                      "redis_time_bucket{cmd=\"set\",le=\"1\"} 2\n"
                      "redis_time_bucket{cmd=\"set\",le=\"+Inf\"} 3\n"
                      "redis_time_count{cmd=\"set\"} 3\n"),
            std::string::npos)
      << bare;
  const std::string labelled = page("a=\"b\"");
  EXPECT_NE(labelled.find("\nredis_up{a=\"b\",le=\"1\"} 0\nredis_up{a=\"b\"} 1\n"),
            std::string::npos)
      << labelled;
  EXPECT_NE(labelled.find("\nredis_time_bucket{a=\"b\",cmd=\"set\",le=\"+Inf\"} 3\n"),
            std::string::npos)
      << labelled;
}

TEST_F(Writing, LabelValuesAreEscaped) {
  samples_.add(kKeys, {{"db", "a\"b\\c\nd"}}, 1);
  EXPECT_NE(page().find("redis_db_keys{db=\"a\\\"b\\\\c\\nd\"} 1\n"), std::string::npos) << page();
}

TEST_F(Writing, ABlocksLabelsStandInFront) {
  samples_.add(kUp, 1);
  samples_.add(kKeys, {{"db", "0"}}, 2);
  const std::string text = page("instance=\"a:1\"");
  EXPECT_NE(text.find("\nredis_up{instance=\"a:1\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nredis_db_keys{instance=\"a:1\",db=\"0\"} 2\n"), std::string::npos) << text;
}

TEST_F(Writing, TheNameSpaceTakesThePlaceOfRedis) {
  samples_.add(kUp, 1);
  EXPECT_EQ(page("", "fleet"),
            "# HELP fleet_up Whether it is \"up\".\n# TYPE fleet_up gauge\nfleet_up 1\n");
  EXPECT_EQ(page("", ""), "# HELP up Whether it is \"up\".\n# TYPE up gauge\nup 1\n");
}

TEST_F(Writing, TheFilterTakesNamesAsTheyAreWritten) {
  samples_.add(kUp, 1);
  samples_.add(kCalls, {{"cmd", "get"}}, 7);
  samples_.add(kTime, samples_.labels({{"cmd", "get"}}), 3, Part::count);
  auto takes = [this](const std::vector<std::string>& names, const std::string& name_space,
                      std::size_t families, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const std::string text = page("", name_space, NameFilter{names});
    std::size_t headers = 0;
    for (std::size_t at = text.find("# TYPE"); at != std::string::npos;
         at = text.find("# TYPE", at + 1))
      ++headers;
    EXPECT_EQ(headers, families) << text;
  };
  takes({}, "redis", 3);
  takes({"redis_up"}, "redis", 1);
  takes({"redis_up", "redis_calls_total", "redis_up"}, "redis", 2);
  takes({"redis_time"}, "redis", 1);
  takes({"redis_time_count"}, "redis", 0);  // a family, not a series
  takes({"redis_u", "redis_upp", "REDIS_UP", ""}, "redis", 0);
  takes({"redis_up"}, "fleet", 0);
  takes({"fleet_up"}, "fleet", 1);
  takes({"up"}, "", 1);
}

TEST_F(Writing, ManyBlocksShareAFamily) {
  samples_.add(kUp, 1);
  samples_.add(kKeys, {{"db", "0"}}, 5);
  SampleSet second(catalogue_);
  second.add(kUp, 0);
  const SampleSet nothing(catalogue_);
  SampleSet third(catalogue_);
  third.add(kCalls, {{"cmd", "get"}}, 1);
  const std::string text =
      whole(TextWriter("redis", {Block{&samples_, "n=\"1\""}, Block{&second, "n=\"2\""},
                                 Block{&nothing, "n=\"3\""}, Block{&third, "n=\"4\""}}));
  EXPECT_EQ(text,
            "# HELP redis_up Whether it is \"up\".\n# TYPE redis_up gauge\n"
            "redis_up{n=\"1\"} 1\nredis_up{n=\"2\"} 0\n"
            "# HELP redis_db_keys Keys.\n# TYPE redis_db_keys gauge\n"
            "redis_db_keys{n=\"1\",db=\"0\"} 5\n"
            "# HELP redis_calls_total Calls.\n# TYPE redis_calls_total counter\n"
            "redis_calls_total{n=\"4\",cmd=\"get\"} 1\n");
}

TEST_F(Writing, PiecesAreTheWhole) {
  for (int i = 0; i < 500; ++i) {
    samples_.add(kKeys, {{"db", std::to_string(i)}}, i / 4.0);
    samples_.add(kCalls, {{"cmd", "c" + std::to_string(i)}}, i);
  }
  samples_.add(kUp, 1);
  samples_.add(kTime, 3);
  const std::string expected = page("a=\"b\"");
  for (const std::size_t enough : {1u, 100u, 10'000u, 15'000u, 1'000'000u}) {
    SCOPED_TRACE(enough);
    TextWriter writer("redis", {Block{&samples_, "a=\"b\""}});
    std::string joined;
    for (bool more = true; more;) {
      std::string piece;
      more = writer.write(piece, enough);
      EXPECT_TRUE(!more || piece.size() >= enough);
      EXPECT_LT(piece.size(), enough + 200);  // a line and a family's header, not a family
      joined += piece;
    }
    EXPECT_EQ(joined, expected);
  }
  // What is there already stays, and counts for `enough`.
  TextWriter writer("redis", {Block{&samples_, "a=\"b\""}});
  std::string text(200, '#');
  EXPECT_TRUE(writer.write(text, 200));
  EXPECT_EQ(text, std::string(200, '#'));
  EXPECT_FALSE(writer.write(text, 1'000'000));
  EXPECT_EQ(text, std::string(200, '#') + expected);
}

TEST_F(Writing, NothingIsAnEmptyPage) {
  EXPECT_EQ(page(), "");
  EXPECT_EQ(whole(TextWriter("redis", {})), "");
}

// Families are typed anew, series and labels are those of the text format; in pieces, too.
TEST_F(Writing, OpenMetricsHasTheSameSeries) {
  constexpr Metric kSeconds = counter("redis_work_seconds_total", "Work \"done\".");
  constexpr Metric kOld = legacy(Type::counter, "redis_old", "Old.");
  Catalogue catalogue = filled();
  catalogue.declare(kSeconds);
  catalogue.declare(kOld);
  SampleSet samples(catalogue);
  const auto get = samples.labels({{"cmd", "get"}});
  samples.add(kUp, 1);
  samples.add(kCalls, {{"cmd", "get"}}, 7);
  samples.add(kTime, samples.labels(get, {"le", "+Inf"}), 3, Part::bucket);
  samples.add(kTime, get, 4.5, Part::sum);
  samples.add(kTime, get, 3, Part::count);
  for (const char* cmd : {"get", "set"}) {
    const auto labels = samples.labels({{"cmd", cmd}});
    samples.add(kQuantiles, samples.labels(labels, {"quantile", "99.9"}), 9);
    samples.add(kQuantiles, labels, 5, Part::sum);
    samples.add(kQuantiles, labels, 3, Part::count);
  }
  samples.add(kSeconds, 0.5);
  samples.add(kOld, 2);
  const auto writer = [&] {
    return TextWriter("redis", {Block{&samples, ""}}, {}, Format::openmetrics);
  };
  const std::string whole_page = whole(writer());
  EXPECT_EQ(whole_page,
            "# TYPE redis_up gauge\n# HELP redis_up Whether it is \\\"up\\\".\nredis_up 1\n"
            "# TYPE redis_calls counter\n# HELP redis_calls Calls.\n"
            "redis_calls_total{cmd=\"get\"} 7\n"
            "# TYPE redis_time histogram\n# HELP redis_time Time.\n"
            "redis_time_bucket{cmd=\"get\",le=\"+Inf\"} 3\n"
            "redis_time_sum{cmd=\"get\"} 4.5\nredis_time_count{cmd=\"get\"} 3\n"
            "# TYPE redis_quantiles unknown\n# HELP redis_quantiles Quantiles.\n"
            "redis_quantiles{cmd=\"get\",quantile=\"99.9\"} 9\n"
            "redis_quantiles{cmd=\"set\",quantile=\"99.9\"} 9\n"
            "# TYPE redis_quantiles_sum unknown\n# HELP redis_quantiles_sum Quantiles.\n"
            "redis_quantiles_sum{cmd=\"get\"} 5\nredis_quantiles_sum{cmd=\"set\"} 5\n"
            "# TYPE redis_quantiles_count unknown\n# HELP redis_quantiles_count Quantiles.\n"
            "redis_quantiles_count{cmd=\"get\"} 3\nredis_quantiles_count{cmd=\"set\"} 3\n"
            "# TYPE redis_work_seconds counter\n# UNIT redis_work_seconds seconds\n"
            "# HELP redis_work_seconds Work \\\"done\\\".\nredis_work_seconds_total 0.5\n"
            "# TYPE redis_old unknown\n# HELP redis_old Old.\nredis_old 2\n");
  TextWriter pieces = writer();
  std::string joined;
  for (bool more = true; more;) {
    std::string piece;
    more = pieces.write(piece, 1);
    joined += piece;
  }
  EXPECT_EQ(joined, whole_page);
}

}  // namespace
}  // namespace fleet
