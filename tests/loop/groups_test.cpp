// SPDX-License-Identifier: Apache-2.0
// Groups of the configuration: their nodes' labels, what a reload keeps, and nodes that Sentinels
// and Clusters name.
#include "loop/groups.h"

#include <gtest/gtest.h>

namespace fleet::test {
namespace {

TEST_F(Groups, NodesHaveTheLabelsOfTheirGroup) {
  const FakeRedis one, other;
  Group& web = add_group("web", {&one});
  web.nodes[0].labels = {{"rack", "a\"b"}, {"team", "x"}};
  add_group("each", {&other}).standalone = true;
  begin();
  const auto members = fleet_->members();
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0]->labels,
            "instance=\"" + address(one) + "\",redis_group=\"web\",rack=\"a\\\"b\",team=\"x\"");
  EXPECT_EQ(members[1]->labels,
            "instance=\"" + address(other) + "\",redis_group=\"" + address(other) + "\"");
  EXPECT_EQ(fleet_->members("web").size(), 1u);
  EXPECT_EQ(fleet_->members(address(other)).size(), 1u);
  EXPECT_TRUE(fleet_->members("nobody").empty());
}

TEST_F(Groups, TheNodeOfTheFlagsHasNoLabels) {
  const FakeRedis redis;
  options_.config_file.clear();
  options_.redis_addr = Exporter::at(redis);
  begin();
  ASSERT_EQ(fleet_->members().size(), 1u);
  EXPECT_EQ(fleet_->members()[0]->labels, "");
  EXPECT_EQ(described("redis_group_expected_nodes{redis_group=\"\"}"), "absent");
  EXPECT_EQ(described("redis_group_duplicate_nodes{redis_group=\"\"}"), "absent");
}

// Nobody compares these: scrapes tell who they are.
TEST_F(Groups, StandaloneNodesAreOneServer) {
  FakeRedis one, other, third;
  third.answers("INFO all", info_reply("7.0.15", std::string(40, 'b')));
  add_group("each", {&one, &other, &third}).standalone = true;
  begin();
  const auto duplicates = [&] {
    return described("redis_group_duplicate_nodes{redis_group=\"" + address(other) + "\"}");
  };
  EXPECT_EQ(duplicates(), "0");
  scrape_all();
  EXPECT_TRUE(wait_until([&] { return duplicates() == "1"; }));
  options_.groups[0].nodes.erase(options_.groups[0].nodes.begin());
  fleet_->apply();
  EXPECT_TRUE(wait_until([&] { return duplicates() == "0"; }));
}

TEST_F(Groups, AReloadKeepsTheConnectionsOfNodesThatStay) {
  const FakeRedis stays, goes, comes;
  add_group("web", {&stays, &goes}).standalone = true;
  begin();
  scrape_all();
  options_.groups.clear();
  add_group("before", {&comes}).standalone = true;
  Group& web = add_group("web", {&stays});
  web.standalone = true;
  web.nodes[0].labels = {{"team", "new"}};
  fleet_->apply();
  scrape_all();
  const std::string at = address(stays);
  EXPECT_EQ(fleet_->members(at)[0]->labels,
            "instance=\"" + at + "\",redis_group=\"" + at + "\",team=\"new\"");
  EXPECT_EQ(stays.connections(), 1);
  EXPECT_EQ(stays.received("INFO all"), 2);
  EXPECT_EQ(goes.received("INFO all"), 1);
  EXPECT_EQ(comes.received("INFO all"), 1);
}

TEST_F(Groups, ANewPasswordOrSettingTakesANewConnection) {
  FakeRedis redis;
  redis.answers("AUTH old", "+OK\r\n").answers("AUTH new", "+OK\r\n");
  Group& group = add_group("web", {&redis});
  group.standalone = true;
  group.nodes[0].target.password = Secret("old");
  begin();
  scrape_all();
  options_.groups[0].nodes[0].target.password = Secret("new");
  fleet_->apply();
  scrape_all();
  EXPECT_EQ(redis.received("AUTH new"), 1);
  EXPECT_EQ(redis.connections(), 2);
  options_.groups[0].rename_commands["SLOWLOG"] = "";
  fleet_->apply();
  scrape_all();
  EXPECT_EQ(redis.connections(), 3);
}

TEST_F(Groups, AScrapeInProgressOutlivesAReload) {
  FakeRedis redis;
  redis.takes(milliseconds(100), "INFO all");
  add_group("web", {&redis});
  begin();
  std::shared_ptr<const NodeReport> report;
  const auto task = [&]() -> asio::awaitable<void> {
    const auto run = fleet_->members()[0]->node->start(Clock::now() + std::chrono::seconds(5),
                                                       loop_.get_executor());
    co_await sleep_until(Clock::now() + milliseconds(20));
    options_.groups.clear();
    fleet_->apply();
    EXPECT_TRUE(fleet_->members().empty());
    report = co_await Node::finished(run);
  };
  run_in(loop_, task());
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->up);
}

