// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page sentinel(std::string_view info) { return page_of(kSentinelCollector, info); }
Page sentinel(const Answers& answers) { return run_collector(kSentinelCollector, answers); }

TEST(Sentinel, TellsTheMastersThatItWatches) {
  const Page page = sentinel(
      "# Sentinel\r\nsentinel_masters:2\r\nsentinel_tilt:0\r\nsentinel_tilt_since_seconds:-1\r\n"
      "sentinel_running_scripts:0\r\nsentinel_scripts_queue_length:3\r\n"
      "sentinel_simulate_failure_flags:0\r\n"
      "master0:name=a,status=ok,address=10.0.0.1:6379,slaves=2,sentinels=3\r\n"
      "master1:name=b,status=odown,address=[fd00::1]:6379,slaves=0,sentinels=1\r\n");
  EXPECT_TRUE(page.outcomes.at("sentinel").success);
  EXPECT_EQ(page.value("redis_sentinel_masters"), "2");
  EXPECT_EQ(page.value("redis_sentinel_scripts_queue_length"), "3");
  const std::string a = "{master_name=\"a\",master_address=\"10.0.0.1:6379\"}";
  EXPECT_EQ(
      page.value("redis_sentinel_master_status{master_name=\"a\",master_address=\"10.0.0.1:6379\","
                 "master_status=\"ok\"}"),
      "1");
  EXPECT_EQ(page.value("redis_sentinel_master_slaves" + a), "2");
  EXPECT_EQ(page.value("redis_sentinel_master_sentinels" + a), "3");
  EXPECT_EQ(
      page.value("redis_sentinel_master_status{master_name=\"b\",master_address=\"[fd00::1]:6379\","
                 "master_status=\"odown\"}"),
      "0");
}

TEST(Sentinel, HasTwinsThatSurviveAFailover) {
  const Page page = sentinel(
      "# "
      "Sentinel\r\nsentinel_masters:1\r\nmaster0:name=a,status=sdown,address=10.0.0.1:1,slaves=2,"
      "sentinels=3\r\n");
  EXPECT_EQ(page.value("redis_sentinel_master_state{master_name=\"a\",state=\"ok\"}"), "0");
  EXPECT_EQ(page.value("redis_sentinel_master_state{master_name=\"a\",state=\"sdown\"}"), "1");
  EXPECT_EQ(page.value("redis_sentinel_master_state{master_name=\"a\",state=\"odown\"}"), "0");
  EXPECT_EQ(page.value("redis_sentinel_replicas{master_name=\"a\"}"), "2");
  EXPECT_EQ(page.value("redis_sentinel_known_sentinels{master_name=\"a\"}"), "3");
}

TEST(Sentinel, ReadsRealOnes) {
  for (const std::string name : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(name);
    const Page page = sentinel(recorded(name + "/sentinel"));
    EXPECT_EQ(page.facts.kind, kSentinel);
    EXPECT_EQ(page.value("redis_sentinel_masters"), "1");
    EXPECT_EQ(page.value("redis_sentinel_master_state{master_name=\"mymaster\",state=\"ok\"}"),
              "1");
  }
}

TEST(Sentinel, MakesNothingUpForAbsentFields) {
  const Page page = sentinel(
      "# Sentinel\r\nsentinel_masters:0\r\nmaster0:name=a,status=ok\r\n"
      "master1:name=b,status=ok,address=h:1,slaves=,sentinels=x\r\n");
  EXPECT_TRUE(page.outcomes.at("sentinel").success);
  EXPECT_EQ(page.count("redis_sentinel_master_status{"), 1u);
  EXPECT_EQ(page.count("redis_sentinel_replicas{"), 0u);
  EXPECT_EQ(page.count("redis_sentinel_known_sentinels{"), 0u);
}

TEST(Sentinel, ReadsAnOldOne) {
  const Page page = sentinel(
      "# Server\r\nredis_version:2.8.17\r\nredis_mode:sentinel\r\n# Sentinel\r\n"
      "sentinel_masters:1\r\nsentinel_tilt:1\r\n"
      "master0:name=a,status=ok,address=127.0.0.1:6379,slaves=1,sentinels=1\r\n");
  EXPECT_EQ(page.value("redis_sentinel_tilt"), "1");
  EXPECT_EQ(page.value("redis_sentinel_tilt_since_seconds"), "absent");
  EXPECT_EQ(page.value("redis_sentinel_replicas{master_name=\"a\"}"), "1");
}

TEST(Sentinel, SaysNothingOfAServerThatIsNone) {
  EXPECT_EQ(sentinel(recorded("redis-8.0/replica")).count("redis_"), 0u);
  EXPECT_EQ(kSentinelCollector.applies_to & kData, 0);
}

}  // namespace
}  // namespace fleet::test
