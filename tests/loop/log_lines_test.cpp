// SPDX-License-Identifier: Apache-2.0
// What the log says of groups and their comparison: why, whose, and once.
#include <gtest/gtest.h>

#include "base/log.h"
#include "loop/groups.h"

namespace fleet::test {
namespace {

class LogLines : public Groups {
 protected:
  LogLines() {
    testing::internal::CaptureStderr();
    log::configure(log::Level::info, false);
  }
  ~LogLines() override {
    if (!ended_) end();
  }
  // Lets rounds pass, and ends the log.
  std::string log_after(Clock::duration time) {
    run_in(loop_, sleep_until(Clock::now() + time));
    return end();
  }
  std::string end() {
    ended_ = true;
    return testing::internal::GetCapturedStderr();
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
    return found;
  }
  bool answer(const std::string& nodes) {
    return wait_until(
        [&] { return described("redis_group_answering_nodes{redis_group=\"pair\"}") == nodes; });
  }

 private:
  bool ended_ = false;
};

TEST_F(LogLines, ASplitBrainIsNewsWhenItLastsSomeRounds) {
  FakeRedis one, other;
  const auto master = bulk("# Replication\r\nrole:master\r\nmaster_replid:a\r\n");
  for (FakeRedis* redis : {&one, &other}) redis->answers("INFO replication", master);
  add_group("pair", {&one, &other});
  begin();
  const auto splits = [&](const std::string& value) {
    return wait_until(
        [&] { return described("redis_group_split_brain{redis_group=\"pair\"}") == value; });
  };
  ASSERT_TRUE(splits("1"));
  EXPECT_EQ(count(testing::internal::GetCapturedStderr(), "split brain"), 0u);  // the first round
  testing::internal::CaptureStderr();
  run_in(loop_, sleep_until(Clock::now() + milliseconds(300)));
  other.answers("INFO replication", "-ERR gone\r\n");
  ASSERT_TRUE(splits("0"));
  const std::string log = log_after(milliseconds(100));
  EXPECT_EQ(count(log, "split brain: masters of one history"), 1u) << log;
  EXPECT_EQ(count(log, "the split brain has ended"), 1u) << log;
}

TEST_F(LogLines, TheComparisonSaysOnceWhyANodeDoesNotAnswer) {
  FakeRedis one, other;
  one.answers("AUTH hunter2", "-WRONGPASS invalid username-password pair\r\n");
  one.answers("INFO all", "-NOAUTH Authentication required.\r\n");
  one.answers("CLIENT SETNAME redis_fleet_exporter", "-NOAUTH Authentication required.\r\n");
  add_group("pair", {&one, &other}).nodes[0].target.password = Secret("hunter2");
  begin();
  ASSERT_TRUE(answer("1"));
  run_in(loop_, sleep_until(Clock::now() + milliseconds(100)));
  one.answers("AUTH hunter2", "+OK\r\n");
  one.answers("INFO all", info_reply("7.0.15", std::string(40, 'b')));
  one.answers("CLIENT SETNAME redis_fleet_exporter", "+OK\r\n");
  ASSERT_TRUE(answer("2"));
  const std::string log = log_after(milliseconds(100));
  EXPECT_EQ(count(log, "\"a node does not answer the comparison of its group\" instance=\"" +
                           address(one) + "\" reason=\"auth\" error=\"AUTH: WRONGPASS"),
            1u)
      << log;
  EXPECT_EQ(count(log, "\"a node answers the comparison of its group again\""), 1u) << log;
  EXPECT_EQ(count(log, "does not answer"), 1u) << log;
}

TEST_F(LogLines, AServersWordsToTheComparisonLoseThePassword) {
  FakeRedis one, other;
  one.answers("AUTH comparison", "+OK\r\n");
  one.answers("INFO replication", "-NOPERM comparison of what?\r\n");
  add_group("pair", {&one, &other}).nodes[0].target.password = Secret("comparison");
  begin();
  ASSERT_TRUE(answer("1"));
  const std::string log = log_after(milliseconds(50));
  EXPECT_EQ(count(log, "\"command refused\""), 1u) << log;
  EXPECT_EQ(count(log, "server=\"NOPERM *** of what?\""), 1u) << log;
}

TEST_F(LogLines, AChangedGroupIsNamedByWhatCameAndWent) {
  const FakeRedis one, other, third;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  add_sentinel_group(sentinel);
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  watches(sentinel, one, third, "1");
  ASSERT_TRUE(wait_until([&] { return fleet_->members()[1]->instance() == address(third); }));
  watches(sentinel, third, one, "2");
  ASSERT_TRUE(wait_until([&] { return fleet_->members()[0]->instance() == address(third); }));
  const std::string log = log_after(milliseconds(0));
  const std::string changed = "\"the group has changed\" redis_group=\"pay\" nodes=\"2\" ";
  EXPECT_EQ(count(log, changed + "added=\"" + address(one) + ", " + address(other) +
                           "\" removed=\"none\" masters=\"" + address(one)),
            1u)
      << log;
  EXPECT_EQ(count(log, changed + "added=\"" + address(third) + "\" removed=\"" + address(other) +
                           "\" masters=\"" + address(one)),
            1u)
      << log;
  EXPECT_EQ(count(log, changed + "added=\"none\" removed=\"none\" masters=\"" + address(third)), 1u)
      << log;
}

TEST_F(LogLines, OfManyNewNodesAFewAreNamed) {
  FakeRedis seed;
  std::string nodes = "aaaa " + address(seed) + "@1 myself,master - 0 0 1 connected 0-16383\n";
  for (int i = 1; i < 8; ++i)
    nodes += "bb" + std::to_string(i) + " 127.0.0.1:" + std::to_string(i) +
             "@1 slave aaaa 0 0 1 connected\n";
  seed.answers("CLUSTER NODES", bulk(nodes));
  seed.answers("CLUSTER INFO", bulk("cluster_state:ok\r\n"));
  Group& group = add_group("shop", {});
  group.source = Group::Source::cluster;
  group.seeds.push_back(Exporter::at(seed));
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 8; }));
  const std::string log = log_after(milliseconds(0));
  EXPECT_EQ(count(log, "127.0.0.1:4 and 3 more\" removed=\"none\""), 1u) << log;
}

TEST_F(LogLines, ANodeOfAnotherGroupIsToldWithThatGroup) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  add_group("listed", {&other});
  add_sentinel_group(sentinel);
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  const std::string log = log_after(milliseconds(60));
  EXPECT_EQ(
      count(log, "\"a node belongs to another group already\" redis_group=\"pay\" instance=\"" +
                     address(other) + "\" other_redis_group=\"listed\""),
      1u)
      << log;
}

// A server that is no Redis may repeat what it was sent.
TEST_F(LogLines, WhatAStrangeServerSendsLosesThePassword) {
  FakeRedis one, other;
  one.answers("AUTH hunter2", "500 what is hunter2?\r\n");
  add_group("pair", {&one, &other}).nodes[0].target.password = Secret("hunter2");
  begin();
  scrape_all();
  ASSERT_TRUE(answer("1"));
  const std::string log = log_after(milliseconds(50));
  EXPECT_GE(count(log, "It sent \\\"500 what is ***?"), 2u) << log;
  EXPECT_EQ(count(log, "hunter2"), 0u) << log;
}

}  // namespace
}  // namespace fleet::test