TEST_F(Groups, TheUrlOfAMemberFindsItHoweverItIsSpelled) {
  const FakeRedis redis;
  add_group("web", {&redis});
  begin();
  const auto task = [&]() -> asio::awaitable<void> {
    for (const std::string scheme : {"", "redis://", "rediss://"}) {
      const auto deadline = Clock::now() + std::chrono::seconds(1);
      const FoundTarget found = co_await fleet_->find(scheme + address(redis), "", deadline);
      EXPECT_EQ(found.node, fleet_->members()[0]->node.get()) << scheme;
    }
    const auto deadline = Clock::now() + std::chrono::seconds(1);
    const FoundTarget other = co_await fleet_->find(address(redis) + "/7", "", deadline);
    EXPECT_EQ(other.node, nullptr);
  };
  run_in(loop_, task());
}

TEST_F(Groups, SayWhatIsExpectedAndTheirThresholds) {
  const FakeRedis one, other;
  const Threshold& threshold = thresholds().front();
  add_group("web", {&one, &other}).thresholds = {{&threshold, threshold.most}};
  add_group("each", {&one}).standalone = true;
  begin();
  EXPECT_EQ(described("redis_group_expected_nodes{redis_group=\"web\"}"), "2");
  std::string most;
  append_number(most, threshold.most);
  const auto series = [](const std::string& group, const Threshold& of) {
    return "redis_threshold{redis_group=\"" + group + "\",name=\"" + std::string(of.name) +
           "\",severity=\"" + std::string(name_of(of.severity)) + "\"}";
  };
  EXPECT_EQ(described(series("web", threshold)), most);
  std::string second;
  append_number(second, thresholds()[1].value);
  EXPECT_EQ(described(series("web", thresholds()[1])), second);
  EXPECT_EQ(described(series(address(one), threshold)), "absent");  // rules know the defaults
}

TEST_F(Groups, FollowTheMasterThatSentinelsName) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  add_sentinel_group(sentinel);
  begin();
  EXPECT_FALSE(fleet_->ready());
  EXPECT_EQ(fleet_->undiscovered(), "pay");
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  EXPECT_TRUE(fleet_->ready());
  EXPECT_EQ(fleet_->undiscovered(), "");
  const Fleet::Member* master = fleet_->members()[0];
  EXPECT_EQ(master->instance(), address(one));
  EXPECT_EQ(master->role, "master");
  EXPECT_EQ(master->shard, "mymaster");
  EXPECT_EQ(master->labels, "instance=\"" + address(one) + "\",redis_group=\"pay\",team=\"web\"");
  EXPECT_EQ(described("redis_group_expected_nodes{redis_group=\"pay\"}"), "2");
  EXPECT_EQ(described("redis_exporter_discovery_success{redis_group=\"pay\"}"), "1");
  scrape_all();

  watches(sentinel, other, one, "2");
  ASSERT_TRUE(wait_until([&] { return fleet_->members()[0]->instance() == address(other); }));
  EXPECT_EQ(fleet_->members()[1]->role, "replica");
  scrape_all();
  EXPECT_EQ(one.connections(), 2);  // a failover costs no connection
  EXPECT_EQ(sentinel.connections(), 2);
}

TEST_F(Groups, SentinelsBefore5NameTheReplicas) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  const auto row = flat({"ip", "127.0.0.1", "port", port_of(other), "flags", "slave"});
  sentinel.answers("SENTINEL REPLICAS mymaster", "-ERR Unknown sentinel subcommand 'REPLICAS'\r\n")
      .answers("SENTINEL SLAVES mymaster", list({row}));
  add_sentinel_group(sentinel);
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  EXPECT_EQ(fleet_->members()[1]->instance(), address(other));
}

TEST_F(Groups, OneThatIsNeverFoundHoldsUpTheListOfOthersForAWhileOnly) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  sentinel.answers("SENTINEL MASTER mymaster", "-ERR No such master with that name\r\n");
  add_group("listed", {&one}).standalone = true;
  add_sentinel_group(sentinel);
  begin(milliseconds(200));
  EXPECT_EQ(fleet_->undiscovered(), "pay");
  EXPECT_TRUE(wait_until([this] { return fleet_->undiscovered().empty(); }));
  EXPECT_EQ(fleet_->undiscovered("pay"), "pay");
}

TEST_F(Groups, KeepTheirNodesWhileNoSentinelAnswers) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  add_sentinel_group(sentinel);
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  sentinel.answers("SENTINEL MASTER mymaster", "-ERR No such master with that name\r\n");
  const std::string success = "redis_exporter_discovery_success{redis_group=\"pay\"}";
  ASSERT_TRUE(wait_until([&] { return described(success) == "0"; }));
  EXPECT_EQ(fleet_->members().size(), 2u);
  sentinel.hangs();
  run_in(loop_, sleep_until(Clock::now() + milliseconds(700)));
  EXPECT_EQ(described(success), "0");
  EXPECT_EQ(fleet_->members().size(), 2u);
  sentinel.works_again();
  watches(sentinel, one, other, "1");
  EXPECT_TRUE(wait_until([&] { return described(success) == "1"; }));
}

