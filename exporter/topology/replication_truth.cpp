// SPDX-License-Identifier: Apache-2.0
#include "topology/replication_truth.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "config/ip_address.h"

namespace fleet {
namespace {

using Node = ComparedNode;

bool is_master(const Node& node) {
  return node.view.answered && node.view.master && node.serves && !node.alias;
}
bool is_replica(const Node& node) { return node.view.answered && !node.view.master; }

bool has_address(const Node& node, const HostPort& address) {
  return std::ranges::find(node.addresses, address) != node.addresses.end();
}

// A server tells its good replicas only where it needs some; how many is known later.
bool kept_from_writing(const Node& master) {
  const bool lacks_replicas =
      master.view.good_replicas &&
      *master.view.good_replicas < std::max(1.0, master.least_replicas.value_or(1));
  return lacks_replicas || (master.clustered && (!master.cluster_ok || master.slots.empty()));
}

bool overlap(const std::vector<SlotRange>& some, const std::vector<SlotRange>& others) {
  return std::ranges::any_of(some, [&others](const SlotRange& one) {
    return std::ranges::any_of(others, [&one](const SlotRange& other) {
      return one.first <= other.last && other.first <= one.last;
    });
  });
}

// A replica that became a master of other slots of its Cluster keeps its former history's name.
bool write_the_same(const Node& one, const Node& other) {
  return !one.clustered || !other.clustered || overlap(one.slots, other.slots);
}

bool is_split(std::span<const Node> nodes) {
  std::map<std::string_view, std::vector<const Node*>> writers;  // by history
  for (const Node& node : nodes) {
    if (!node.view.answered || !node.view.master || node.alias || kept_from_writing(node)) continue;
    for (const std::string_view history :
         {std::string_view(node.view.replid), std::string_view(node.view.replid2)}) {
      if (history.empty()) continue;
      std::vector<const Node*>& others = writers[history];
      for (const Node* other : others)
        if (other != &node && write_the_same(node, *other)) return true;
      others.push_back(&node);
    }
  }
  return false;
}

bool may_be_promoted(const Node& replica) {
  return replica.clustered ? !replica.nofailover : replica.view.priority > 0;
}

// A master that follows another one: KeyDB's active replica.
bool stands_in(const Node* master) { return master->view.link_up && !master->seen_down; }

struct Shard {
  std::vector<const Node*> nodes = {};
  std::vector<const Node*> masters = {};  // that the replicas should follow
};

// Those that are named, where one of them says that it is; else all that say so.
void choose_masters(Shard& shard) {
  for (const bool named : {true, false}) {
    for (const Node* node : shard.nodes)
      if (is_master(*node) && node->named_master == named) shard.masters.push_back(node);
    if (!shard.masters.empty()) return;
  }
}

// Whether a replica's data is of the master's history. After a failover it goes by the old name
// until it has asked the new master.
bool of_one_history(const Node& replica, const Node& master) {
  const std::string& history = replica.view.replid;
  return !history.empty() && (history == master.view.replid || history == master.view.replid2);
}

// The node of the shard that a replica says it follows; null: none is known by that address.
const Node* followed_by(const Node& replica, const Shard& shard) {
  for (const Node* node : shard.nodes)
    if (node != &replica && has_address(*node, replica.view.its_master)) return node;
  return nullptr;
}

// Of the shard's masters the one that a replica is in step with; null: none.
const Node* master_of(const Node& replica, const Node* followed, const Shard& shard) {
  for (const Node* master : shard.masters) {
    if (followed == master) return master;
    // Servers may know each other by addresses that are not known here. Before 4.0 histories have
    // no names.
    const bool nameless = replica.view.replid.empty() && shard.masters.size() == 1;
    if (followed == nullptr && replica.view.link_up &&
        (nameless || of_one_history(replica, *master)))
      return master;
  }
  return nullptr;
}

ReplicaLag lag_of(const Node& replica, const Node* master) {
  ReplicaLag lag;
  lag.instance = replica.instance;
  lag.replica_seconds = replica.view.last_io_seconds;
  if (master == nullptr) return lag;
  // The two were not asked at the same instant.
  if (of_one_history(replica, *master))
    lag.bytes = std::max(0.0, master->view.offset - replica.view.offset);
  const auto& attached = master->view.replicas;
  const auto row = std::ranges::find_if(attached, [&replica](const AttachedReplica& one) {
    return has_address(replica, one.address);
  });
  if (row != attached.end()) lag.master_seconds = row->lag_seconds;
  return lag;
}

void compare_replicas(const Shard& shard, ReplicationTruth& truth) {
  std::set<const Node*> with_candidate;
  for (const Node* replica : shard.nodes) {
    if (!is_replica(*replica)) continue;
    const Node* const followed = followed_by(*replica, shard);
    const Node* const master = master_of(*replica, followed, shard);
    const bool chained = followed != nullptr && is_replica(*followed);
    const bool alone = shard.masters.size() == 1;
    ReplicaLag& lag = truth.lags.emplace_back(
        lag_of(*replica, master == nullptr && alone ? shard.masters[0] : master));
    const bool usable = may_be_promoted(*replica) && !replica->seen_down;
    if (!shard.masters.empty()) lag.in_step = master != nullptr && replica->view.link_up;
    if (usable && lag.in_step.value_or(replica->was_in_step)) ++truth.candidates;
    if (chained) ++truth.chained_replicas;
    if (master == nullptr) {
      // One whose link is down may know its master by an address that is not known here.
      const bool other_history = replica->view.link_up && !replica->view.replid.empty();
      const bool elsewhere = followed != nullptr || other_history;
      if (!shard.masters.empty() && !chained && elsewhere) ++truth.stale_replicas;
      continue;
    }
    if (master->host == replica->host) ++truth.replicas_on_master_host;
    if (usable && replica->view.link_up) with_candidate.insert(master);
  }
  // KeyDB's active replicas stand in for each other.
  const auto active = static_cast<std::size_t>(std::ranges::count_if(shard.masters, stands_in));
  if (shard.masters.size() > 1) truth.candidates += active;
  for (const Node* master : shard.masters) {
    const bool other_active = active > (stands_in(master) ? 1U : 0U);
    if (!with_candidate.contains(master) && !other_active) ++truth.masters_without_candidate;
    if (std::ranges::none_of(master->view.replicas, &AttachedReplica::online))
      ++truth.masters_without_replica;
  }
}

bool is_on_one_host(const Shard& shard) {
  return shard.nodes.size() > 1 && std::ranges::all_of(shard.nodes, [&shard](const Node* node) {
           return node->host == shard.nodes.front()->host;
         });
}

}  // namespace

void unify_hosts(std::span<ComparedNode> nodes) {
  std::set<std::string> addresses;
  for (const Node& node : nodes)
    if (IpAddress::parse(node.host)) addresses.insert(node.host);
  for (Node& node : nodes) {
    if (addresses.contains(node.host)) continue;
    for (const HostPort& known : node.addresses)
      if (addresses.contains(known.host)) node.host = known.host;
  }
}

void mark_aliases(std::span<ComparedNode> nodes) {
  std::map<std::string_view, Node*> servers;  // by run_id
  for (const bool answered : {true, false}) {
    for (Node& node : nodes) {
      if (node.run_id.empty() || node.view.answered != answered) continue;
      const auto [server, added] = servers.emplace(node.run_id, &node);
      if (added) continue;
      node.alias = true;
      Node& compared = *server->second;
      compared.named_master = compared.named_master || node.named_master;
      compared.addresses.insert(compared.addresses.end(), node.addresses.begin(),
                                node.addresses.end());
    }
  }
}

ReplicationTruth compare(std::span<const ComparedNode> nodes) {
  ReplicationTruth truth;
  std::map<std::string_view, Shard> shards;
  std::map<std::string_view, std::size_t> masters_by_host;
  for (const Node& node : nodes) {
    if (node.alias) continue;
    if (node.view.answered) ++truth.answered;
    if (node.sentinel) continue;
    if (node.serves || is_replica(node)) shards[node.shard].nodes.push_back(&node);
    if (!is_master(node)) continue;
    ++truth.masters;
    truth.masters_on_one_host = std::max(truth.masters_on_one_host, ++masters_by_host[node.host]);
  }
  truth.split_brain = is_split(nodes);
  for (auto& [name, shard] : shards) {
    choose_masters(shard);
    compare_replicas(shard, truth);
    if (is_on_one_host(shard)) ++truth.shards_on_one_host;
  }
  return truth;
}

}  // namespace fleet
