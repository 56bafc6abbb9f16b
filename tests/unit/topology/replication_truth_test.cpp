// SPDX-License-Identifier: Apache-2.0
#include "topology/replication_truth.h"

#include <gtest/gtest.h>

namespace fleet::test {
namespace {

// Nodes at 10.0.0.N:6379, named "N".
HostPort at(int n) { return {"10.0.0." + std::to_string(n), 6379}; }

ComparedNode silent(int n) {
  ComparedNode node;
  node.instance = std::to_string(n);
  node.host = at(n).host;
  node.addresses = {at(n)};
  return node;
}
ComparedNode master(int n, std::initializer_list<int> replicas = {}) {
  ComparedNode node = silent(n);
  node.view.answered = node.view.master = true;
  node.view.replid = "a";
  node.view.offset = 1000;
  for (const int replica : replicas) node.view.replicas.push_back({at(replica), true, 1});
  return node;
}
ComparedNode replica(int n, int of) {
  ComparedNode node = silent(n);
  node.view.answered = node.view.link_up = true;
  node.view.its_master = at(of);
  node.view.replid = "a";
  node.view.offset = 900;
  node.view.last_io_seconds = 2;
  return node;
}
using Nodes = std::vector<ComparedNode>;

TEST(ReplicationTruth, HealthyGroup) {
  const ReplicationTruth truth = compare(Nodes{master(1, {2, 3}), replica(2, 1), replica(3, 1)});
  EXPECT_EQ(truth.answered, 3u);
  EXPECT_EQ(truth.masters, 1u);
  EXPECT_FALSE(truth.split_brain);
  EXPECT_EQ(truth.candidates, 2u);
  EXPECT_EQ(truth.masters_without_candidate, 0u);
  EXPECT_EQ(truth.masters_without_replica, 0u);
  EXPECT_EQ(truth.chained_replicas, 0u);
  EXPECT_EQ(truth.stale_replicas, 0u);
  EXPECT_EQ(truth.replicas_on_master_host, 0u);
  EXPECT_EQ(truth.shards_on_one_host, 0u);
  EXPECT_EQ(truth.masters_on_one_host, 1u);
  ASSERT_EQ(truth.lags.size(), 2u);
  EXPECT_EQ(truth.lags[0], (ReplicaLag{"2", 100, 1, 2, true}));
}

TEST(ReplicationTruth, NothingIsSaidOfSilentNodes) {
  const ReplicationTruth truth = compare(Nodes{silent(1), replica(2, 1)});
  EXPECT_EQ(truth.answered, 1u);
  EXPECT_EQ(truth.masters, 0u);
  EXPECT_EQ(truth.stale_replicas, 0u);
  EXPECT_EQ(truth.candidates, 0u);
  EXPECT_EQ(truth.lags[0], (ReplicaLag{"2", {}, {}, 2}));
  EXPECT_EQ(compare(Nodes{}).answered, 0u);
}

TEST(ReplicationTruth, SplitBrainIsTwoWritersOfOneHistory) {
  Nodes nodes = {master(1), master(2)};
  EXPECT_TRUE(compare(nodes).split_brain);
  EXPECT_EQ(compare(nodes).masters, 2u);
  // A promoted one has a new history, and remembers the old one.
  nodes[1].view.replid = "b";
  EXPECT_FALSE(compare(nodes).split_brain);
  nodes[1].view.replid2 = "a";
  EXPECT_TRUE(compare(nodes).split_brain);
  // One that lacks the replicas that it needs refuses writes.
  nodes[0].view.good_replicas = 0;
  EXPECT_FALSE(compare(nodes).split_brain);
  nodes[0].view.good_replicas = 1;
  EXPECT_TRUE(compare(nodes).split_brain);
  nodes[0].least_replicas = 2;
  EXPECT_FALSE(compare(nodes).split_brain);
}

TEST(ReplicationTruth, SplitBrainOfAClusterIsOfTheSameSlots) {
  Nodes nodes = {master(1), master(2)};
  for (ComparedNode& node : nodes) {
    node.clustered = true;
    node.slots = {{0, 99}};
  }
  EXPECT_TRUE(compare(nodes).split_brain);
  // A replica that was reset and has other slots now keeps its old master's history as replid2.
  nodes[1].slots = {{100, 199}};
  EXPECT_FALSE(compare(nodes).split_brain);
  nodes[1].slots.clear();
  nodes[1].serves = false;
  EXPECT_FALSE(compare(nodes).split_brain);
  EXPECT_EQ(compare(nodes).masters, 1u);
  // One that is cut off from most others takes no writes.
  nodes[1].slots = {{0, 99}};
  nodes[1].cluster_ok = false;
  EXPECT_FALSE(compare(nodes).split_brain);
}

TEST(ReplicationTruth, PriorityPlaysNoPartInAClustersFailovers) {
  Nodes nodes = {master(1, {2}), replica(2, 1)};
  nodes[1].clustered = true;
  nodes[1].view.priority = 0;
  EXPECT_EQ(compare(nodes).candidates, 1u);
  nodes[1].nofailover = true;
  EXPECT_EQ(compare(nodes).candidates, 0u);
}

TEST(ReplicationTruth, BeforeHistoriesHadNamesALinkIsEnough) {
  Nodes nodes = {master(1, {2}), replica(2, 1)};
  for (ComparedNode& node : nodes) node.view.replid.clear();
  nodes[1].view.its_master = {"master.internal", 6379};
  EXPECT_EQ(compare(nodes).stale_replicas, 0u);
  EXPECT_EQ(compare(nodes).candidates, 1u);
  EXPECT_FALSE(compare(nodes).lags[0].bytes);
}

TEST(ReplicationTruth, MastersWithoutAHistoryAreNoSplit) {
  Nodes nodes = {master(1), master(2)};
  for (ComparedNode& node : nodes) node.view.replid.clear();
  EXPECT_FALSE(compare(nodes).split_brain);
}

TEST(ReplicationTruth, AServerUnderTwoAddressesIsOneNode) {
  Nodes nodes = {master(1, {3}), master(2, {3}), replica(3, 2)};
  ASSERT_TRUE(compare(nodes).split_brain);
  nodes[0].run_id = nodes[1].run_id = "x";
  nodes[1].named_master = true;
  mark_aliases(nodes);
  EXPECT_TRUE(nodes[1].alias);
  EXPECT_TRUE(nodes[0].named_master);
  const ReplicationTruth truth = compare(nodes);
  EXPECT_EQ(truth.answered, 2u);
  EXPECT_EQ(truth.masters, 1u);
  EXPECT_FALSE(truth.split_brain);
  EXPECT_EQ(truth.candidates, 1u);  // it follows the master by its other address
  EXPECT_EQ(truth.stale_replicas, 0u);
  EXPECT_EQ(truth.lags[0].master_seconds, 1);
}

TEST(ReplicationTruth, TheAddressThatAnswersIsCompared) {
  Nodes nodes = {silent(1), master(2), silent(3), silent(4)};
  nodes[0].run_id = nodes[1].run_id = "x";
  mark_aliases(nodes);
  EXPECT_TRUE(nodes[0].alias);
  EXPECT_FALSE(nodes[1].alias);
  EXPECT_FALSE(nodes[3].alias);  // nobody knows who these are
  EXPECT_EQ(compare(nodes).masters, 1u);
}

TEST(ReplicationTruth, CandidateIsInStepAndMayBePromoted) {
  Nodes nodes = {master(1, {2}), replica(2, 1)};
  const auto candidates = [&nodes] { return compare(nodes).candidates; };
  EXPECT_EQ(candidates(), 1u);
  nodes[1].view.priority = 0;
  EXPECT_EQ(candidates(), 0u);
  EXPECT_EQ(compare(nodes).masters_without_candidate, 1u);
  EXPECT_EQ(compare(nodes).masters_without_replica, 0u);
  nodes[1].view.priority = 1;
  nodes[1].seen_down = true;
  EXPECT_EQ(candidates(), 0u);
  nodes[1].seen_down = false;
  nodes[1].view.link_up = false;
  EXPECT_EQ(candidates(), 0u);
}

TEST(ReplicationTruth, WhileNoMasterAnswersThoseThatWereInStepAreCandidates) {
  Nodes nodes = {silent(1), replica(2, 1), replica(3, 1)};
  EXPECT_EQ(compare(nodes).candidates, 0u);
  for (ComparedNode& node : nodes) node.was_in_step = true;
  nodes[1].view.link_up = nodes[2].view.link_up = false;
  EXPECT_EQ(compare(nodes).candidates, 2u);
  nodes[2].view.priority = 0;
  EXPECT_EQ(compare(nodes).candidates, 1u);
  nodes[1].seen_down = true;
  EXPECT_EQ(compare(nodes).candidates, 0u);
}

// KeyDB's: each takes writes, and follows the other.
TEST(ReplicationTruth, ActiveReplicasStandInForEachOther) {
  Nodes nodes = {master(1, {2}), master(2, {1})};
  for (ComparedNode& node : nodes) {
    node.view.replid.clear();
    node.view.link_up = true;
  }
  EXPECT_EQ(compare(nodes).masters, 2u);
  EXPECT_FALSE(compare(nodes).split_brain);
  EXPECT_EQ(compare(nodes).candidates, 2u);
  EXPECT_EQ(compare(nodes).masters_without_candidate, 0u);
  EXPECT_EQ(compare(nodes).masters_without_replica, 0u);
  nodes[1].view.link_up = false;
  EXPECT_EQ(compare(nodes).masters_without_candidate, 1u);
  nodes.pop_back();  // alone it stands in for nobody
  EXPECT_EQ(compare(nodes).candidates, 0u);
}

TEST(ReplicationTruth, MasterWithoutReplicaHasNoneOnline) {
  Nodes nodes = {master(1, {2}), replica(2, 1)};
  nodes[0].view.replicas[0].online = false;
  EXPECT_EQ(compare(nodes).masters_without_replica, 1u);
  EXPECT_EQ(compare(Nodes{master(1)}).masters_without_replica, 1u);
}

TEST(ReplicationTruth, ReplicaOfAReplicaIsChainedAndNotStale) {
  const ReplicationTruth truth = compare(Nodes{master(1, {2}), replica(2, 1), replica(3, 2)});
  EXPECT_EQ(truth.chained_replicas, 1u);
  EXPECT_EQ(truth.stale_replicas, 0u);
  EXPECT_EQ(truth.candidates, 1u);
  EXPECT_EQ(truth.lags[1], (ReplicaLag{"3", 100, {}, 2, false}));
}

TEST(ReplicationTruth, ReplicaOfTheOldMasterIsStale) {
  Nodes nodes = {master(1), master(2, {3}), replica(3, 2), replica(4, 1)};
  nodes[1].named_master = true;
  nodes[1].view.replid = "b";
  nodes[1].view.replid2 = "a";
  nodes[2].view.replid = "b";
  EXPECT_EQ(compare(nodes).stale_replicas, 1u);
  // So it is when the old one is gone.
  nodes[0] = silent(1);
  nodes[3].view.link_up = false;
  EXPECT_EQ(compare(nodes).stale_replicas, 1u);
  nodes[3] = replica(4, 2);
  EXPECT_EQ(compare(nodes).stale_replicas, 0u);
}

TEST(ReplicationTruth, ReplicaThatKnowsItsMasterByAnotherAddressIsJudgedByHistory) {
  Nodes nodes = {master(1, {2}), replica(2, 1)};
  nodes[1].view.its_master = {"master.internal", 6379};
  EXPECT_EQ(compare(nodes).stale_replicas, 0u);
  EXPECT_EQ(compare(nodes).candidates, 1u);
  nodes[1].view.replid = "z";
  EXPECT_EQ(compare(nodes).stale_replicas, 1u);
  EXPECT_FALSE(compare(nodes).lags[0].bytes);
  // Without a link there is nothing to judge by.
  nodes[1].view.link_up = false;
  EXPECT_EQ(compare(nodes).stale_replicas, 0u);
}

TEST(ReplicationTruth, LagIsNeverBelowZero) {
  Nodes nodes = {master(1, {2}), replica(2, 1)};
  nodes[1].view.offset = 1001;
  EXPECT_EQ(compare(nodes).lags[0].bytes, 0);
}

TEST(ReplicationTruth, ShardsAreComparedByThemselves) {
  Nodes nodes = {master(1, {3}), master(2), replica(3, 1)};
  nodes[0].shard = nodes[2].shard = "x";
  nodes[1].shard = "y";
  nodes[1].view.replid = "b";
  const ReplicationTruth truth = compare(nodes);
  EXPECT_EQ(truth.masters, 2u);
  EXPECT_EQ(truth.masters_without_candidate, 1u);
  EXPECT_EQ(truth.masters_without_replica, 1u);
  EXPECT_EQ(truth.stale_replicas, 0u);
}

TEST(ReplicationTruth, CountsWhatOneHostWouldTakeAlong) {
  Nodes nodes = {master(1, {2}), replica(2, 1), master(3), replica(4, 3)};
  nodes[0].shard = nodes[1].shard = "x";
  nodes[2].shard = nodes[3].shard = "y";
  nodes[1].host = nodes[2].host = nodes[0].host;
  const ReplicationTruth truth = compare(nodes);
  EXPECT_EQ(truth.replicas_on_master_host, 1u);
  EXPECT_EQ(truth.shards_on_one_host, 1u);
  EXPECT_EQ(truth.masters_on_one_host, 2u);
}

TEST(ReplicationTruth, AHostThatGoesByNameAndByAddressIsOne) {
  Nodes nodes = {master(1, {2, 3}), replica(2, 1), replica(3, 1)};
  nodes[0].host = "redis-1";  // announced, and connected to at 10.0.0.1
  nodes[0].addresses = {{"redis-1", 6379}, {"10.0.0.1", 6379}};
  nodes[1].host = "10.0.0.1";
  nodes[1].addresses = {{"10.0.0.1", 6380}};
  unify_hosts(nodes);
  EXPECT_EQ(nodes[0].host, "10.0.0.1");
  EXPECT_EQ(compare(nodes).replicas_on_master_host, 1u);
}

TEST(ReplicationTruth, HostsThatAreReachedByOneAddressKeepTheirNames) {
  Nodes nodes = {master(1, {2}), replica(2, 1)};
  for (ComparedNode& node : nodes) {
    node.host = "redis-" + node.instance;
    node.addresses = {{node.host, 6379}, {"192.0.2.1", 6379}};
  }
  unify_hosts(nodes);
  EXPECT_EQ(nodes[0].host, "redis-1");
  EXPECT_EQ(nodes[1].host, "redis-2");
}

// It has a host of its own, and is neither a master nor a replica of anything.
TEST(ReplicationTruth, ASentinelAnswersAndIsOtherwiseLeftOut) {
  Nodes nodes = {master(1, {2}), replica(2, 1), silent(3)};
  for (ComparedNode& node : nodes) node.host = "one";
  nodes[2].host = "other";
  nodes[2].sentinel = nodes[2].view.answered = true;
  const ReplicationTruth truth = compare(nodes);
  EXPECT_EQ(truth.answered, 3u);
  EXPECT_EQ(truth.masters, 1u);
  EXPECT_EQ(truth.candidates, 1u);
  EXPECT_EQ(truth.stale_replicas, 0u);
  EXPECT_EQ(truth.lags.size(), 1u);
  EXPECT_EQ(truth.shards_on_one_host, 1u);
  nodes[2].view.answered = false;
  EXPECT_EQ(compare(nodes).answered, 2u);
}

}  // namespace
}  // namespace fleet::test
