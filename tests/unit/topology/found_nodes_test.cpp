// SPDX-License-Identifier: Apache-2.0
#include "topology/found_nodes.h"

#include <gtest/gtest.h>

#include "topology/rewrite.h"
#include "unit/topology/recorded.h"

namespace fleet::test {
namespace {

IpPrefix network(std::string_view address, unsigned bits) {
  return {IpAddress::parse(address).value(), bits};
}

std::string text(const std::optional<HostPort>& address) {
  return address ? display(*address) : "none";
}

std::vector<std::string> places(const std::vector<FoundNode>& nodes) {
  std::vector<std::string> result;
  for (const FoundNode& found : nodes)
    result.push_back((found.master ? "M " : "R ") + display(found.node.target));
  return result;
}
using Places = std::vector<std::string>;

SentinelAgreement sentinel(std::string master, std::initializer_list<std::string> replicas) {
  SentinelAgreement all;
  all.found = true;
  all.master.address = {std::move(master), 6379};
  all.master.run_id = "a1";
  for (const std::string& host : replicas) {
    SentinelReplica replica;
    replica.address = {host, 6379};
    all.replicas.push_back(replica);
  }
  return all;
}

ClusterAgreement cluster(std::string_view nodes) {
  const ClusterAnswer answers[] = {{"asked", read_cluster_nodes(nodes)}};
  return agree(answers);
}

TEST(Rewrite, TheFirstThatFits) {
  std::vector<Rewrite> rewrites(5);
  rewrites[0] = {.host = "redis-0.internal", .port = 6380, .to_host = "a", .to_port = 1};
  rewrites[1] = {.host = "redis-0.internal", .to_host = "b"};
  rewrites[2] = {.network = network("10.1.0.0", 112), .port = 7000, .to_host = "c", .to_port = 3};
  rewrites[3] = {.network = network("10.0.0.0", 104), .to_host = "d"};
  rewrites[4] = {.network = network("fd00::", 8), .to_host = "::1", .to_port = 5};
  const struct {
    std::string host;
    std::uint16_t port;
    std::string_view to;
  } rows[] = {
      {"redis-0.internal", 6380, "a:1"},  {"Redis-0.INTERNAL", 6379, "b:6379"},
      {"redis-1.internal", 6379, "none"}, {"10.1.0.9", 7000, "c:3"},
      {"10.1.0.9", 7001, "d:7001"},       {"10.9.9.9", 7000, "d:7000"},
      {"11.0.0.1", 7000, "none"},         {"fd00::7", 6379, "[::1]:5"},
      {"10.0.0.1.example", 1, "none"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(text(rewritten(rewrites, {row.host, row.port})), row.to) << row.host << row.port;
  EXPECT_EQ(text(rewritten({}, {"10.0.0.1", 1})), "none");
}

TEST(FoundNodes, TakeTheLoginThatTheirGroupHasNow) {
  FileAccess files;
  files.read = [](const std::string&, std::size_t, std::string& out) {
    out = R"({"redis://monitor@10.0.0.5:6379": "of-one"})";
    return std::string();
  };
  std::vector<std::string> problems;
  Group group;
  group.username = "reader";
  group.password = Secret("of-all");
  Target target;
  target.host = "10.0.0.5";
  set_login(group, target);
  EXPECT_EQ(target.username + ":" + target.password->reveal(), "reader:of-all");
  group.username.clear();
  group.password.reset();
  group.passwords = PasswordFile::read(files, "passwords.json", problems);
  set_login(group, target);
  EXPECT_EQ(target.username + ":" + target.password->reveal(), "monitor:of-one");
  group.passwords = PasswordFile();
  set_login(group, target);
  EXPECT_EQ(target.username, "");
  EXPECT_FALSE(target.password);
}

TEST(FoundNodes, OfSentinelCarryWhatTheGroupHas) {
  Group group;
  group.name = "orders";
  group.master = "mymaster";
  group.transport = Target::Transport::tls;
  group.username = "exporter";
  group.password = Secret("hunter2");
  group.labels = {{"team", "shop"}};
  const auto nodes = found_nodes(group, sentinel("10.0.0.5", {"fd00::2"}));
  ASSERT_EQ(nodes.size(), 2u);
  const FoundNode& master = nodes[0];
  EXPECT_TRUE(master.master);
  EXPECT_EQ(master.shard, "mymaster");
  EXPECT_EQ(master.id, "a1");
  EXPECT_EQ(display(master.announced), "10.0.0.5:6379");
  EXPECT_EQ(master.node.origin, "announced by Sentinel as 10.0.0.5:6379, role master");
  EXPECT_EQ(master.node.labels, group.labels);
  const Target& target = master.node.target;
  EXPECT_EQ(target.transport, Target::Transport::tls);
  EXPECT_EQ(target.username, "exporter");
  EXPECT_EQ(target.password, group.password);
  EXPECT_EQ(target.spelling, "rediss://10.0.0.5:6379");
  EXPECT_EQ(nodes[1].node.target.host, "fd00::2");
  EXPECT_EQ(nodes[1].node.target.spelling, "rediss://[fd00::2]:6379");
  EXPECT_EQ(nodes[1].node.origin, "announced by Sentinel as [fd00::2]:6379, role replica");
  // The spelling reads back as the same place.
  std::string problem;
  EXPECT_EQ(parse_target(target.spelling, problem)->host, target.host);
}

TEST(FoundNodes, AreOrderedAndOnce) {
  const auto nodes = found_nodes(Group(), sentinel("b.example", {"c", "a", "B.example", "c"}));
  EXPECT_EQ(places(nodes), (Places{"M b.example:6379", "R a:6379", "R c:6379"}));
  EXPECT_TRUE(found_nodes(Group(), SentinelAgreement()).empty());
}

TEST(FoundNodes, AreRewritten) {
  Group group;
  group.rewrites = {{.network = network("10.0.0.0", 104), .to_host = "gate.example"}};
  const auto nodes = found_nodes(group, sentinel("10.0.0.5", {"192.0.2.1"}));
  EXPECT_EQ(places(nodes), (Places{"M gate.example:6379", "R 192.0.2.1:6379"}));
  EXPECT_EQ(display(nodes[0].announced), "10.0.0.5:6379");
  EXPECT_EQ(nodes[0].node.target.spelling, "redis://gate.example:6379");
}

TEST(FoundNodes, AreNotAtAddressesOfMetadataServices) {
  Group group;
  const SentinelAgreement announced = sentinel("10.0.0.1", {"169.254.169.254", "fe80::1"});
  EXPECT_EQ(places(found_nodes(group, announced)), (Places{"M 10.0.0.1:6379"}));
  group.sentinels.resize(1);
  group.sentinels[0].host = "169.254.0.9";  // here they are where everybody is
  EXPECT_EQ(found_nodes(group, announced).size(), 3u);
  group.sentinels.clear();
  group.rewrites = {{.host = "fe80::1", .to_host = "replica.internal"}};
  EXPECT_EQ(places(found_nodes(group, announced)),
            (Places{"M 10.0.0.1:6379", "R replica.internal:6379"}));
}

TEST(FoundNodes, OfAClusterHaveShards) {
  const auto nodes =
      found_nodes(Group(), cluster("b 10.0.0.2:1@2 slave a 0 0 1 connected\n"
                                   "a 10.0.0.3:1@2 myself,master - 0 0 1 connected 0-16383\n"
                                   "c 10.0.0.1:1@2 slave - 0 0 1 connected\n"));
  EXPECT_EQ(places(nodes), (Places{"M 10.0.0.3:1", "R 10.0.0.1:1", "R 10.0.0.2:1"}));
  EXPECT_EQ(nodes[0].shard, "a");
  EXPECT_EQ(nodes[0].id, "a");
  EXPECT_EQ(nodes[1].shard, "");
  EXPECT_EQ(nodes[2].shard, "a");
  EXPECT_EQ(nodes[2].id, "b");
  EXPECT_EQ(nodes[2].node.origin, "announced by the Cluster as 10.0.0.2:1, role replica");
}

TEST(FoundNodes, OfAClusterPreferHostnamesWithTls) {
  const ClusterAgreement all = cluster(
      "a 10.0.0.1:1@2,one.example master - 0 0 1 connected\n"
      "b :1@2,two.example master - 0 0 1 connected\n"
      "c 10.0.0.3:1@2 master - 0 0 1 connected\n");
  Group group;
  EXPECT_EQ(places(found_nodes(group, all)),
            (Places{"M 10.0.0.1:1", "M 10.0.0.3:1", "M two.example:1"}));
  group.transport = Target::Transport::tls;
  EXPECT_EQ(places(found_nodes(group, all)),
            (Places{"M 10.0.0.3:1", "M one.example:1", "M two.example:1"}));
  // A rewrite may be for either.
  group.rewrites = {{.network = network("10.0.0.1", 128), .to_host = "gate", .to_port = 7}};
  EXPECT_EQ(places(found_nodes(group, all)),
            (Places{"M 10.0.0.3:1", "M gate:7", "M two.example:1"}));
  group.transport = Target::Transport::tcp;
  group.rewrites = {{.host = "one.example", .to_host = "gate"}};
  EXPECT_EQ(places(found_nodes(group, all)),
            (Places{"M 10.0.0.3:1", "M gate:1", "M two.example:1"}));
}

TEST(FoundNodes, AnAddressBelongsToTheNodeThatDidNotFail) {
  const auto nodes =
      found_nodes(Group(), cluster("a 10.0.0.1:1@2 master,fail - 0 0 1 disconnected\n"
                                   "b 10.0.0.1:1@2 master - 0 0 2 connected\n"));
  ASSERT_EQ(nodes.size(), 1u);
  EXPECT_EQ(nodes[0].id, "b");
}

TEST(FoundNodes, OfRealServers) {
  const SentinelAnswer sentinels[] = {{"s", recorded_sentinel("hostnames-1")}};
  EXPECT_EQ(places(found_nodes(Group(), agree(sentinels))),
            (Places{"M localhost:27002", "R localhost:27003"}));
  const ClusterAnswer answers[] = {{"127.0.0.1", recorded_cluster("failed-over-1")}};
  const auto nodes = found_nodes(Group(), agree(answers));
  ASSERT_EQ(nodes.size(), 6u);
  EXPECT_EQ(places(nodes), (Places{"M 127.0.0.1:21101", "M 127.0.0.1:21102", "M 127.0.0.1:21103",
                                   "M 127.0.0.1:21105", "R 127.0.0.1:21104", "R 127.0.0.1:21106"}));
}

}  // namespace
}  // namespace fleet::test
