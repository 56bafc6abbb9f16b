// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page persistence(std::string_view info) { return page_of(kPersistenceCollector, info); }
Page persistence(const Answers& answers) { return run_collector(kPersistenceCollector, answers); }

TEST(Persistence, TellsSavesAndRewrites) {
  const Page page = persistence(recorded("redis-8.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("persistence").success);
  EXPECT_EQ(page.value("redis_loading_dump_file"), "0");
  EXPECT_EQ(page.value("redis_rdb_last_save_timestamp_seconds"), "1795179042");
  EXPECT_EQ(page.value("redis_rdb_last_bgsave_status"), "1");
  EXPECT_EQ(page.value("redis_rdb_current_bgsave_duration_sec"), "-1");
  EXPECT_EQ(page.value("redis_aof_rewrites_total"), "1");
  EXPECT_EQ(page.value("redis_aof_current_size_bytes"), "812");
}

TEST(Persistence, TellsFailures) {
  const Page page = persistence(
      "rdb_last_bgsave_status:err\r\naof_last_write_status:err\r\n"
      "aof_last_bgrewrite_status:ok\r\n");
  EXPECT_EQ(page.value("redis_rdb_last_bgsave_status"), "0");
  EXPECT_EQ(page.value("redis_aof_last_write_status"), "0");
  EXPECT_EQ(page.value("redis_aof_last_bgrewrite_status"), "1");
}

TEST(Persistence, TellsHowFarLoadingAndSavingAre) {
  const Page page = persistence(
      "loading:1\r\nloading_start_time:1700000000\r\nloading_total_bytes:4000\r\n"
      "loading_rdb_used_mem:9000\r\nloading_loaded_bytes:1000\r\nloading_loaded_perc:25.55\r\n"
      "loading_eta_seconds:3\r\ncurrent_fork_perc:12.50\r\ncurrent_save_keys_total:80\r\n");
  EXPECT_EQ(page.value("redis_loading_dump_file"), "1");
  EXPECT_EQ(page.value("redis_loading_start_timestamp_seconds"), "1700000000");
  EXPECT_EQ(page.value("redis_loading_file_bytes"), "4000");
  EXPECT_EQ(page.value("redis_loading_loaded_bytes"), "1000");
  EXPECT_EQ(page.value("redis_loading_progress_ratio"), "0.2555");
  EXPECT_EQ(page.value("redis_loading_eta_seconds"), "3");
  EXPECT_EQ(page.value("redis_current_fork_progress_ratio"), "0.125");
  EXPECT_EQ(page.value("redis_current_save_keys"), "80");
}

TEST(Persistence, MakesNothingUpForAbsentFields) {
  EXPECT_EQ(persistence("# Persistence\r\n").count("redis_"), 0u);
}

TEST(Persistence, ReadsAnOldServer) {
  const Page page = persistence(
      "# Server\r\nredis_version:2.8.17\r\n# Persistence\r\nloading:0\r\n"
      "rdb_last_save_time:1414170000\r\nrdb_last_bgsave_status:ok\r\naof_enabled:0\r\n"
      "aof_rewrite_buffer_length:5\r\n");
  EXPECT_EQ(page.value("redis_aof_rewrite_buffer_length"), "5");
  EXPECT_EQ(page.value("redis_rdb_saves_total"), "absent");
  EXPECT_EQ(page.count("redis_"), 5u);
}

TEST(Persistence, LeavesOutWhatIsNoNumber) {
  EXPECT_EQ(persistence("loading:maybe\r\nrdb_last_bgsave_status:\r\n").count("redis_"), 0u);
}

}  // namespace
}  // namespace fleet::test
