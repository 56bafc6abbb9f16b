// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "resp/request.h"
#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

// A reply of strings: a request has the same form.
std::string strings(std::span<const std::string_view> texts) {
  std::string bytes;
  append_command(bytes, texts);
  return bytes;
}

const std::string_view kSome = kConfigCollector.commands[0].line;

TEST(Config, ReadsTheNamedSettings) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const Page page = run_collector(kConfigCollector, recorded(server + "/standalone"));
    EXPECT_TRUE(page.outcomes.at("config").success);
    EXPECT_EQ(page.value("redis_config_maxmemory"), "67108864");
    EXPECT_EQ(page.value("redis_config_maxclients"), "10000");
    EXPECT_EQ(page.value("redis_config_io_threads"), "1");
    EXPECT_EQ(page.value("redis_config_repl_backlog_size"),
              server.starts_with("valkey") ? "10485760" : "1048576");
    EXPECT_EQ(page.value("redis_config_min_replicas_to_write"), "0");
    EXPECT_EQ(page.value("redis_config_save_enabled"), "0");
    EXPECT_EQ(page.count("redis_config_client_output_buffer_limit_bytes{"), 6);
    EXPECT_EQ(page.count("redis_config_client_output_buffer_limit_overcome_seconds{"), 3);
    EXPECT_EQ(page.count("redis_config_value{"), 0);
    EXPECT_EQ(page.count("redis_config_key_value{"), 0);
  }
}

TEST(Config, ReadsBufferLimitsByClass) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add(kSome, strings({{"client-output-buffer-limit",
                               "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608",
                               "save", "3600 1 300 100"}}));
  const Page page = run_collector(kConfigCollector, answers);
  const std::string bytes = "redis_config_client_output_buffer_limit_bytes";
  EXPECT_EQ(page.value(bytes + "{class=\"slave\",limit=\"hard\"}"), "268435456");
  EXPECT_EQ(page.value(bytes + "{class=\"slave\",limit=\"soft\"}"), "67108864");
  EXPECT_EQ(page.value("redis_config_client_output_buffer_limit_overcome_seconds{class=\"slave\","
                       "limit=\"soft\"}"),
            "60");
  EXPECT_EQ(page.count(bytes), 4) << "a class that is cut off has no limits";
  EXPECT_EQ(page.value("redis_config_save_enabled"), "1");
}

TEST(Config, AsksForTheNamesAloneSince70) {
  const auto asked = [](std::string_view version, bool all, bool config, bool dragonfly = false) {
    CollectorOptions options;
    options.include_config_metrics = all;
    options.config_command = config;
    NodeFacts node;
    node.version = parse_version(version);
    node.dragonfly = dragonfly;
    std::string lines;
    for (const Command& command : kConfigCollector.commands)
      if (is_asked(command, node, options)) lines += command.line;
    return lines;
  };
  EXPECT_EQ(asked("7.0.15", false, true), kSome);
  EXPECT_EQ(asked("7.0.15", true, true), "CONFIG GET *");
  EXPECT_EQ(asked("6.2.14", false, true), "CONFIG GET *");
  EXPECT_EQ(asked("6.2.14", true, true), "CONFIG GET *");
  EXPECT_EQ(asked("7.4.0", false, true, true), "CONFIG GET *");
  EXPECT_EQ(asked("7.0.15", true, false), "");
  EXPECT_EQ(asked("6.2.14", false, false), "");
}

TEST(Config, ReadsAServerThatIsTooOldForSeveralNames) {
  Answers answers;
  answers.add_info({"redis_version:2.8.4"});
  answers.add("CONFIG GET *", strings({{"maxmemory", "100", "timeout", "0"}}));
  const Page page = run_collector(kConfigCollector, answers);
  EXPECT_TRUE(page.outcomes.at("config").success);
  EXPECT_EQ(page.value("redis_config_maxmemory"), "100");
  EXPECT_EQ(page.count("redis_"), 1);
}

TEST(Config, GivesEverySettingButSecrets) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add("CONFIG GET *", strings({{"timeout",
                                        "30",
                                        "appendfsync",
                                        "everysec",
                                        "masteruser",
                                        "repl",  //
                                        "requirepass",
                                        "s3cret",
                                        "masterauth",
                                        "s3cret",
                                        "primaryauth",
                                        "s3cret",
                                        "tls-key-file-pass",
                                        "s3cret",
                                        "tls-client-key-file-pass",
                                        "s3cret",
                                        "module.password",
                                        "s3cret",
                                        "module.secret-key",
                                        "s3cret",
                                        "x-token",
                                        "7777"}}));
  CollectorOptions options;
  options.include_config_metrics = true;
  Page page = run_collector(kConfigCollector, answers, options);
  EXPECT_EQ(page.value("redis_config_value{key=\"timeout\"}"), "30");
  EXPECT_EQ(page.value("redis_config_key_value{key=\"timeout\",value=\"30\"}"), "1");
  EXPECT_EQ(page.value("redis_config_key_value{key=\"appendfsync\",value=\"everysec\"}"), "1");
  EXPECT_EQ(page.value("redis_config_key_value{key=\"masteruser\",value=\"repl\"}"), "1");
  EXPECT_EQ(page.text.find("s3cret"), std::string::npos) << page.text;
  EXPECT_EQ(page.text.find("7777"), std::string::npos) << page.text;

  options.redact_config_metrics = false;
  page = run_collector(kConfigCollector, answers, options);
  EXPECT_EQ(page.value("redis_config_key_value{key=\"requirepass\",value=\"s3cret\"}"), "1");
}

TEST(Config, KnowsTheSecretsOfRealServers) {
  CollectorOptions options;
  options.include_config_metrics = true;
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    const Page page = run_collector(kConfigCollector, recorded(server + "/standalone"), options);
    EXPECT_GT(page.count("redis_config_key_value{"), 150u) << server;
    for (const std::string key : {"requirepass", "masterauth", "primaryauth", "tls-key-file-pass",
                                  "tls-client-key-file-pass"})
      EXPECT_EQ(page.count("redis_config_key_value{key=\"" + key + "\""), 0) << key;
  }
}

TEST(Config, FailsWithTheServersWords) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add(kSome, "-NOPERM no permission\r\n");
  const Page page = run_collector(kConfigCollector, answers);
  EXPECT_TRUE(page.why("config").ends_with(": NOPERM no permission"));
  EXPECT_EQ(page.count("redis_"), 0);
}

}  // namespace
}  // namespace fleet::test