TEST_F(Groups, AReloadThatDoesNotConcernThemLeavesDiscoveryAlone) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  add_sentinel_group(sentinel);
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  fleet_->apply();
  EXPECT_EQ(fleet_->members().size(), 2u);
  EXPECT_TRUE(fleet_->ready());
  run_in(loop_, sleep_until(Clock::now() + milliseconds(50)));
  EXPECT_EQ(sentinel.connections(), 2);  // for questions and for events

  // A group that changed keeps its nodes until the next round.
  options_.groups[0].labels = {{"team", "other"}};
  fleet_->apply();
  EXPECT_EQ(fleet_->members().size(), 2u);
  EXPECT_TRUE(wait_until(
      [this] { return fleet_->members()[0]->labels.find("team=\"other\"") != std::string::npos; }));
  options_.groups.clear();
  fleet_->apply();
  run_in(loop_, sleep_until(Clock::now() + milliseconds(50)));
  EXPECT_TRUE(fleet_->members().empty());
}

// As when it is changed in the middle of an outage, or changed to a wrong one.
TEST_F(Groups, ANewPasswordKeepsTheNodesThatWereFound) {
  FakeRedis one, other;
  FakeRedis sentinel;
  for (FakeRedis* redis : {&one, &other})
    redis->answers("AUTH old", "+OK\r\n").answers("AUTH new", "+OK\r\n");
  sentinel.answers("AUTH of-sentinels", "+OK\r\n");
  watches(sentinel, one, other, "1");
  add_sentinel_group(sentinel).password = Secret("old");
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  sentinel.hangs();
  options_.groups[0].password = Secret("new");
  options_.groups[0].sentinels[0].password = Secret("of-sentinels");
  fleet_->apply();
  ASSERT_TRUE(wait_until([this] {
    return described("redis_exporter_discovery_success{redis_group=\"pay\"}") == "0";
  }));
  EXPECT_EQ(described("redis_group_expected_nodes{redis_group=\"pay\"}"), "2");
  ASSERT_EQ(fleet_->members().size(), 2u);
  for (const Fleet::Member* member : fleet_->members())
    EXPECT_TRUE(scrape(*member->node)->up) << member->instance();
  EXPECT_EQ(one.received("AUTH new"), other.received("AUTH new"));
  EXPECT_GT(other.received("AUTH new"), 0);
}

TEST_F(Groups, ASentinelThatNeverEndsToCryDoesNotDriveThem) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  std::string cries = flat({"subscribe", "+sdown", "1"});
  for (int i = 0; i < 20'000; ++i)
    cries += flat({"message", "+switch-master", "mymaster 127.0.0.1 1 127.0.0.1 2"});
  sentinel.answers(subscription(), cries).drips(4000, milliseconds(20));
  add_sentinel_group(sentinel);
  begin(std::chrono::minutes(5), Resolver::system_lookup, std::chrono::minutes(5));
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  const auto began = Clock::now();
  sentinel.forget_commands();
  ASSERT_TRUE(wait_until([&] { return sentinel.received("SENTINEL MASTER mymaster") == 4; }));
  EXPECT_GE(Clock::now() - began, 2 * GroupRounds::kApart);
}

TEST_F(Groups, FindTheNodesOfACluster) {
  FakeRedis master, replica;
  const std::string nodes = "aaaa " + address(master) +
                            "@1 myself,master - 0 0 1 connected 0-16383\n" + "bbbb " +
                            address(replica) + "@1 slave aaaa 0 0 1 connected\n";
  master.answers("CLUSTER NODES", bulk(nodes));
  replica.answers("CLUSTER NODES", bulk(nodes));
  for (FakeRedis* redis : {&master, &replica})
    redis->answers("CLUSTER INFO", bulk("cluster_state:ok\r\n"));
  Group& group = add_group("shop", {});
  group.source = Group::Source::cluster;
  group.seeds.push_back(Exporter::at(master));
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  EXPECT_EQ(fleet_->members()[1]->shard, "aaaa");
  // The seed goes: the other node answers for the Cluster.
  ASSERT_TRUE(wait_until([&] { return replica.received("CLUSTER NODES") > 0; }));
  master.hangs();
  replica.forget_commands();
  ASSERT_TRUE(wait_until([&] { return replica.received("CLUSTER NODES") > 1; }));
  EXPECT_EQ(fleet_->members().size(), 2u);
}

TEST_F(Groups, ANodeThatAnotherGroupListsIsNotTakenTwice) {
  const FakeRedis one, other;
  FakeRedis sentinel;
  watches(sentinel, one, other, "1");
  add_group("listed", {&other});
  add_sentinel_group(sentinel);
  begin();
  ASSERT_TRUE(wait_until([this] { return fleet_->members().size() == 2; }));
  EXPECT_EQ(fleet_->members("pay").size(), 1u);
  EXPECT_EQ(fleet_->members("listed").size(), 1u);
}

}  // namespace
}  // namespace fleet::test
