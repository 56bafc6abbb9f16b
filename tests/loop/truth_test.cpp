// SPDX-License-Identifier: Apache-2.0
// Nodes of one group, compared round by round, and the failovers that are counted.
#include <gtest/gtest.h>

#include "loop/groups.h"

namespace fleet::test {
namespace {

std::string master_says(std::string_view more = {}) {
  return bulk("# Replication\r\nrole:master\r\nmaster_replid:a\r\nmaster_repl_offset:1000\r\n" +
              std::string(more));
}
std::string replica_says(const FakeRedis& master, std::string_view more = {}) {
  return bulk("# Replication\r\nrole:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:" +
              std::to_string(master.port()) +
              "\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:3\r\n"
              "slave_repl_offset:900\r\nmaster_replid:a\r\n" +
              std::string(more));
}

class Truth : public Groups {
 protected:
  std::string value(const std::string& name, const std::string& more = {}) const {
    return described(name + "{redis_group=\"" + options_.groups[0].name + "\"" + more + "}");
  }
  bool becomes(const std::string& name, const std::string& expected) {
    return wait_until([&] { return value(name) == expected; });
  }
};

TEST_F(Truth, ListedNodesAreCompared) {
  FakeRedis one, other;
  one.answers("INFO replication", master_says("slave0:ip=127.0.0.1,port=" + port_of(other) +
                                              ",state=online,offset=900,lag=1\r\n"));
  other.answers("INFO replication", replica_says(one));
  add_group("pair", {&one, &other});
  begin();
  EXPECT_EQ(value("redis_group_masters"), "absent");  // nothing is known yet
  EXPECT_EQ(value("redis_group_failovers_total"), "0");
  ASSERT_TRUE(becomes("redis_group_masters", "1"));
  EXPECT_EQ(value("redis_group_answering_nodes"), "2");
  EXPECT_EQ(value("redis_group_failover_candidates"), "1");
  EXPECT_EQ(value("redis_group_masters_without_replica"), "0");
  EXPECT_EQ(value("redis_group_split_brain"), "0");
  EXPECT_EQ(value("redis_group_versions"), "1");
  EXPECT_EQ(value("redis_group_replicas_on_master_host"), "1");
  const std::string replica = ",instance=\"" + address(other) + "\"";
  EXPECT_EQ(value("redis_group_replica_lag_bytes", replica), "100");
  EXPECT_EQ(value("redis_group_replica_lag_seconds", replica + ",end=\"master\""), "1");
  EXPECT_EQ(value("redis_group_replica_lag_seconds", replica + ",end=\"replica\""), "3");
}

TEST_F(Truth, TwoMastersOfOneHistoryAreASplitBrainUntilOneGivesIn) {
  FakeRedis one, other;
  one.answers("INFO replication", master_says());
  other.answers("INFO replication", master_says());
  add_group("pair", {&one, &other});
  begin();
  ASSERT_TRUE(becomes("redis_group_split_brain", "1"));
  EXPECT_EQ(value("redis_group_masters"), "2");
  other.answers("INFO replication", replica_says(one));
  EXPECT_TRUE(becomes("redis_group_split_brain", "0"));
}

void says_it_is(FakeRedis& redis, char id) {
  redis.answers("INFO server",
                bulk("redis_version:7.0.15\r\nrun_id:" + std::string(40, id) + "\r\n"));
}

TEST_F(Truth, OneServerUnderTwoAddressesIsPromotedOnce) {
  FakeRedis old, one, other;
  old.answers("INFO replication", master_says());
  for (FakeRedis* redis : {&one, &other}) {
    redis->answers("INFO replication", replica_says(old));
    says_it_is(*redis, 'c');
  }
  add_group("pair", {&old, &one, &other});
  begin();
  ASSERT_TRUE(becomes("redis_group_answering_nodes", "2"));
  EXPECT_EQ(value("redis_group_failover_candidates"), "1");
  for (FakeRedis* redis : {&one, &other}) redis->answers("INFO replication", master_says());
  ASSERT_TRUE(becomes("redis_group_failovers_total", "1"));
  run_in(loop_, sleep_until(Clock::now() + milliseconds(60)));
  EXPECT_EQ(value("redis_group_failovers_total"), "1");
}

TEST_F(Truth, OneServerUnderTwoAddressesIsNoSplitBrain) {
  FakeRedis one, other;
  for (FakeRedis* redis : {&one, &other}) {
    redis->answers("INFO replication", master_says());
    says_it_is(*redis, 'c');
  }
  add_group("pair", {&one, &other});
  begin();
  EXPECT_EQ(value("redis_group_duplicate_nodes"), "0");
  ASSERT_TRUE(becomes("redis_group_masters", "1"));
  EXPECT_EQ(value("redis_group_answering_nodes"), "1");
  EXPECT_EQ(value("redis_group_split_brain"), "0");
  EXPECT_TRUE(wait_until([&] { return value("redis_group_duplicate_nodes") == "1"; }));
  // A new connection may lead to another server, which is asked who it is before a minute is over.
  ASSERT_TRUE(wait_until([&] { return other.received("INFO server") == 3; }));
  other.forget_commands();
  says_it_is(other, 'd');
  other.closes_open_connections();
  ASSERT_TRUE(becomes("redis_group_split_brain", "1"));
  EXPECT_LT(other.received("INFO replication"), 6);
  EXPECT_TRUE(wait_until([&] { return value("redis_group_duplicate_nodes") == "0"; }));
}

// More than may connect at a time, which all hold their place until their budget has passed.
TEST_F(Truth, NodesThatHangDoNotKeepOthersFromBeingCompared) {
  FakeRedis silent({.address = "0.0.0.0"}), good;
  silent.stays_silent();
  good.answers("INFO replication", master_says());
  good.takes(milliseconds(20), "INFO replication");
  Group& group = add_group("large", {});
  for (std::size_t i = 1; i < Fleet::kQuestionConnects + 40; ++i)
    group.nodes.push_back({Exporter::at(silent, "127.0.1." + std::to_string(i))});
  group.nodes.push_back({Exporter::at(good)});
  begin();
  ASSERT_TRUE(becomes("redis_group_answering_nodes", "1"));
  // Nor from a new connection when one is at its end.
  const int before = good.connections();
  good.closes_open_connections();
  ASSERT_TRUE(wait_until([&] { return good.connections() > before; }));
  run_in(loop_, sleep_until(Clock::now() + milliseconds(700)));  // a round and more
  EXPECT_EQ(value("redis_group_answering_nodes"), "1");
}

TEST_F(Truth, ASentinelAmongTheNodesIsNotComparedWithThem) {
  FakeRedis one, other, sentinel;
  one.answers("INFO replication", master_says());
  other.answers("INFO replication", replica_says(one));
  for (FakeRedis* redis : {&one, &other})
    redis->answers(FakeRedis::kComparedSettings, flat({"save", ""}));
  sentinel.answers("INFO replication", bulk(""))
      .answers("INFO server", bulk("redis_version:7.2.4\r\nserver_mode:sentinel\r\n"));
  add_group("pair", {&one, &other, &sentinel});
  begin();
  ASSERT_TRUE(becomes("redis_group_answering_nodes", "3"));
  EXPECT_TRUE(
      wait_until([&] { return value("redis_group_setting_values", ",setting=\"save\"") == "1"; }));
  EXPECT_EQ(value("redis_group_masters"), "1");
  EXPECT_EQ(value("redis_group_failover_candidates"), "1");
  EXPECT_EQ(value("redis_group_split_brain"), "0");
  EXPECT_EQ(value("redis_group_versions"), "1");
  EXPECT_EQ(sentinel.received(FakeRedis::kComparedSettings), 0);
  sentinel.hangs();
  EXPECT_TRUE(becomes("redis_group_answering_nodes", "2"));
}

TEST_F(Truth, AReplicaThatBecomesMasterIsAFailover) {
  FakeRedis one, other;
  one.answers("INFO replication", master_says());
  other.answers("INFO replication", replica_says(one));
  add_group("pair", {&one, &other});
  begin();
  ASSERT_TRUE(becomes("redis_group_masters", "1"));
  one.hangs();
  other.answers("INFO replication", master_says());
  EXPECT_TRUE(becomes("redis_group_failovers_total", "1"));
  EXPECT_EQ(value("redis_group_answering_nodes"), "1");
  one.works_again();
  one.answers("INFO replication", replica_says(other));
  EXPECT_TRUE(becomes("redis_group_answering_nodes", "2"));
  EXPECT_EQ(value("redis_group_failovers_total"), "1");
}

TEST_F(Truth, VersionsAndSettingsThatDiffer) {
  FakeRedis one, other;
  one.answers(FakeRedis::kComparedSettings, flat({"maxmemory", "100", "save", ""}));
  other.answers(FakeRedis::kComparedSettings, flat({"maxmemory", "200", "save", ""}));
  other.answers("INFO server", bulk("# Server\r\nredis_version:7.2.4\r\nvalkey_version:8.0.0\r\n"));
  add_group("pair", {&one, &other});
  begin();
  ASSERT_TRUE(wait_until(
      [&] { return value("redis_group_setting_values", ",setting=\"maxmemory\"") == "2"; }));
  EXPECT_EQ(value("redis_group_setting_values", ",setting=\"save\""), "1");
  EXPECT_EQ(value("redis_group_versions"), "2");
}

TEST_F(Truth, WhatIsRefusedIsNotAskedAgain) {
  FakeRedis one, other;
  one.answers("INFO replication", "-NOPERM this user has no permissions\r\n");
  one.answers(FakeRedis::kComparedSettings, "-NOPERM this user has no permissions\r\n");
  add_group("pair", {&one, &other});
  begin();
  ASSERT_TRUE(wait_until([&] { return other.received("INFO replication") > 15; }));
  EXPECT_EQ(one.received("INFO replication"), 1);
  EXPECT_EQ(one.received(FakeRedis::kComparedSettings), 1);
  EXPECT_EQ(value("redis_group_answering_nodes"), "1");
}

TEST_F(Truth, ReloadKeepsWhatWasCounted) {
  FakeRedis one, other;
  one.answers("INFO replication", master_says());
  other.answers("INFO replication", replica_says(one));
  add_group("pair", {&one, &other});
  begin();
  ASSERT_TRUE(becomes("redis_group_masters", "1"));
  other.answers("INFO replication", master_says());
  ASSERT_TRUE(becomes("redis_group_failovers_total", "1"));
  options_.groups[0].labels = {{"team", "other"}};
  fleet_->apply();
  EXPECT_EQ(value("redis_group_failovers_total"), "1");
  EXPECT_EQ(value("redis_group_masters"), "2");
}

// One that has no slots serves nobody, which only the Cluster knows.
TEST_F(Truth, AReloadInAnOutageKeepsWhatTheClusterSaidOfItsNodes) {
  FakeRedis one, other, bare;
  one.answers("INFO replication", master_says("slave0:ip=127.0.0.1,port=" + port_of(other) +
                                              ",state=online,offset=900,lag=1\r\n"));
  other.answers("INFO replication", replica_says(one));
  bare.answers("INFO replication", master_says());
  const auto nodes = [&](const FakeRedis& asked) {
    const auto line = [&](const char* id, const FakeRedis& redis, const std::string& rest) {
      return id + (" " + address(redis) + "@1 ") + (&redis == &asked ? "myself," : "") + rest;
    };
    return bulk(line("aaaa", one, "master - 0 0 1 connected 0-16383\n") +
                line("bbbb", other, "slave aaaa 0 0 1 connected\n") +
                line("cccc", bare, "master - 0 0 2 connected\n"));
  };
  for (FakeRedis* redis : {&one, &other, &bare})
    redis->answers("CLUSTER NODES", nodes(*redis))
        .answers("CLUSTER INFO", bulk("cluster_state:ok\r\n"))
        .answers("AUTH new", "+OK\r\n");
  Group& group = add_group("shop", {});
  group.source = Group::Source::cluster;
  group.seeds.push_back(Exporter::at(one));
  begin();
  ASSERT_TRUE(becomes("redis_group_masters_without_replica", "0"));
  ASSERT_TRUE(becomes("redis_group_answering_nodes", "3"));
  for (FakeRedis* redis : {&one, &other, &bare})
    redis->answers("CLUSTER NODES", "-NOPERM this user has no permissions\r\n");
  options_.groups[0].password = Secret("new");
  fleet_->apply();
  ASSERT_TRUE(becomes("redis_exporter_discovery_success", "0"));
  for (FakeRedis* redis : {&one, &bare}) redis->forget_commands();
  ASSERT_TRUE(wait_until([&] {
    return one.received("INFO replication") > 1 && bare.received("INFO replication") > 1;
  }));
  EXPECT_EQ(value("redis_group_masters"), "1");
  EXPECT_EQ(value("redis_group_masters_without_replica"), "0");
}

TEST_F(Truth, SlotsThatTwoNodesSayTheyHave) {
  FakeRedis one, other;
  const std::string a = "aaaa " + address(one) + "@1 ", b = "bbbb " + address(other) + "@1 ";
  one.answers("CLUSTER NODES", bulk(a + "myself,master - 0 0 1 connected 0-9 [9->-bbbb]\n" + b +
                                    "master - 0 0 2 connected 10-19\n"));
  other.answers("CLUSTER NODES", bulk(a + "master - 0 0 1 connected 0-8\n" + b +
                                      "myself,master - 0 0 2 connected 9-19\n"));
  for (FakeRedis* redis : {&one, &other})
    redis->answers("CLUSTER INFO", bulk("cluster_state:ok\r\n"));
  Group& group = add_group("shop", {});
  group.source = Group::Source::cluster;
  group.seeds.push_back(Exporter::at(one));
  begin();
  ASSERT_TRUE(becomes("redis_group_slots_claimed_twice", "1"));
  EXPECT_EQ(value("redis_group_slots_open"), "1");
  EXPECT_EQ(value("redis_group_slots_uncovered"), "16364");
  EXPECT_EQ(value("redis_group_nodes_with_other_slot_map"), "1");
  EXPECT_EQ(value("redis_group_nodes_known_to_few"), "0");
  // When nobody is left to tell, zeros would say that all is well.
  for (FakeRedis* redis : {&one, &other}) redis->answers("CLUSTER NODES", "-ERR out of order\r\n");
  for (const char* name :
       {"redis_group_slots_uncovered", "redis_group_nodes_known_to_few", "redis_group_slots_open",
        "redis_group_slots_claimed_twice", "redis_group_nodes_with_other_slot_map"})
    EXPECT_TRUE(becomes(name, "absent")) << name;
}

class SentinelTruth : public Truth {
 protected:
  // What it sends unasked, once it is listened to.
  static void tells(FakeRedis& sentinel, std::string_view channel, const std::string& payload) {
    sentinel.answers(subscription(), flat({"subscribe", "+sdown", "1"}) +
                                         flat({"message", std::string(channel), payload}));
  }
  static std::string event(std::string_view name, std::string_view subject) {
    return ",event=\"" + std::string(name) + "\",subject=\"" + std::string(subject) + "\"";
  }
  FakeRedis one_, other_, first_, second_;
};

TEST_F(SentinelTruth, SentinelsAreJudged) {
  watches(first_, one_, other_, "1");
  watches(second_, other_, one_, "2");
  second_.answers("INFO sentinel", bulk("# Sentinel\r\nsentinel_tilt:1\r\n"));
  add_sentinel_group(first_).sentinels.push_back(Exporter::at(second_));
  begin();
  ASSERT_TRUE(becomes("redis_group_answering_sentinels", "2"));
  EXPECT_EQ(value("redis_group_configured_sentinels"), "2");
  EXPECT_EQ(value("redis_group_agreeing_sentinels"), "1");
  EXPECT_EQ(value("redis_group_sentinels_in_tilt"), "1");
  EXPECT_EQ(value("redis_group_sentinel_quorum_reachable"), "1");
  EXPECT_EQ(value("redis_group_sentinel_disagreement", ",about=\"address\""), "1");
  EXPECT_EQ(value("redis_group_sentinel_disagreement", ",about=\"quorum\""), "0");
  EXPECT_TRUE(becomes("redis_group_subscribed_sentinels", "2"));
}

TEST_F(SentinelTruth, AnEventThatAllTellCountsOnce) {
  watches(first_, one_, other_, "1");
  watches(second_, one_, other_, "1");
  const std::string about = "slave x 127.0.0.1 1 @ mymaster 127.0.0.1 2";
  tells(first_, "+sdown", about);
  tells(second_, "+sdown", about);
  add_sentinel_group(first_).sentinels.push_back(Exporter::at(second_));
  begin();
  const std::string name = "redis_group_sentinel_events_total";
  EXPECT_EQ(value(name, event("+sdown", "slave")), "0");  // before it first happens
  ASSERT_TRUE(wait_until([&] { return value(name, event("+sdown", "slave")) == "1"; }));
  ASSERT_TRUE(becomes("redis_group_subscribed_sentinels", "2"));
  run_in(loop_, sleep_until(Clock::now() + milliseconds(50)));
  EXPECT_EQ(value(name, event("+sdown", "slave")), "1");
  EXPECT_EQ(value(name, event("+sdown", "master")), "0");
}

TEST_F(SentinelTruth, TiltIsEachSentinelsOwn) {
  watches(first_, one_, other_, "1");
  watches(second_, one_, other_, "1");
  tells(first_, "+tilt", "#tilt mode entered");
  tells(second_, "+tilt", "#tilt mode entered");
  add_sentinel_group(first_).sentinels.push_back(Exporter::at(second_));
  begin();
  EXPECT_TRUE(wait_until([&] {
    return value("redis_group_sentinel_events_total", event("+tilt", "sentinel")) == "2";
  }));
}

TEST_F(SentinelTruth, AFailoverCountsOnceWhetherHeardOfOrSeen) {
  watches(first_, one_, other_, "1");
  tells(first_, "+switch-master", "mymaster 127.0.0.1 1 127.0.0.1 2");
  add_sentinel_group(first_);
  begin();
  const std::string name = "redis_group_sentinel_events_total";
  ASSERT_TRUE(wait_until([&] { return value(name, event("+switch-master", "master")) == "1"; }));
  EXPECT_EQ(value("redis_group_failovers_total"), "0");
  watches(first_, other_, one_, "2");
  ASSERT_TRUE(becomes("redis_group_failovers_total", "1"));
  run_in(loop_, sleep_until(Clock::now() + milliseconds(60)));
  EXPECT_EQ(value("redis_group_failovers_total"), "1");
}

TEST_F(SentinelTruth, ASentinelThatComesAndGoesIsNoFailover) {
  watches(first_, one_, other_, "2");
  watches(second_, one_, other_, "1");
  add_sentinel_group(first_).sentinels.push_back(Exporter::at(second_));
  begin();
  ASSERT_TRUE(becomes("redis_group_answering_sentinels", "2"));
  first_.answers("SENTINEL MASTER mymaster", "-ERR No such master with that name\r\n");
  run_in(loop_, sleep_until(Clock::now() + milliseconds(60)));
  watches(first_, one_, other_, "2");
  run_in(loop_, sleep_until(Clock::now() + milliseconds(60)));
  EXPECT_EQ(value("redis_group_failovers_total"), "0");
  watches(first_, one_, other_, "3");
  EXPECT_TRUE(becomes("redis_group_failovers_total", "1"));
}

TEST_F(SentinelTruth, NothingIsSaidOfAQuorumThatNobodyTellsOf) {
  watches(first_, one_, other_, "1");
  add_sentinel_group(first_);
  begin();
  ASSERT_TRUE(becomes("redis_group_sentinel_quorum_reachable", "1"));
  first_.answers("SENTINEL SENTINELS mymaster", "-NOPERM no permissions\r\n");
  EXPECT_TRUE(becomes("redis_group_sentinel_quorum_reachable", "absent"));
  EXPECT_EQ(value("redis_group_sentinels"), "absent");
}

TEST_F(SentinelTruth, ASubscriptionThatIsRefusedIsNotAskedForAgain) {
  watches(first_, one_, other_, "1");
  first_.answers(subscription(), "-NOPERM this user has no permissions\r\n");
  add_sentinel_group(first_);
  begin();
  ASSERT_TRUE(becomes("redis_group_answering_sentinels", "1"));
  run_in(loop_, sleep_until(Clock::now() + milliseconds(100)));
  EXPECT_EQ(first_.received(subscription()), 1);
  EXPECT_EQ(value("redis_group_subscribed_sentinels"), "0");
}

TEST(SentinelEvent, IsOfTheMasterThatItNames) {
  const auto name_of = [](int place) {
    return place < 0 ? std::string("none")
                     : std::string(sentinel_events()[static_cast<std::size_t>(place)].subject);
  };
  EXPECT_EQ(name_of(event_of("+switch-master", "m 10.0.0.1 1 10.0.0.2 1", "m")), "master");
  EXPECT_EQ(name_of(event_of("+switch-master", "other 10.0.0.1 1 10.0.0.2 1", "m")), "none");
  EXPECT_EQ(name_of(event_of("+sdown", "master m 10.0.0.1 1", "m")), "master");
  EXPECT_EQ(name_of(event_of("+sdown", "sentinel ab 10.0.0.1 1 @ m 10.0.0.2 1", "m")), "sentinel");
  EXPECT_EQ(name_of(event_of("+sdown", "slave ab 10.0.0.1 1 @ mm 10.0.0.2 1", "m")), "none");
  EXPECT_EQ(name_of(event_of("-tilt", "#tilt mode exited", "m")), "sentinel");
  EXPECT_EQ(name_of(event_of("+sdown", "slave", "m")), "none");
  EXPECT_EQ(name_of(event_of("+sdown", "", "")), "none");
  EXPECT_EQ(name_of(event_of("+new-epoch", "7", "m")), "none");
}

}  // namespace
}  // namespace fleet::test
