// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

TEST(Slowlog, TellsLengthAndNewestEntry) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const Answers answers = recorded(server + "/standalone");
    const Page page = run_collector(kSlowlogCollector, answers);
    EXPECT_TRUE(page.outcomes.at("slowlog").success);
    EXPECT_EQ(page.value("redis_slowlog_length"),
              std::to_string(answers.reply("SLOWLOG LEN").integer()));
    const Reply entry = answers.reply("SLOWLOG GET 1")[0];
    EXPECT_EQ(page.value("redis_slowlog_last_id"), std::to_string(entry[0].integer()));
    EXPECT_EQ(page.value("redis_last_slow_execution_duration_seconds").substr(0, 4), "0.02");
  }
}

TEST(Slowlog, GivesZerosForAnEmptyLog) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add("SLOWLOG LEN", ":0\r\n").add("SLOWLOG GET 1", "*0\r\n");
  const Page page = run_collector(kSlowlogCollector, answers);
  EXPECT_TRUE(page.outcomes.at("slowlog").success);
  EXPECT_EQ(page.value("redis_slowlog_length"), "0");
  EXPECT_EQ(page.value("redis_slowlog_last_id"), "0");
  EXPECT_EQ(page.value("redis_last_slow_execution_duration_seconds"), "0");
}

TEST(Slowlog, IsNotAskedOfAServerThatIsTooOld) {
  const Page page = run_collector(kSlowlogCollector, Answers().add_info({"redis_version:2.0.0"}));
  EXPECT_TRUE(page.outcomes.at("slowlog").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

TEST(Slowlog, KeepsWhatItMayRead) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add("SLOWLOG LEN", ":3\r\n").add("SLOWLOG GET 1", "-NOPERM no permission\r\n");
  const Page page = run_collector(kSlowlogCollector, answers);
  EXPECT_EQ(page.why("slowlog"), "SLOWLOG GET 1: NOPERM no permission");
  EXPECT_EQ(page.value("redis_slowlog_length"), "3");
  EXPECT_EQ(page.value("redis_slowlog_last_id"), "absent");
}

}  // namespace
}  // namespace fleet::test
