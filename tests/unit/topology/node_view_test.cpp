// SPDX-License-Identifier: Apache-2.0
#include "topology/node_view.h"

#include <gtest/gtest.h>

namespace fleet::test {
namespace {

NodeView view_of(std::string_view text) { return node_view(Info(text)); }

TEST(NodeView, ReadsAMaster) {
  const NodeView view = view_of(
      "# Replication\r\nrole:master\r\nconnected_slaves:2\r\nmin_slaves_good_slaves:1\r\n"
      "slave0:ip=10.0.0.6,port=6380,state=online,offset=1400,lag=1\r\n"
      "slave1:ip=FD00::7,port=6381,state=wait_bgsave,offset=0,lag=-1\r\n"
      "master_replid:4f0a\r\nmaster_replid2:0000000000000000000000000000000000000000\r\n"
      "master_repl_offset:1414\r\nrepl_backlog_active:1\r\nrepl_backlog_size:1048576\r\n");
  EXPECT_TRUE(view.answered);
  EXPECT_TRUE(view.master);
  EXPECT_EQ(view.replid, "4f0a");
  EXPECT_EQ(view.replid2, "");
  EXPECT_EQ(view.offset, 1414);
  EXPECT_EQ(view.good_replicas, 1);
  EXPECT_EQ(view.backlog_bytes, 1048576);
  ASSERT_EQ(view.replicas.size(), 2u);
  EXPECT_EQ(view.replicas[0], (AttachedReplica{{"10.0.0.6", 6380}, true, 1}));
  EXPECT_EQ(view.replicas[1], (AttachedReplica{{"fd00::7", 6381}, false, {}}));
}

// KeyDB with active-replica: two that replicate each other both take writes.
TEST(NodeView, AnActiveReplicaIsAMasterWhoseHistoryIsNotItsAlone) {
  const NodeView view = view_of(
      "# Replication\r\nrole:active-replica\r\nmaster_host:10.0.0.6\r\nmaster_port:6379\r\n"
      "master_link_status:up\r\nslave_repl_offset:1400\r\nmaster_replid:4f0a\r\n"
      "master_replid2:5e1b\r\nmaster_repl_offset:9\r\n");
  EXPECT_TRUE(view.answered);
  EXPECT_TRUE(view.master);
  EXPECT_EQ(view.replid, "");
  EXPECT_EQ(view.replid2, "");
  EXPECT_EQ(view.offset, 9);
}

TEST(NodeView, ReadsAReplica) {
  const NodeView view = view_of(
      "# Replication\r\nrole:slave\r\nmaster_host:DB-1\r\nmaster_port:6379\r\n"
      "master_link_status:up\r\nmaster_last_io_seconds_ago:3\r\nslave_repl_offset:1400\r\n"
      "slave_priority:0\r\nmaster_replid:4f0a\r\nmaster_replid2:5e1b\r\n"
      "master_repl_offset:9\r\nrepl_backlog_active:0\r\nrepl_backlog_size:1048576\r\n");
  EXPECT_TRUE(view.answered);
  EXPECT_FALSE(view.master);
  EXPECT_EQ(view.its_master, (HostPort{"db-1", 6379}));
  EXPECT_TRUE(view.link_up);
  EXPECT_EQ(view.last_io_seconds, 3);
  EXPECT_EQ(view.offset, 1400);
  EXPECT_EQ(view.priority, 0);
  EXPECT_EQ(view.replid2, "5e1b");
  EXPECT_FALSE(view.backlog_bytes);
}

TEST(NodeView, ReplicaThatLostItsMasterHeardNothing) {
  const NodeView view = view_of(
      "# "
      "Replication\r\nrole:slave\r\nmaster_link_status:down\r\nmaster_last_io_seconds_ago:-1\r\n");
  EXPECT_TRUE(view.answered);
  EXPECT_FALSE(view.link_up);
  EXPECT_FALSE(view.last_io_seconds);
}

TEST(NodeView, ReadsWhatDragonflyCallsAReplica) {
  const NodeView view = view_of("# Replication\r\nrole:replica\r\nmaster_link_status:up\r\n");
  EXPECT_TRUE(view.answered);
  EXPECT_FALSE(view.master);
}

TEST(NodeView, IsNoAnswerWithoutARoleOfData) {
  EXPECT_FALSE(view_of("").answered);
  EXPECT_FALSE(view_of("# Replication\r\nrole:sentinel\r\n").answered);
  EXPECT_FALSE(view_of("-ERR\r\nrole\r\n").answered);
}

TEST(NodeView, KeepsDefaultsForWhatIsOdd) {
  const NodeView view = view_of(
      "# Replication\r\nrole:master\r\nmaster_replid:not an id!\r\nmaster_repl_offset:x\r\n"
      "slave0:\r\nslave1:ip=a,port=99999,state=online,lag=x\r\nslave_priority:high\r\n"
      "slavery:ip=10.0.0.9,port=1\r\n");
  EXPECT_TRUE(view.answered);
  EXPECT_EQ(view.replid, "");
  EXPECT_EQ(view.offset, 0);
  EXPECT_EQ(view.priority, 100);
  ASSERT_EQ(view.replicas.size(), 2u);
  EXPECT_EQ(view.replicas[0], AttachedReplica());
  EXPECT_EQ(view.replicas[1], (AttachedReplica{{"a", 0}, true, {}}));
}

TEST(NodeView, TakesNoMoreReplicasThanItMay) {
  std::string text = "# Replication\r\nrole:master\r\n";
  for (std::size_t i = 0; i < NodeView::kMostReplicas + 5; ++i)
    text += "slave" + std::to_string(i) + ":ip=10.0.0.1,port=1,state=online\r\n";
  EXPECT_EQ(view_of(text).replicas.size(), NodeView::kMostReplicas);
}

}  // namespace
}  // namespace fleet::test
