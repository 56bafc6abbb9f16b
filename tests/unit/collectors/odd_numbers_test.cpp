// SPDX-License-Identifier: Apache-2.0
// Numbers that a sane server does not send, in every field and column of every collector: what is
// printed is a number of the text format.
#include <algorithm>
#include <charconv>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

std::string bulk(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

// Every field and column that a server of this kind has, with this value: as lines, in rows and, to
// CONFIG GET, as settings.
Page page_with(std::string_view value, NodeKinds kind) {
  std::string fields, row, settings;
  std::size_t count = 0;
  for (const Collector* collector : all_collectors()) {
    if ((collector->applies_to & kind) == 0) continue;
    for (const auto table : {collector->fields, collector->columns})
      for (const InfoField& field : table) {
        fields.append(field.field).append(":").append(value).append("\r\n");
        row.append(field.field).append("=").append(value).append(",");
        settings += bulk(std::string(field.field)) + bulk(std::string(value));
        count += 2;
      }
  }
  const std::string columns(value);
  const std::string info =
      "redis_version:8.0.0\r\nvalkey_version:9.1.0\r\nserver_time_usec:" + columns +
      "\r\n# Fields\r\n" + fields + "# Keyspace\r\ndb0:" + row +
      "\r\n# Keysizes\r\ndb0_distrib_strings_sizes:" + columns + "=" + columns + ",1=" + columns +
      "\r\n# Commandstats\r\ncmdstat_get:" + row + "\r\ncmdstat_set:" + row +
      "\r\ncmdstat_del:" + row +
      "\r\n# Latencystats\r\nlatency_percentiles_usec_get:p50=" + columns +
      "\r\n# Errorstats\r\nerrorstat_ERR:count=" + columns + "\r\n# Threads\r\nio_thread_0:" + row +
      "\r\n# Replication\r\nslave0:ip=a,port=1,state=online,offset=" + columns + ",lag=" + columns +
      "\r\nmaster_host:a\r\nmaster_port:1\r\nmaster_last_io_seconds_ago:" + columns +
      "\r\nslave_repl_offset:" + columns + "\r\n";
  Answers answers;
  CollectorOptions options;
  options.include_config_metrics = true;
  options.include_modules_metrics = true;
  options.include_sentinel_peer_info = true;
  options.commands_limit = 1;  // the rest is summed
  for (const Collector* collector : all_collectors())
    for (const Command& command : collector->commands)
      answers.add(command.line, command.line.starts_with("CONFIG GET")
                                    ? "*" + std::to_string(count) + "\r\n" + settings
                                    : bulk(fields));
  std::string client = "id=1 age=" + columns + ",idle=" + columns + "," + row;
  std::ranges::replace(client, ',', ' ');
  answers.add("CLIENT LIST", bulk(client));
  answers.add_info_text(info);
  return run_collectors(all_collectors(), answers, options);
}

// Values of the text format that are not digits are NaN, +Inf and -Inf.
bool is_valid(std::string_view value) {
  if (value == "NaN" || value == "+Inf" || value == "-Inf") return true;
  if (value.find_first_not_of("0123456789+-.e") != value.npos) return false;
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} && end == value.data() + value.size();
}

TEST(OddNumbers, ArePrintedAsNumbers) {
  for (const std::string_view value :
       {"-1", "-0", "-0.5", "0.3333333333333333", "9007199254740993", "9223372036854775807",
        "-9223372036854775808", "18446744073709551616", "1e308", "-1e308", "1.7976931348623157e308",
        "4.9e-324", "-2.2250738585072014e-308", "nan", "-nan", "nan(1)", "inf", "-inf",
        "infinity"}) {
    SCOPED_TRACE(value);
    for (const NodeKinds kind : {kMaster, kSentinel}) {
      const Page page = page_with(value, kind);
      ASSERT_EQ(page.facts.kind, kind);
      std::istringstream lines(page.text);
      std::size_t series = 0;
      for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        ++series;
        EXPECT_TRUE(is_valid(line.substr(line.rfind(' ') + 1))) << line;
      }
      EXPECT_GT(series, kind == kMaster ? 500u : 20u);
    }
  }
}

TEST(OddNumbers, KeepTheirMeaningWhenScaled) {
  const auto scaled = [](std::string_view value) {
    return page_of(kStatsCollector, "latest_fork_usec:" + std::string(value) + "\r\n")
        .value("redis_latest_fork_seconds");
  };
  EXPECT_EQ(scaled("-1"), "-0.000001");
  EXPECT_EQ(scaled("-1500000"), "-1.5");
  EXPECT_EQ(scaled("1e308"), "1e+302");
  EXPECT_EQ(scaled("inf"), "+Inf");
  EXPECT_EQ(scaled("-inf"), "-Inf");
  EXPECT_EQ(scaled("nan"), "NaN");
  EXPECT_EQ(scaled("1e999"), "absent");
  EXPECT_EQ(page_of(kStatsCollector, "instantaneous_input_kbps:1e308\r\n")
                .value("redis_instantaneous_input_bytes_per_second"),
            "+Inf");
}

}  // namespace
}  // namespace fleet::test
