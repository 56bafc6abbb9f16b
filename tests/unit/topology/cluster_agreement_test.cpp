// SPDX-License-Identifier: Apache-2.0
#include "topology/cluster_agreement.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "unit/topology/recorded.h"

namespace fleet::test {
namespace {

ClusterAnswer view_of(std::string host, std::string_view text) {
  return {std::move(host), read_cluster_nodes(text)};
}

std::vector<std::string> ids(const ClusterAgreement& agreement) {
  std::vector<std::string> result;
  for (const ClusterNode& node : agreement.nodes) result.push_back(node.id);
  return result;
}

using Ids = std::vector<std::string>;

constexpr std::string_view kA = "a 10.0.0.1:1@2 master - 0 0 1 connected 0-9\n";
constexpr std::string_view kB = "b 10.0.0.2:1@2 master - 0 0 2 connected 10-19\n";
constexpr std::string_view kC = "c 10.0.0.3:1@2 slave a 0 0 1 connected\n";

std::string lines(std::initializer_list<std::string_view> list) {
  std::string text;
  for (const std::string_view line : list) text += line;
  return text;
}

TEST(ClusterAgreement, TakesWhatMoreThanHalfHave) {
  const ClusterAnswer answers[] = {view_of("1", lines({kA, kB})), view_of("2", lines({kB, kC})),
                                   view_of("3", lines({kB}))};
  EXPECT_EQ(ids(agree(answers)), (Ids{"b"}));
  EXPECT_EQ(agree(answers).in_minority, 2u);
  EXPECT_EQ(agree(answers).answered, 3u);
  EXPECT_EQ(ids(agree(std::span(answers, 1))), (Ids{"a", "b"}));
  EXPECT_EQ(ids(agree(std::span(answers, 2))), (Ids{"b"}));
}

TEST(ClusterAgreement, DoesNotCountWhoDidNotAnswer) {
  ClusterAnswer answers[] = {view_of("1", kA), {"2", {}}, {"3", {}}};
  answers[1].view.error = "ERR This instance has cluster support disabled";
  EXPECT_EQ(ids(agree(answers)), (Ids{"a"}));
  EXPECT_EQ(agree(answers).answered, 1u);
  EXPECT_TRUE(agree(std::span<const ClusterAnswer>()).nodes.empty());
}

TEST(ClusterAgreement, LeavesOutWhatHasNoAddressOrIsNotKnownYet) {
  const ClusterAnswer answers[] = {view_of(
      "1",
      lines({kA, "h 10.0.0.5:1@2 handshake - 0 0 0 connected\n",
             "n :0@0 master,noaddr - 0 0 1 disconnected\n",
             "z 10.0.0.6:0@2 master - 0 0 1 connected\n", "o ?!:1@2 master - 0 0 1 connected\n",
             "y :1@2,y.example.com slave a 0 0 1 connected\n",
             "f 10.0.0.7:1@2 master,fail - 0 0 1 disconnected\n"}))};
  EXPECT_EQ(ids(agree(answers)), (Ids{"a", "f", "y"}));
}

TEST(ClusterAgreement, CountsAViewOnceForEachNode) {
  const ClusterAnswer answers[] = {view_of("1", lines({kA, kB, kB})), view_of("2", kA)};
  EXPECT_EQ(ids(agree(answers)), (Ids{"a"}));
}

TEST(ClusterAgreement, FillsInTheAddressThatWasAsked) {
  const ClusterAnswer answers[] = {view_of("10.0.0.1", "a :1@2 myself,master - 0 0 0 connected\n")};
  ASSERT_EQ(agree(answers).nodes.size(), 1u);
  EXPECT_EQ(agree(answers).nodes[0].address, (HostPort{"10.0.0.1", 1}));
}

TEST(ClusterAgreement, BelievesTheHighestEpochAndANodesOwnMovingSlots) {
  const ClusterAnswer answers[] = {
      view_of("1", "a 10.0.0.1:1@2 myself,master - 0 0 3 connected 0-9 [5->-b]\n"),
      view_of("2", "a 10.0.0.1:1@2 slave b 0 0 8 connected\n"),
      view_of("3", "a 10.0.0.1:1@2 master,fail - 0 0 3 disconnected\n")};
  for (const bool backwards : {false, true}) {
    std::vector<ClusterAnswer> order(std::begin(answers), std::end(answers));
    if (backwards) std::ranges::reverse(order);
    const ClusterAgreement all = agree(order);
    ASSERT_EQ(all.nodes.size(), 1u);
    EXPECT_TRUE(all.nodes[0].slave);
    EXPECT_EQ(all.nodes[0].master_id, "b");
    EXPECT_EQ(all.nodes[0].migrating, (std::vector<MovingSlot>{{5, "b"}}));
  }
}

TEST(ClusterAgreement, OfARealCluster) {
  for (const std::string state : {"healthy", "failed-over"}) {
    SCOPED_TRACE(state);
    std::vector<ClusterAnswer> answers;
    for (const std::string number : {"-1", "-2", "-3"})
      answers.push_back({"127.0.0.1", recorded_cluster(state + number)});
    const ClusterAgreement all = agree(answers);
    EXPECT_EQ(all.answered, 3u);
    EXPECT_EQ(all.nodes.size(), 6u);
    EXPECT_EQ(all.in_minority, 0u);
    EXPECT_EQ(claimed_slots(all.nodes).count(), kClusterSlots);
    EXPECT_EQ(std::ranges::count_if(all.nodes, &ClusterNode::fail), state == "healthy" ? 0 : 1);
  }
  // A node that was reset has no say beside two others.
  const ClusterAnswer mixed[] = {{"127.0.0.1", recorded_cluster("alone")},
                                 {"127.0.0.1", recorded_cluster("healthy-2")},
                                 {"127.0.0.1", recorded_cluster("healthy-3")}};
  EXPECT_EQ(agree(mixed).nodes.size(), 6u);
}

}  // namespace
}  // namespace fleet::test
