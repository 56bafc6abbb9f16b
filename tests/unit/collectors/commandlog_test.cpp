// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

TEST(Commandlog, TellsLengthsAndLimitsOfValkey) {
  const Answers answers = recorded("valkey-8.1/standalone");
  const Page page = run_collector(kCommandlogCollector, answers);
  EXPECT_TRUE(page.outcomes.at("commandlog").success);
  const auto length = [&](std::string_view log) {
    return std::to_string(answers.reply("COMMANDLOG LEN " + std::string(log)).integer());
  };
  EXPECT_EQ(page.value("redis_commandlog_slow_length"), length("slow"));
  EXPECT_EQ(page.value("redis_commandlog_large_request_length"), length("large-request"));
  EXPECT_EQ(page.value("redis_commandlog_large_reply_length"), length("large-reply"));
  EXPECT_EQ(page.value("redis_commandlog_execution_slower_than"), "1000");
  EXPECT_EQ(page.value("redis_commandlog_request_larger_than"), "1024");
  EXPECT_EQ(page.value("redis_commandlog_reply_larger_than"), "1024");
  EXPECT_EQ(page.value("redis_commandlog_slow_execution_max_len"), "128");
  EXPECT_EQ(page.value("redis_commandlog_large_request_max_len"), "128");
  EXPECT_EQ(page.value("redis_commandlog_large_reply_max_len"), "128");
}

TEST(Commandlog, LeavesOutTheLimitsWithoutConfig) {
  CollectorOptions options;
  options.config_command = false;
  const Page page = run_collector(kCommandlogCollector, recorded("valkey-8.1/standalone"), options);
  EXPECT_TRUE(page.outcomes.at("commandlog").success);
  EXPECT_EQ(page.count("redis_"), 3);
}

TEST(Commandlog, EmitsOnlyTheSettingsThatAreThere) {
  Answers answers;
  answers.add_info({"redis_version:7.2.4", "valkey_version:8.1.1"});
  answers.add("COMMANDLOG LEN slow", ":1\r\n").add("COMMANDLOG LEN large-request", ":2\r\n");
  answers.add("COMMANDLOG LEN large-reply", ":3\r\n").add("CONFIG GET commandlog-*", "*0\r\n");
  const Page page = run_collector(kCommandlogCollector, answers);
  EXPECT_TRUE(page.outcomes.at("commandlog").success);
  EXPECT_EQ(page.value("redis_commandlog_large_reply_length"), "3");
  EXPECT_EQ(page.count("redis_"), 3);
}

TEST(Commandlog, IsNotAskedOfRedisOrOlderValkey) {
  for (const std::string scenario : {"redis-7.0/standalone", "redis-8.0/standalone"}) {
    const Page page = run_collector(kCommandlogCollector, recorded(scenario));
    EXPECT_TRUE(page.outcomes.at("commandlog").success) << scenario;
    EXPECT_EQ(page.count("redis_"), 0) << scenario;
  }
  const Page page = run_collector(
      kCommandlogCollector, Answers().add_info({"redis_version:7.2.4", "valkey_version:8.0.2"}));
  EXPECT_TRUE(page.outcomes.at("commandlog").success);
}

TEST(Commandlog, FailsWithTheServersWords) {
  Answers answers = recorded("valkey-8.1/standalone");
  answers.add("COMMANDLOG LEN large-reply", "-NOPERM no permission\r\n");
  const Page page = run_collector(kCommandlogCollector, answers);
  EXPECT_EQ(page.why("commandlog"), "COMMANDLOG LEN large-reply: NOPERM no permission");
  EXPECT_EQ(page.count("redis_"), 8);
}

}  // namespace
}  // namespace fleet::test
