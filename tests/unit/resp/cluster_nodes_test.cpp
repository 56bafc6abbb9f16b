// SPDX-License-Identifier: Apache-2.0
// What lines may hold is tested where they become nodes: topology/cluster_view_test.cpp.
#include "resp/cluster_nodes.h"

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(ClusterNodesReader, ReadsLinesWithoutCopies) {
  const std::string_view text =
      "a1 10.0.0.1:6379@16379,one.internal myself,master - 0 5 3 connected 0-9 11 [12->-b2]\r\n"
      "b2 fd00::1:6380@16380 slave,fail? a1 4 5 3 disconnected\n";
  ClusterNodesReader reader(text);
  ClusterNodesLine node;
  ASSERT_TRUE(reader.next(node));
  EXPECT_EQ(node.id, "a1");
  EXPECT_EQ(node.id.data(), text.data());
  EXPECT_EQ(node.host, "10.0.0.1");
  EXPECT_EQ(node.port, 6379);
  EXPECT_EQ(node.hostname, "one.internal");
  EXPECT_TRUE(node.myself && node.master && node.link_up);
  EXPECT_EQ(node.config_epoch, 3);
  EXPECT_EQ(node.slots, "0-9 11 [12->-b2]");
  ASSERT_TRUE(reader.next(node));
  EXPECT_EQ(node.host, "fd00::1");
  EXPECT_EQ(node.master_id, "a1");
  EXPECT_TRUE(node.slave && node.pfail);
  EXPECT_FALSE(node.myself || node.fail || node.link_up);
  EXPECT_EQ(node.hostname, "");
  EXPECT_FALSE(reader.next(node));
  EXPECT_EQ(reader.malformed(), 0u);
}

TEST(ClusterNodesReader, PassesOverWhatIsNoNode) {
  ClusterNodesReader reader("nonsense\n\na1 h:1 master - 0 0 1 connected\na1 h:1 master - 0\n");
  ClusterNodesLine node;
  EXPECT_TRUE(reader.next(node));
  EXPECT_FALSE(reader.next(node));
  EXPECT_EQ(reader.malformed(), 2u);
}

TEST(NextSlot, TakesOneAfterTheOther) {
  std::string_view slots = "0-9 x 11 [12->-b2] 9-0 16384 [13-<-c3] [14-*-d4]";
  ClusterSlot slot;
  ASSERT_TRUE(next_slot(slots, slot));
  EXPECT_EQ(slot.range, (SlotRange{0, 9}));
  ASSERT_TRUE(next_slot(slots, slot));
  EXPECT_EQ(slot.range, (SlotRange{11, 11}));
  ASSERT_TRUE(next_slot(slots, slot));
  EXPECT_EQ(slot.kind, ClusterSlot::Kind::migrating);
  EXPECT_EQ(slot.range.first, 12);
  EXPECT_EQ(slot.node, "b2");
  ASSERT_TRUE(next_slot(slots, slot));
  EXPECT_EQ(slot.kind, ClusterSlot::Kind::importing);
  EXPECT_EQ(slot.node, "c3");
  EXPECT_FALSE(next_slot(slots, slot));
  EXPECT_FALSE(next_slot(slots, slot));
}

}  // namespace
}  // namespace fleet
