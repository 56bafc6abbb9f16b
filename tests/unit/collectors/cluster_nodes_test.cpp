// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr const char* kName = "cluster_nodes";

Page page_with(const std::string& reply, std::string_view version = "redis_version:7.0.15") {
  Answers answers;
  answers.add_info({version, "# Cluster", "cluster_enabled:1"}).add("CLUSTER NODES", reply);
  return run_collector(kClusterNodesCollector, answers);
}

Page nodes(std::string_view text) {
  return page_with('$' + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n");
}

// A reply of tests/fixtures/topology.
Page moment(const std::string& name) {
  std::ifstream file(FIXTURES_FOLDER "/topology/cluster-" + name + ".resp", std::ios::binary);
  return page_with({std::istreambuf_iterator<char>(file), {}});
}

std::string state(std::string_view family, std::string_view value) {
  return "redis_cluster_" + std::string(family) + "{state=\"" + std::string(value) + "\"}";
}

TEST(ClusterNodes, CountsNodesLinksAndSlots) {
  const Page page = moment("healthy-1");
  EXPECT_TRUE(page.outcomes.at(kName).success);
  EXPECT_EQ(page.value(state("nodes", "ok")), "6");
  for (const char* bad : {"pfail", "fail", "handshake", "noaddr"})
    EXPECT_EQ(page.value(state("nodes", bad)), "0") << bad;
  EXPECT_EQ(page.value(state("node_links", "up")), "5");
  EXPECT_EQ(page.value(state("node_links", "down")), "0");
  EXPECT_EQ(page.value("redis_cluster_node_slots"), "5461");
  EXPECT_EQ(page.value(state("open_slots", "migrating")), "0");
  EXPECT_EQ(page.value(state("open_slots", "importing")), "0");
  EXPECT_EQ(page.value("redis_cluster_masters_without_replicas"), "0");
  EXPECT_EQ(page.value("redis_cluster_masters_without_slots"), "0");
}

TEST(ClusterNodes, FollowsAFailure) {
  const Page suspected = moment("suspected");
  EXPECT_EQ(suspected.value(state("nodes", "pfail")), "1");
  const Page failed = moment("failed");
  EXPECT_EQ(failed.value(state("nodes", "fail")), "1");
  EXPECT_EQ(failed.value(state("nodes", "ok")), "5");
  EXPECT_EQ(failed.value(state("node_links", "down")), "1");
  // The one that took over has no replica; the dead one owns nothing any more.
  const Page over = moment("failed-over-1");
  EXPECT_EQ(over.value(state("nodes", "fail")), "1");
  EXPECT_EQ(over.value("redis_cluster_masters_without_replicas"), "1");
  EXPECT_EQ(over.value("redis_cluster_masters_without_slots"), "0");
}

TEST(ClusterNodes, CountsOpenSlotsOfThisNode) {
  EXPECT_EQ(moment("migrating").value(state("open_slots", "migrating")), "1");
  EXPECT_EQ(moment("migrating").value(state("open_slots", "importing")), "0");
  EXPECT_EQ(moment("importing").value(state("open_slots", "importing")), "1");
}

TEST(ClusterNodes, CountsOneThatJoins) {
  const Page alone = moment("alone");
  EXPECT_EQ(alone.value(state("nodes", "ok")), "1");
  EXPECT_EQ(alone.value("redis_cluster_node_slots"), "0");
  EXPECT_EQ(alone.value("redis_cluster_masters_without_slots"), "1");
  EXPECT_EQ(moment("handshake").value(state("nodes", "handshake")), "1");
}

TEST(ClusterNodes, ReadsRealOnes) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const Page page = run_collector(kClusterNodesCollector, recorded(server + "/cluster"));
    EXPECT_TRUE(page.outcomes.at(kName).success);
    EXPECT_EQ(page.value(state("nodes", "ok")), "3");
    EXPECT_EQ(page.value("redis_cluster_node_slots"), "5461");
    EXPECT_EQ(page.value("redis_cluster_masters_without_replicas"), "3");
  }
}

TEST(ClusterNodes, GivesEachNodeOneStateTheWorst) {
  const Page page = nodes(
      "a h:1@2 myself,master - 0 0 1 connected 0-99 200\n"
      "b h:2@3 master,fail,noaddr - 0 0 2 disconnected 300-399\n"
      "c h:3@4 slave,fail? b 0 0 2 connected\n"
      "d h:4@5 slave a 0 0 1 connected\n"
      "e :0@0 master,noaddr - 0 0 3 disconnected\n");
  EXPECT_EQ(page.value(state("nodes", "fail")), "1");
  EXPECT_EQ(page.value(state("nodes", "pfail")), "1");
  EXPECT_EQ(page.value(state("nodes", "noaddr")), "1");
  EXPECT_EQ(page.value(state("nodes", "ok")), "2");
  EXPECT_EQ(page.value(state("node_links", "down")), "2");
  EXPECT_EQ(page.value("redis_cluster_node_slots"), "101");
  EXPECT_EQ(page.value("redis_cluster_masters_without_replicas"), "1") << "b: c is not up";
}

TEST(ClusterNodes, MakesNothingUpOfTextThatIsNoList) {
  for (const std::string_view text :
       {"", "\n", "nonsense", "a h:1 master - 0 0 1", "a b c\nd e f"}) {
    const Page page = nodes(text);
    EXPECT_TRUE(page.outcomes.at(kName).success) << text;
    EXPECT_EQ(page.count("redis_"), 0u) << text;
  }
  EXPECT_EQ(page_with("*0\r\n").count("redis_"), 0u);
}

TEST(ClusterNodes, IsNotAskedOutsideAClusterOrOfAServerBeforeClusters) {
  const Page outside = run_collector(kClusterNodesCollector, recorded("redis-7.0/standalone"));
  EXPECT_TRUE(outside.outcomes.at(kName).success);
  EXPECT_EQ(outside.count("redis_"), 0u);
  const Page old = page_with("-ERR unknown command 'CLUSTER'\r\n", "redis_version:2.8.4");
  EXPECT_TRUE(old.outcomes.at(kName).success);
}

TEST(ClusterNodes, FailsWithTheServersWords) {
  const Page page = page_with("-NOPERM no permission\r\n");
  EXPECT_EQ(page.why(kName), "CLUSTER NODES: NOPERM no permission");
  EXPECT_EQ(page.count("redis_"), 0u);
}

}  // namespace
}  // namespace fleet::test
