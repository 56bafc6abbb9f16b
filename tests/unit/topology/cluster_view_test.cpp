// SPDX-License-Identifier: Apache-2.0
#include "topology/cluster_view.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "unit/topology/recorded.h"

namespace fleet::test {
namespace {

constexpr std::string_view kId = "07c37dfeb235213a872192d90877d0cd55635b91";
constexpr std::string_view kOther = "e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca";

// The one node of a line: the id, `address`, `rest`.
ClusterNode one(std::string_view address, std::string_view rest = "master - 0 0 1 connected") {
  const std::string line =
      std::string(kId) + " " + std::string(address) + " " + std::string(rest) + "\n";
  const ClusterView view = read_cluster_nodes(line);
  EXPECT_EQ(view.nodes.size(), 1u) << line;
  EXPECT_EQ(view.malformed, 0u) << line;
  return view.nodes.empty() ? ClusterNode() : view.nodes.front();
}

const ClusterNode& at_port(const ClusterView& view, std::uint16_t port) {
  const auto found = std::ranges::find(view.nodes, port,
                                       [](const ClusterNode& node) { return node.address.port; });
  if (found == view.nodes.end()) throw std::out_of_range("no node at that port");
  return *found;
}

TEST(ClusterView, ReadsEveryFormOfAddress) {
  const struct {
    std::string_view text, host, hostname;
    std::uint16_t port;
  } rows[] = {
      {"10.0.0.1:6379", "10.0.0.1", "", 6379},  // 3.0
      {"10.0.0.1:6379@16379", "10.0.0.1", "", 6379},
      {"10.0.0.1:6379@16379,", "10.0.0.1", "", 6379},
      {"10.0.0.1:6379@16379,a.example.com", "10.0.0.1", "a.example.com", 6379},
      {"10.0.0.1:6379@16379,a.example.com,shard-id=c2e0", "10.0.0.1", "a.example.com", 6379},
      {"10.0.0.1:6379@16379,,tls-port=0,shard-id=c2e0", "10.0.0.1", "", 6379},
      {"10.0.0.1:6379@16379,shard-id=c2e0", "10.0.0.1", "", 6379},
      {"::1:6379@16379", "::1", "", 6379},
      {"2001:db8:0:0:1:0:0:1:6379@16379,a", "2001:db8:0:0:1:0:0:1", "a", 6379},
      {"fd00::5:6379", "fd00::5", "", 6379},
      {":6379@16379", "", "", 6379},
      {":0@0", "", "", 0},
      {"10.0.0.1:65535@75535", "10.0.0.1", "", 65535},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const ClusterNode node = one(row.text);
    EXPECT_EQ(node.address.host, row.host);
    EXPECT_EQ(node.address.port, row.port);
    EXPECT_EQ(node.hostname, row.hostname);
  }
}

TEST(ClusterView, ReadsFlags) {
  EXPECT_TRUE(one("h:1", "myself,master - 0 0 1 connected").myself);
  EXPECT_TRUE(one("h:1", "master - 0 0 1 connected").master);
  EXPECT_TRUE(one("h:1", "slave - 0 0 1 connected").slave);
  EXPECT_TRUE(one("h:1", "slave,nofailover - 0 0 1 connected").nofailover);
  EXPECT_TRUE(one("h:1", "handshake - 0 0 0 connected").handshake);
  EXPECT_TRUE(one(":0@0", "master,noaddr - 0 0 1 disconnected").noaddr);
  const ClusterNode suspected = one("h:1", "master,fail? - 0 0 1 disconnected");
  EXPECT_TRUE(suspected.pfail);
  EXPECT_FALSE(suspected.fail);
  EXPECT_FALSE(suspected.link_up);
  const ClusterNode failed = one("h:1", "master,fail - 0 0 1 connected");
  EXPECT_TRUE(failed.fail);
  EXPECT_FALSE(failed.pfail);
  EXPECT_TRUE(failed.link_up);
  const ClusterNode none = one("h:1", "noflags - 0 0 1 connected");
  EXPECT_FALSE(none.master || none.slave || none.myself);
}

TEST(ClusterView, ReadsSlots) {
  const ClusterNode node =
      one("h:1", "master - 0 0 7 connected 5 0-3 16383 [93->-" + std::string(kOther) + "] [77-<-" +
                     std::string(kOther) + "]");
  EXPECT_EQ(node.slots, (std::vector<SlotRange>{{5, 5}, {0, 3}, {16383, 16383}}));
  EXPECT_EQ(node.migrating, (std::vector<MovingSlot>{{93, std::string(kOther)}}));
  EXPECT_EQ(node.importing, (std::vector<MovingSlot>{{77, std::string(kOther)}}));
  EXPECT_EQ(node.config_epoch, 7);
  EXPECT_EQ(claimed_slots(std::span(&node, 1)).count(), 6u);
}

TEST(ClusterView, PassesOverWhatIsNoSlot) {
  for (const std::string_view odd :
       {"16384", "-1", "x", "5-", "-", "7-5", "1-2-3", "0-16384", "[", "[]", "[93]", "[93->-]",
        "[x->-ab]", "[93-?-ab]", "[93->-a b"}) {
    SCOPED_TRACE(odd);
    const ClusterNode node = one("h:1", "master - 0 0 1 connected " + std::string(odd) + " 9");
    EXPECT_EQ(node.slots, (std::vector<SlotRange>{{9, 9}}));
    EXPECT_TRUE(node.migrating.empty() && node.importing.empty());
  }
}

TEST(ClusterView, SkipsAndCountsMalformedLines) {
  const std::string good = std::string(kId) + " 10.0.0.1:1@2 master - 0 0 1 connected\r\n";
  for (const std::string_view odd :
       {"vars currentEpoch 6 lastVoteEpoch 0", "x", " ", "id 10.0.0.1 master - 0 0 1 connected",
        "id 10.0.0.1:x master - 0 0 1 connected", "id 10.0.0.1:65536 master - 0 0 1 connected",
        "id 10.0.0.1:-1 master - 0 0 1 connected", "id 10.0.0.1: master - 0 0 1 connected",
        "i/d 10.0.0.1:1 master - 0 0 1 connected", "id 10.0.0.1:1 master - 0 0 x connected",
        "id 10.0.0.1:1 master - 0 0 1", "id  10.0.0.1:1 master - 0 0 1 connected"}) {
    SCOPED_TRACE(odd);
    const ClusterView view = read_cluster_nodes(good + std::string(odd) + "\n" + good);
    EXPECT_EQ(view.nodes.size(), 2u);
    EXPECT_EQ(view.malformed, 1u);
    EXPECT_TRUE(view.answered);
  }
}

TEST(ClusterView, IsBounded) {
  std::string text;
  for (std::size_t i = 0; i < ClusterView::kMostNodes + 3; ++i)
    text += std::to_string(i) + " h:1 master - 0 0 1 connected\n";
  const ClusterView view = read_cluster_nodes(text);
  EXPECT_EQ(view.nodes.size(), ClusterView::kMostNodes);
  EXPECT_EQ(view.malformed, 3u);
}

TEST(ClusterView, RangesThatAreRepeatedEndSomewhere) {
  std::string ranges = " 0-16383";
  for (int i = 0; i < 3000; ++i) ranges += " 0-16383 [1->-a]";
  std::string text = "b h:1 myself,master - 0 0 1 connected" + ranges + "\n";
  for (const char* id : {"c", "d"}) text += id + (" h:1 master - 0 0 1 connected" + ranges) + "\n";
  const ClusterView view = read_cluster_nodes(text);
  ASSERT_EQ(view.nodes.size(), 3u);
  std::size_t named = 0;
  for (const ClusterNode& node : view.nodes) {
    for (const SlotRange& range : node.slots) named += range.last - range.first + std::size_t{1};
    named += node.migrating.size() + node.importing.size();
  }
  EXPECT_LE(named, ClusterView::kMostSlots);
  EXPECT_GT(named, ClusterView::kMostSlots - kClusterSlots);
  EXPECT_EQ(view.malformed, 0u);
  EXPECT_EQ(claimed_slots(view.nodes).count(), kClusterSlots);
}

TEST(ClusterView, TellsAnErrorFromNoAnswer) {
  const ClusterView disabled = recorded_cluster("disabled");
  EXPECT_FALSE(disabled.answered);
  EXPECT_EQ(disabled.error, "ERR This instance has cluster support disabled");
  EXPECT_FALSE(cluster_view(Reply()).answered);
  EXPECT_EQ(cluster_view(Reply()).error, "");
  EXPECT_FALSE(read_cluster_nodes("").answered);
  Replies replies;
  EXPECT_FALSE(cluster_view(replies.of(":1\r\n")).answered);
}

TEST(ClusterView, ReadsANodeThatIsAlone) {
  const ClusterView view = recorded_cluster("alone");
  ASSERT_EQ(view.nodes.size(), 1u);
  EXPECT_EQ(view.malformed, 0u);
  const ClusterNode& node = view.nodes[0];
  EXPECT_EQ(node.address, (HostPort{"", 21101}));
  EXPECT_TRUE(node.myself && node.master && node.link_up);
  EXPECT_EQ(node.config_epoch, 0);
  EXPECT_EQ(claimed_slots(view.nodes).count(), 0u);
}

TEST(ClusterView, ReadsAHandshake) {
  const ClusterView view = recorded_cluster("handshake");
  EXPECT_EQ(view.nodes.size(), 2u);
  EXPECT_TRUE(at_port(view, 21199).handshake);
  EXPECT_FALSE(at_port(view, 21199).master);
}

TEST(ClusterView, ReadsAHealthyCluster) {
  const ClusterView view = recorded_cluster("healthy-1");
  EXPECT_EQ(view.nodes.size(), 6u);
  EXPECT_EQ(view.malformed, 0u);
  EXPECT_EQ(claimed_slots(view.nodes).count(), kClusterSlots);
  const ClusterNode& own = at_port(view, 21101);
  EXPECT_TRUE(own.myself && own.master);
  EXPECT_EQ(own.id.size(), 40u);
  EXPECT_EQ(own.slots, (std::vector<SlotRange>{{0, 5460}}));
  EXPECT_EQ(std::ranges::count_if(view.nodes, &ClusterNode::slave), 3);
  for (const ClusterNode& node : view.nodes) {
    EXPECT_EQ(node.slave, !node.master_id.empty());
    EXPECT_TRUE(node.link_up);
  }
}

TEST(ClusterView, ReadsMovingSlots) {
  const ClusterView from = recorded_cluster("migrating");
  const ClusterView to = recorded_cluster("importing");
  EXPECT_EQ(at_port(from, 21101).migrating,
            (std::vector<MovingSlot>{{93, at_port(from, 21102).id}}));
  EXPECT_EQ(at_port(to, 21102).importing, (std::vector<MovingSlot>{{93, at_port(to, 21101).id}}));
  EXPECT_EQ(claimed_slots(from.nodes).count(), kClusterSlots);
}

TEST(ClusterView, ReadsHostnames) {
  const ClusterView view = recorded_cluster("hostnames");
  EXPECT_EQ(view.nodes.size(), 6u);
  EXPECT_EQ(at_port(view, 21104).hostname, "redis-4.example.com");
  EXPECT_EQ(at_port(view, 21104).address.host, "127.0.0.1");
  // A slot that moved: alone in front of its new node's range.
  EXPECT_EQ(at_port(view, 21101).slots, (std::vector<SlotRange>{{0, 92}, {94, 5460}}));
  EXPECT_EQ(at_port(view, 21102).slots, (std::vector<SlotRange>{{93, 93}, {5461, 10922}}));
}

TEST(ClusterView, ReadsAFailure) {
  EXPECT_TRUE(at_port(recorded_cluster("suspected"), 21102).pfail);
  EXPECT_FALSE(at_port(recorded_cluster("suspected"), 21102).fail);
  const ClusterView failed = recorded_cluster("failed");
  EXPECT_TRUE(at_port(failed, 21102).fail);
  EXPECT_FALSE(at_port(failed, 21102).link_up);
  const ClusterView after = recorded_cluster("failed-over-1");
  EXPECT_TRUE(at_port(after, 21102).fail && at_port(after, 21102).master);
  EXPECT_TRUE(at_port(after, 21102).slots.empty());
  EXPECT_TRUE(at_port(after, 21105).master);
  EXPECT_GT(at_port(after, 21105).config_epoch, at_port(after, 21102).config_epoch);
  EXPECT_TRUE(at_port(after, 21106).nofailover);
  EXPECT_EQ(claimed_slots(after.nodes).count(), kClusterSlots);
}

}  // namespace
}  // namespace fleet::test
