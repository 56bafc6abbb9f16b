// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "collectors/command_rows.h"
#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page commandstats(const Answers& answers) { return run_collector(kCommandstatsCollector, answers); }

TEST(Commandstats, ReadsEveryRowByColumnName) {
  const Page page = commandstats(recorded("redis-7.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("commandstats").success);
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"mset\"}"), "1");
  EXPECT_EQ(page.value("redis_commands_rejected_calls_total{cmd=\"get\"}"), "3");
  EXPECT_EQ(page.value("redis_commands_failed_calls_total{cmd=\"get\"}"), "0");
  EXPECT_EQ(page.value("redis_commands_failed_calls_total{cmd=\"incr\"}"), "1");
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"config|get\"}"), "1");
  EXPECT_EQ(page.value("redis_commands_folded"), "0");
  EXPECT_EQ(page.count("redis_commands_slowlog_total{"), 0);
}

TEST(Commandstats, GivesTimeInSeconds) {
  const Page page = page_of(kCommandstatsCollector,
                            "# Commandstats\r\ncmdstat_ft.search:calls=4,usec=2500000\r\n");
  EXPECT_EQ(page.value("redis_commands_duration_seconds_total{cmd=\"ft.search\"}"), "2.5");
}

TEST(Commandstats, DeclaresDangerousCommandsAtZero) {
  const Page page = commandstats(recorded("redis-7.0/standalone"));
  for (const std::string_view command : kDangerousCommands)
    EXPECT_EQ(page.count("redis_commands_total{cmd=\"" + std::string(command) + "\"}"), 1)
        << command;
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"flushall\"}"), "0");
  EXPECT_EQ(page.value("redis_commands_duration_seconds_total{cmd=\"flushall\"}"), "absent");
}

TEST(Commandstats, KnowsColumnsOfNewerServers) {
  const Page page = commandstats(recorded("newer/standalone"));
  EXPECT_EQ(page.value("redis_commands_slowlog_total{cmd=\"debug\"}"), "2");
  EXPECT_EQ(page.value("redis_commands_slowlog_duration_seconds_total{cmd=\"debug\"}"), "0.51275");
  EXPECT_EQ(page.value("redis_commands_slowlog_duration_seconds_max{cmd=\"debug\"}"), "0.3125");
  EXPECT_EQ(page.value("redis_commands_slowlog_total{cmd=\"get\"}"), "absent");
}

TEST(Commandstats, SumsWhatIsOverTheLimitAndKeepsDangerousCommands) {
  CollectorOptions options;
  options.commands_limit = 2;
  const Page page = page_of(
      kCommandstatsCollector,
      "# Server\r\nredis_version:7.0.15\r\n# Commandstats\r\n"
      "cmdstat_get:calls=1,usec=10,rejected_calls=0,failed_calls=0\r\n"
      "cmdstat_set:calls=2,usec=20,rejected_calls=0,failed_calls=0\r\n"
      "cmdstat_flushall:calls=3,usec=30,rejected_calls=0,failed_calls=0\r\n"
      "cmdstat_m.a:calls=4,usec=4e5,rejected_calls=1,failed_calls=2,slowlog_time_ms_max=5\r\n"
      "cmdstat_m.b:calls=5,usec=1e5,rejected_calls=1,failed_calls=2,slowlog_time_ms_max=250\r\n",
      options);
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"set\"}"), "2");
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"flushall\"}"), "3");
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"m.a\"}"), "absent");
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"other\"}"), "9");
  EXPECT_EQ(page.value("redis_commands_duration_seconds_total{cmd=\"other\"}"), "0.5");
  EXPECT_EQ(page.value("redis_commands_rejected_calls_total{cmd=\"other\"}"), "2");
  EXPECT_EQ(page.value("redis_commands_failed_calls_total{cmd=\"other\"}"), "4");
  EXPECT_EQ(page.value("redis_commands_slowlog_duration_seconds_max{cmd=\"other\"}"), "0.25");
  EXPECT_EQ(page.value("redis_commands_slowlog_total{cmd=\"other\"}"), "absent");
  EXPECT_EQ(page.value("redis_commands_folded"), "2");
}

