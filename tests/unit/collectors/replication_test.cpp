// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page replication(const Answers& answers) { return run_collector(kReplicationCollector, answers); }

TEST(Replication, TellsEachReplicaOfAMaster) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const Page page = replication(recorded(server + "/master"));
    EXPECT_TRUE(page.outcomes.at("replication").success);
    EXPECT_EQ(page.value("redis_connected_slaves"), "2");
    EXPECT_EQ(page.value("redis_master_repl_offset"), "1640");
    EXPECT_EQ(page.value("redis_second_repl_offset"), "-1");
    EXPECT_EQ(page.count("redis_connected_slave_offset_bytes{"), 2);
    EXPECT_EQ(page.count("redis_connected_slave_lag_seconds{"), 2);
    EXPECT_EQ(page.count("redis_replica_lag_bytes{"), 2);
    EXPECT_EQ(page.value("redis_failover_state{state=\"no-failover\"}"), "1");
    EXPECT_EQ(page.value("redis_failover_state{state=\"waiting-for-sync\"}"), "0");
    EXPECT_EQ(page.value("redis_failover_state{state=\"failover-in-progress\"}"), "0");
    EXPECT_EQ(page.value("redis_replication_link_up"), "absent");
  }
}

TEST(Replication, ComputesLagFromBothOffsets) {
  const Page page = page_of(
      kReplicationCollector,
      "# Replication\r\nrole:master\r\nconnected_slaves:5\r\n"
      "slave0:ip=10.0.0.3,port=6379,state=online,offset=900,lag=1\r\n"
      "slave1:ip=fd00::4,port=6379,state=online,offset=1010,lag=0\r\n"
      "slave2:ip=10.0.0.5,port=6379,state=wait_bgsave,offset=0,lag=0,io-thread=0\r\n"
      "slave4:ip=10.0.0.5,port=6379,state=send_bulk_and_stream,offset=0,lag=0,type=rdb-channel\r\n"
      "slave5:ip=10.0.0.6,state=online\r\n"
      "slave_priority:100\r\nmaster_repl_offset:1000\r\n");
  EXPECT_EQ(page.count("redis_replica_online{"), 3) << "neither channels nor lines without a port";
  EXPECT_EQ(page.value("redis_replica_lag_bytes{replica=\"10.0.0.3:6379\"}"), "100");
  EXPECT_EQ(page.value("redis_replica_lag_seconds{replica=\"10.0.0.3:6379\"}"), "1");
  EXPECT_EQ(page.value("redis_replica_offset_bytes{replica=\"10.0.0.3:6379\"}"), "900");
  EXPECT_EQ(page.value("redis_replica_online{replica=\"10.0.0.3:6379\"}"), "1");
  EXPECT_EQ(page.value("redis_replica_lag_bytes{replica=\"[fd00::4]:6379\"}"), "0");
  EXPECT_EQ(page.value("redis_replica_online{replica=\"10.0.0.5:6379\"}"), "0");
  EXPECT_EQ(page.value("redis_replica_lag_bytes{replica=\"10.0.0.5:6379\"}"), "1000");
  EXPECT_EQ(page.value("redis_connected_slave_lag_seconds{slave_ip=\"10.0.0.3\","
                       "slave_port=\"6379\",slave_state=\"online\"}"),
            "1");
  EXPECT_EQ(page.value("redis_connected_slave_offset_bytes{slave_ip=\"10.0.0.5\","
                       "slave_port=\"6379\",slave_state=\"wait_bgsave\"}"),
            "0");
}

TEST(Replication, TakesTheNewerOfTwoConnectionsOfAReplica) {
  const Page page = page_of(kReplicationCollector,
                            "# Replication\r\n"
                            "slave0:ip=10.0.0.3,port=6379,state=online,offset=400,lag=55\r\n"
                            "slave1:ip=10.0.0.3,port=6379,state=online,offset=900,lag=1\r\n");
  EXPECT_EQ(page.count("redis_replica_offset_bytes{"), 1);
  EXPECT_EQ(page.value("redis_replica_offset_bytes{replica=\"10.0.0.3:6379\"}"), "900");
  EXPECT_EQ(page.count("redis_replica_lag_bytes{"), 0) << "the master did not tell its offset";
}

TEST(Replication, TakesOnlyFiniteOffsets) {
  std::string text = "# Replication\r\nmaster_repl_offset:1000\r\n";
  for (int i = 0; i < 60; ++i) {
    constexpr std::string_view kOffsets[] = {"nan", "inf", "-nan", "900", "-inf", "1e999"};
    text += "slave" + std::to_string(i) + ":ip=10.0.0.3,port=6379,state=online,offset=";
    text.append(kOffsets[i % 6]).append(",lag=nan\r\n");
  }
  const Page page = page_of(kReplicationCollector, text);
  EXPECT_EQ(page.count("redis_replica_offset_bytes{"), 1);
  EXPECT_EQ(page.value("redis_replica_offset_bytes{replica=\"10.0.0.3:6379\"}"), "900");
  EXPECT_EQ(page.value("redis_replica_lag_bytes{replica=\"10.0.0.3:6379\"}"), "100");
  EXPECT_EQ(page.count("redis_replica_lag_seconds{"), 0);
  const Page unknown = page_of(kReplicationCollector,
                               "# Replication\r\n"
                               "slave0:ip=10.0.0.3,port=6379,state=online,offset=900,lag=1\r\n"
                               "master_repl_offset:nan\r\n");
  EXPECT_EQ(unknown.count("redis_replica_lag_bytes{"), 0);
}

