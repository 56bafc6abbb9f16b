// SPDX-License-Identifier: Apache-2.0
// The nodes to scrape that discovery found for a group, as targets: the announced address, or what
// the group's rewrites make of it, with the group's transport, user, password and labels.
#pragma once

#include <string>
#include <vector>

#include "config/group.h"
#include "topology/cluster_agreement.h"
#include "topology/sentinel_agreement.h"

namespace fleet {

struct FoundNode {
  GroupNode node = {};      // origin: "announced by Sentinel as 10.0.0.5:6379, role master"
  bool master = false;      // otherwise a replica
  std::string shard = {};   // Cluster: id of the master; Sentinel: the master's name
  std::string id = {};      // Cluster: of the node; Sentinel: the run_id, empty until it is known
  HostPort announced = {};  // before rewrites

  // What may change from round to round without making it another node.
  bool down = false;        // in the eyes of all Sentinels, or of most masters of the Cluster
  bool has_slots = false;   // of a Cluster
  bool nofailover = false;  // a replica of a Cluster that is never promoted

  bool operator==(const FoundNode& other) const {
    return node == other.node && master == other.master && shard == other.shard && id == other.id &&
           announced == other.announced;
  }
};

// Sets the user and password for a node that discovery found: the group's, or those that its file
// of passwords has for the node.
void set_login(const Group& group, Target& target);

// Masters first, then by host and port; an address stands once. It belongs to the master when
// several nodes come to it, in a Cluster to one that did not fail.
//
// Link-local addresses are left out, unless one is configured for the group.
//
// A node of a Cluster is found by its IP address; by its hostname when the group wants that, when
// it has TLS, because certificates hold names, or when the address is not known. Rewrites are tried
// with that one first, then with the other.
std::vector<FoundNode> found_nodes(const Group& group, const SentinelAgreement& agreement);
std::vector<FoundNode> found_nodes(const Group& group, const ClusterAgreement& agreement);

}  // namespace fleet