TEST(Commandstats, EmitsOnlyWhatAnOldServerCounts) {
  const Page page = page_of(kCommandstatsCollector,
                            "# Server\r\nredis_version:6.0.16\r\n# Commandstats\r\n"
                            "cmdstat_config:calls=1,usec=10,usec_per_call=10.00\r\n");
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"config\"}"), "1");
  EXPECT_EQ(page.count("redis_commands_rejected_calls_total{"), 0);
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"flushall\"}"), "0");
  EXPECT_EQ(page.value("redis_commands_total{cmd=\"config|set\"}"), "absent")
      << "subcommands have no row before 7.0, so 0 would be a lie";
}

TEST(Commandstats, ClaimsNothingWithoutRows) {
  EXPECT_EQ(
      page_of(kCommandstatsCollector, "# Stats\r\ntotal_commands_processed:9\r\n").count("redis_"),
      0);
  EXPECT_EQ(commandstats(Answers().add("INFO all", "-NOPERM no permission\r\n")).count("redis_"),
            0);
}

TEST(CommandRows, FindsRowsInAndOutOfOrder) {
  const Info info("# Commandstats\r\ncmdstat_a:calls=1\r\ncmdstat_b:calls=2\r\ncmdstat_c:calls=3");
  CommandRows commands(info, {});
  for (const std::string_view name : {"a", "b", "c", "a", "c", "b"}) {
    ASSERT_NE(commands.find(name), nullptr) << name;
    EXPECT_EQ(commands.find(name)->command, name);
  }
  EXPECT_EQ(commands.find("d"), nullptr);
}

TEST(CommandRows, NeedsNoIndexInTheServersOrder) {
  std::string text = "# Commandstats\r\n";
  for (int i = 0; i < 20; ++i) text += "cmdstat_c" + std::to_string(i) + ":calls=1\r\n";
  const Info info(text);
  CommandRows commands(info, {});
  for (const std::string_view name : {"c0", "c1", "c2", "c5", "c6"})
    ASSERT_NE(commands.find(name), nullptr) << name;
  EXPECT_TRUE(commands.keeps("new"));
  EXPECT_FALSE(commands.indexed()) << "some rows have no counterpart";
  EXPECT_EQ(commands.find("c19")->command, "c19");
  EXPECT_TRUE(commands.indexed());
}

// Without the commands that were called for the first time between the two replies.
TEST(CommandRows, NeedsNoIndexForRealServers) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const Answers answers = recorded(server + "/standalone");
    const Info info(answers.reply("INFO all").text());
    const Reply histograms = answers.reply("LATENCY HISTOGRAM");
    CommandRows commands(info, {});
    std::size_t found = 0;
    for (std::size_t i = 0; i < histograms.size(); i += 2) {
      const std::string_view name = histograms[i].text();
      if (std::ranges::find(commands.rows(), name, &CommandRows::Row::command) ==
          commands.rows().end())
        continue;
      ++found;
      EXPECT_NE(commands.find(name), nullptr) << name;
    }
    EXPECT_GT(found, 50u);
    EXPECT_FALSE(commands.indexed());
  }
}

TEST(CommandRows, GivesFreePlacesToCommandsWithoutARow) {
  const Info info("# Commandstats\r\ncmdstat_a:calls=1");
  CollectorOptions options;
  options.commands_limit = 2;
  CommandRows commands(info, options);
  EXPECT_TRUE(commands.keeps("new"));
  EXPECT_FALSE(commands.keeps("newer"));
  EXPECT_TRUE(commands.keeps("flushall"));
}

}  // namespace
}  // namespace fleet::test