TEST(Replication, TellsAReplicasLinkWithAndWithoutItsAddress) {
  const Answers answers = recorded("redis-7.0/replica");
  const Page page = replication(answers);
  const Info info(answers.reply("INFO all").text());
  const std::string master =
      "{master_host=\"127.0.0.1\",master_port=\"" + std::string(info.text("master_port")) + "\"";
  EXPECT_EQ(page.value("redis_master_link_up" + master + "}"), "1");
  EXPECT_EQ(page.value("redis_master_last_io_seconds_ago" + master + "}"),
            page.value("redis_replication_last_io_seconds_ago"));
  EXPECT_EQ(page.value("redis_master_sync_in_progress" + master + "}"), "0");
  EXPECT_EQ(page.value("redis_slave_repl_offset" + master + "}"), "1640");
  EXPECT_EQ(page.value("redis_slave_info" + master + ",read_only=\"1\"}"), "1");
  EXPECT_EQ(page.value("redis_replication_link_up"), "1");
  EXPECT_EQ(page.value("redis_replication_link_down_seconds"), "0");
  EXPECT_EQ(page.value("redis_replication_last_io_seconds_ago"),
            info.text("master_last_io_seconds_ago"));
  EXPECT_EQ(page.value("redis_replication_sync_in_progress"), "0");
  EXPECT_EQ(page.value("redis_replication_offset_bytes"), "1640");
  EXPECT_EQ(page.value("redis_replication_read_offset_bytes"), "1640");
  EXPECT_EQ(page.value("redis_replication_read_only"), "1");
  EXPECT_EQ(page.value("redis_slave_priority"), "100");
}

TEST(Replication, TellsHowLongALinkIsDown) {
  const Answers answers = recorded("redis-7.0/replica-down");
  const Page page = replication(answers);
  EXPECT_EQ(page.value("redis_replication_link_up"), "0");
  EXPECT_EQ(page.value("redis_replication_link_down_seconds"),
            Info(answers.reply("INFO all").text()).text("master_link_down_since_seconds"));
  EXPECT_EQ(page.value("redis_replication_last_io_seconds_ago"), "-1");
}

TEST(Replication, TakesTheWorstOfKeyDbsMasters) {
  for (const std::string scenario : {"keydb/replica", "keydb/active-replica"}) {
    SCOPED_TRACE(scenario);
    const Page page = replication(recorded(scenario));
    const std::string first = "{master_host=\"10.0.0.1\",master_port=\"6379\"}";
    const std::string second = "{master_host=\"keydb-b.internal\",master_port=\"6380\"}";
    EXPECT_EQ(page.value("redis_master_link_up" + first), "1");
    EXPECT_EQ(page.value("redis_master_link_up" + second), "0");
    EXPECT_EQ(page.value("redis_master_last_io_seconds_ago" + first), "4");
    EXPECT_EQ(page.value("redis_master_last_io_seconds_ago" + second), "-1");
    EXPECT_EQ(page.value("redis_master_sync_in_progress" + second), "1");
    EXPECT_EQ(page.value("redis_slave_repl_offset" + first), "1420");
    EXPECT_EQ(page.value("redis_slave_repl_offset" + second), "1");
    EXPECT_EQ(page.count("redis_slave_info{"), 2);
    EXPECT_EQ(page.value("redis_replication_link_up"), "0");
    EXPECT_EQ(page.value("redis_replication_link_down_seconds"), "12");
    EXPECT_EQ(page.value("redis_replication_last_io_seconds_ago"), "-1");
    EXPECT_EQ(page.value("redis_replication_sync_in_progress"), "1");
    EXPECT_EQ(page.value("redis_replication_sync_size_bytes"), "1000");
    EXPECT_EQ(page.value("redis_replication_sync_read_bytes"), "250");
    EXPECT_EQ(page.value("redis_replication_sync_left_bytes"), "750");
    EXPECT_EQ(page.value("redis_replication_sync_last_io_seconds_ago"), "0");
  }
}

TEST(Replication, KnowsNewerFields) {
  const Page page = replication(recorded("newer/standalone"));
  EXPECT_EQ(page.value("redis_replicas_repl_buffer_size_bytes"), "45");
  EXPECT_EQ(page.value("redis_replicas_repl_buffer_peak_bytes"), "46");
  EXPECT_EQ(page.value("redis_replicas_waiting_psync"), "2");
}

TEST(Replication, EmitsNothingForAbsentFields) {
  const Page page = page_of(kReplicationCollector, "# Replication\r\nrole:master\r\n");
  EXPECT_TRUE(page.outcomes.at("replication").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

TEST(Replication, ReadsAServerThatDoesNotTellLag) {
  const Page page = page_of(kReplicationCollector,
                            "# Server\r\nredis_version:2.8.4\r\n# Replication\r\nrole:master\r\n"
                            "connected_slaves:1\r\n"
                            "slave0:ip=10.0.0.3,port=6379,state=online,offset=7\r\n"
                            "master_repl_offset:9\r\n");
  EXPECT_EQ(page.value("redis_replica_lag_bytes{replica=\"10.0.0.3:6379\"}"), "2");
  EXPECT_EQ(page.count("redis_replica_lag_seconds{"), 0);
  EXPECT_EQ(page.count("redis_failover_state{"), 0);
}

TEST(Replication, EmitsNothingWhenInfoIsAnError) {
  EXPECT_EQ(replication(Answers().add("INFO all", "-NOPERM no permission\r\n")).count("redis_"), 0);
}

}  // namespace
}  // namespace fleet::test
