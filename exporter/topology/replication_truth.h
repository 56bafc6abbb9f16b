// SPDX-License-Identifier: Apache-2.0
// What no single node of a group can know: the replies of one round to INFO replication, compared.
// Nodes of one shard replicate each other; a group that is no Cluster is one shard.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topology/cluster_view.h"
#include "topology/node_view.h"

namespace fleet {

struct ComparedNode {
  std::string instance = {};             // as it is labelled
  std::string run_id = {};               // of the server; empty: not known
  bool alias = false;                    // another address of a node that is compared
  bool sentinel = false;                 // it has no data to compare
  std::string shard = {};                // any name that the shard's nodes have in common
  std::string host = {};                 // equal for nodes on one host
  std::vector<HostPort> addresses = {};  // by which other nodes may know it; comparable
  bool serves = true;                    // false: a master of a Cluster that has no slots
  bool nofailover = false;               // of a Cluster, where priorities play no part
  // Of a node of a Cluster: the slots that it says it has, and whether it takes writes for them.
  bool clustered = false;
  std::vector<SlotRange> slots = {};
  bool cluster_ok = true;
  bool named_master = false;                  // Sentinels, or the Cluster, call it a master
  bool seen_down = false;                     // by Sentinels, or by the Cluster
  bool was_in_step = false;                   // a replica, when a master last answered
  std::optional<double> least_replicas = {};  // min-replicas-to-write; none: not known
  NodeView view = {};                         // of this round
};

// How far a replica is behind, by both ends; none: that end does not say.
struct ReplicaLag {
  std::string instance = {};
  std::optional<double> bytes = {};            // its master's offset less its own, of one history
  std::optional<double> master_seconds = {};   // since the master heard it acknowledge
  std::optional<double> replica_seconds = {};  // since it heard its master
  std::optional<bool> in_step = {};            // with a master of its shard; none: none answered
  bool operator==(const ReplicaLag&) const = default;
};

struct ReplicationTruth {
  std::size_t answered = 0;  // nodes, Sentinels among them: all else is about those with data
  std::size_t masters = 0;   // that call themselves so, and serve
  // Two masters have a history in common, of a Cluster also a slot, and neither is kept from
  // writing by min-replicas-to-write, or because it finds the Cluster down.
  bool split_brain = false;
  // Replicas that could be promoted: in step with a master, or with the one that does not answer
  // any more; promotable, not seen down.
  std::size_t candidates = 0;
  std::size_t masters_without_candidate = 0;
  std::size_t masters_without_replica = 0;  // none is attached and online
  std::size_t chained_replicas = 0;         // whose master is a replica
  std::size_t stale_replicas = 0;           // that follow another than their shard's master

  std::size_t replicas_on_master_host = 0;
  std::size_t shards_on_one_host = 0;   // of two nodes or more
  std::size_t masters_on_one_host = 0;  // on the host that has most

  std::vector<ReplicaLag> lags = {};  // of each replica that answered
};

// A host that goes by a name at one node and by its address at another goes by its address at both.
void unify_hosts(std::span<ComparedNode> nodes);

// Of nodes with one run_id all but one become aliases: it is the first that answered, else the
// first, and is known by the addresses of all.
void mark_aliases(std::span<ComparedNode> nodes);

// Aliases are left out.
ReplicationTruth compare(std::span<const ComparedNode> nodes);

}  // namespace fleet
