// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/settings.h"
#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr std::string_view kInfo = "redis_version:7.0.15\r\nredis_mode:sentinel\r\n";

CollectorOptions with_config() {
  CollectorOptions options;
  options.include_config_metrics = true;
  return options;
}

Page config_of(std::string_view bytes, const CollectorOptions& options,
               std::string_view info = kInfo) {
  Answers answers;
  answers.add_info_text(info).add("SENTINEL CONFIG GET *", bytes);
  return run_collector(kSentinelConfigCollector, answers, options);
}

Outcome outcome_of(const Page& page) { return page.outcomes.at("sentinel_config"); }

TEST(SentinelConfig, TellsEverySetting) {
  const Page page = config_of(
      "*6\r\n+announce-port\r\n+26380\r\n+resolve-hostnames\r\n+no\r\n+announce-ip\r\n$0\r\n\r\n",
      with_config());
  EXPECT_TRUE(outcome_of(page).success);
  EXPECT_EQ(page.value("redis_sentinel_config_value{key=\"announce-port\"}"), "26380");
  EXPECT_EQ(page.value("redis_sentinel_config_key_value{key=\"announce-port\",value=\"26380\"}"),
            "1");
  EXPECT_EQ(page.value("redis_sentinel_config_key_value{key=\"resolve-hostnames\",value=\"no\"}"),
            "1");
  EXPECT_EQ(page.value("redis_sentinel_config_key_value{key=\"announce-ip\",value=\"\"}"), "1");
  EXPECT_EQ(page.count("redis_"), 4u);
}

TEST(SentinelConfig, NeverShowsASecret) {
  constexpr std::string_view kSettings =
      "*12\r\n+sentinel-user\r\n+monitor\r\n+sentinel-pass\r\n+s3cret\r\n+SENTINEL-PASS\r\n"
      "+s3cret\r\n+auth-pass\r\n+5555\r\n+tls-key-file-pass\r\n+s3cret\r\n+x-secret\r\n+7777\r\n";
  Page page = config_of(kSettings, with_config());
  EXPECT_EQ(page.value("redis_sentinel_config_key_value{key=\"sentinel-user\",value=\"monitor\"}"),
            "1")
      << "as masteruser of CONFIG GET";
  for (const char* secret : {"s3cret", "5555", "7777"})
    EXPECT_EQ(page.text.find(secret), std::string::npos) << page.text;
  EXPECT_EQ(page.count("redis_"), 1u);

  CollectorOptions all = with_config();
  all.redact_config_metrics = false;
  page = config_of(kSettings, all);
  EXPECT_EQ(page.value("redis_sentinel_config_key_value{key=\"sentinel-pass\",value=\"s3cret\"}"),
            "1");
}

TEST(SentinelConfig, KnowsTheSecretOfRealSentinels) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const Page page =
        run_collector(kSentinelConfigCollector, recorded(server + "/sentinel"), with_config());
    EXPECT_TRUE(outcome_of(page).success);
    EXPECT_GE(page.count("redis_sentinel_config_key_value{"), 5u);
    EXPECT_EQ(page.value("redis_sentinel_config_value{key=\"announce-port\"}"), "0");
    EXPECT_EQ(page.count("redis_sentinel_config_key_value{key=\"sentinel-pass\""), 0u);
  }
}

TEST(SentinelConfig, AsksOnlyWhenToldToAndWhereItIs) {
  EXPECT_EQ(config_of("*2\r\n+a\r\n+1\r\n", {}).count("redis_"), 0u);
  const Page old = config_of("*2\r\n+a\r\n+1\r\n", with_config(),
                             "redis_version:6.0.16\r\nredis_mode:sentinel\r\n");
  EXPECT_TRUE(outcome_of(old).success);
  EXPECT_EQ(old.count("redis_"), 0u);
}

TEST(SentinelConfig, FailsWithTheServersWords) {
  EXPECT_EQ(config_of("-NOPERM no permission\r\n", with_config()).why("sentinel_config"),
            "SENTINEL CONFIG GET *: NOPERM no permission");
}

}  // namespace
}  // namespace fleet::test
