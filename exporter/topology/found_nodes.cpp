// SPDX-License-Identifier: Apache-2.0
#include "topology/found_nodes.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/characters.h"
#include "topology/rewrite.h"

namespace fleet {

void set_login(const Group& group, Target& target) {
  target.username.clear();  // of the login before
  if (group.passwords.lend(target, group.username)) return;
  target.username = group.username;
  target.password = group.password;
}

namespace {

FoundNode make_node(const Group& group, const HostPort& announced, const HostPort& address,
                    bool master, std::string_view announcer) {
  FoundNode found;
  found.master = master;
  found.announced = announced;
  Target& target = found.node.target;
  target.transport = group.transport;
  target.host = address.host;
  target.port = address.port;
  set_login(group, target);
  const bool tls = group.transport == Target::Transport::tls;
  target.spelling = (tls ? "rediss://" : "redis://") + display(address);
  found.node.labels = group.labels;
  found.node.origin = "announced by " + std::string(announcer) + " as " + display(announced) +
                      ", role " + (master ? "master" : "replica");
  return found;
}

// Orders the nodes; of several with one address the first of `nodes` stays, a master before others.
std::vector<FoundNode> ordered(std::vector<FoundNode> nodes) {
  std::ranges::stable_sort(nodes, {}, [](const FoundNode& found) {
    const Target& target = found.node.target;
    return std::tuple<bool, std::string_view, std::uint16_t>(!found.master, target.host,
                                                             target.port);
  });
  std::set<std::pair<std::string, std::uint16_t>> seen;
  std::erase_if(nodes, [&](const FoundNode& found) {
    const Target& target = found.node.target;
    return !seen.emplace(to_lower(std::string_view(target.host)), target.port).second;
  });
  return nodes;
}

FoundNode make_cluster_node(const Group& group, const ClusterNode& node) {
  HostPort preferred = node.address;
  HostPort other = {node.hostname, node.address.port};
  const bool by_name = group.hostnames || group.transport == Target::Transport::tls;
  if (!preferred.usable() || (by_name && other.usable())) std::swap(preferred, other);
  auto address = rewritten(group.rewrites, preferred);
  if (!address && other.usable()) {
    address = rewritten(group.rewrites, other);
    if (address) preferred = other;
  }
  FoundNode found =
      make_node(group, preferred, address.value_or(preferred), node.master, "the Cluster");
  found.shard = node.slave ? node.master_id : node.id;
  found.id = node.id;
  found.down = node.fail;
  found.has_slots = !node.slots.empty();
  found.nofailover = node.nofailover;
  return found;
}

bool is_link_local(const Target& target) {
  const auto address = IpAddress::parse(target.host);
  return address && address->is_link_local();
}

// Nodes at link-local addresses, where clouds have metadata services, are taken only from servers
// that are asked at such addresses themselves: what is announced is sent a password.
std::vector<FoundNode> reachable(const Group& group, std::vector<FoundNode> nodes) {
  if (std::ranges::none_of(group.seeds, is_link_local) &&
      std::ranges::none_of(group.sentinels, is_link_local))
    std::erase_if(nodes, [](const FoundNode& found) { return is_link_local(found.node.target); });
  return nodes;
}

}  // namespace

std::vector<FoundNode> found_nodes(const Group& group, const SentinelAgreement& agreement) {
  std::vector<FoundNode> nodes;
  if (!agreement.found) return nodes;
  const auto add = [&](const SentinelInstance& instance, bool master) {
    const HostPort& announced = instance.address;
    const HostPort address = rewritten(group.rewrites, announced).value_or(announced);
    FoundNode& found = nodes.emplace_back(make_node(group, announced, address, master, "Sentinel"));
    found.shard = group.master;
    found.id = instance.run_id;
    found.down = instance.flags.s_down || instance.flags.disconnected;
  };
  add(agreement.master, true);
  for (const SentinelReplica& replica : agreement.replicas) add(replica, false);
  return ordered(reachable(group, std::move(nodes)));
}

std::vector<FoundNode> found_nodes(const Group& group, const ClusterAgreement& agreement) {
  std::vector<FoundNode> nodes;
  for (const bool failed : {false, true})
    for (const ClusterNode& node : agreement.nodes)
      if (node.fail == failed) nodes.push_back(make_cluster_node(group, node));
  return ordered(reachable(group, std::move(nodes)));
}

}  // namespace fleet
