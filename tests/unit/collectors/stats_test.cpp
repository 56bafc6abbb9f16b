// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page stats(std::string_view info) { return page_of(kStatsCollector, info); }
Page stats(const Answers& answers) { return run_collector(kStatsCollector, answers); }

TEST(Stats, TellsWhatTheServerHasDone) {
  const Page page = stats(recorded("redis-8.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("stats").success);
  EXPECT_EQ(page.value("redis_commands_processed_total"), "100");
  EXPECT_EQ(page.value("redis_keyspace_hits_total"), "23");
  EXPECT_EQ(page.value("redis_latest_fork_seconds"), "0.000563");
  EXPECT_EQ(page.value("redis_forks_total"), "2");
  EXPECT_EQ(page.value("redis_expired_stale_percentage"), "0.49");
  EXPECT_EQ(page.value("redis_acl_access_denied_cmd_total"), "1");
}

TEST(Stats, TurnsKibibytesIntoBytes) {
  const Page page = stats("instantaneous_input_kbps:2.58\r\ninstantaneous_output_kbps:1.5\r\n");
  EXPECT_EQ(page.value("redis_instantaneous_input_bytes_per_second"), "2641.92");
  EXPECT_EQ(page.value("redis_instantaneous_output_bytes_per_second"), "1536");
}

TEST(Stats, TurnsMillisecondsIntoSecondsUnderNewNamesOnly) {
  const Page page = stats("total_active_defrag_time:1234\r\ntotal_eviction_exceeded_time:1234\r\n");
  EXPECT_EQ(page.value("redis_active_defrag_seconds_total"), "1.234");
  EXPECT_EQ(page.value("redis_eviction_exceeded_time_ms_total"), "1234");
}

TEST(Stats, ReadsWhatNewerServersAdd) {
  const Page page = stats(recorded("newer/standalone"));
  EXPECT_EQ(page.value("redis_expired_fields_total"), "42");
  EXPECT_EQ(page.value("redis_slowlog_commands_duration_seconds_total"), "0.53725");
  EXPECT_EQ(page.value("redis_slowlog_commands_duration_seconds_max"), "0.3125");
  EXPECT_EQ(page.value("redis_client_processing_pipeline_length"), "3");
  EXPECT_EQ(page.value("redis_acl_access_denied_db_total"), "44");
}

TEST(Stats, IsForSentinelsToo) {
  EXPECT_NE(kStatsCollector.applies_to & kSentinel, 0);
  EXPECT_NE(stats(recorded("redis-8.0/sentinel")).value("redis_commands_processed_total"),
            "absent");
}

TEST(Stats, MakesNothingUpForAbsentFields) { EXPECT_EQ(stats("# Stats\r\n").count("redis_"), 0u); }

TEST(Stats, ReadsAnOldServer) {
  const Page page = stats(
      "# Server\r\nredis_version:2.8.17\r\n# Stats\r\nexpired_keys:5\r\n"
      "evicted_keys:6\r\nlatest_fork_usec:250\r\n");
  EXPECT_EQ(page.value("redis_latest_fork_seconds"), "0.00025");
  EXPECT_EQ(page.count("redis_"), 3u);
}

TEST(Stats, LeavesOutWhatIsNoNumber) {
  EXPECT_EQ(stats("expired_keys:5 keys\r\nevicted_keys:0x10\r\n").count("redis_"), 0u);
}

}  // namespace
}  // namespace fleet::test
