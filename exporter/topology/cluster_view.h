// SPDX-License-Identifier: Apache-2.0
// A Redis Cluster as one of its nodes sees it, from CLUSTER NODES.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resp/cluster_nodes.h"
#include "resp/reply.h"
#include "topology/address.h"

namespace fleet {

struct MovingSlot {
  std::uint16_t slot = 0;  // 0 to 16383
  std::string node = {};   // id of the one that it goes to, or comes from
  bool operator==(const MovingSlot&) const = default;
};

struct ClusterNode : ClusterNodeState {
  std::string id = {};         // never empty
  HostPort address = {};       // the port for clients: with TLS where the asking client has TLS
  std::string hostname = {};   // cluster-announce-hostname; empty: none
  std::string master_id = {};  // of a replica; empty: a master, or none known

  std::vector<SlotRange> slots = {};
  std::vector<MovingSlot> migrating = {};  // of the answering node only
  std::vector<MovingSlot> importing = {};
  bool operator==(const ClusterNode&) const = default;
};

struct ClusterView {
  // Of the text; lines beyond are counted as malformed.
  static constexpr std::size_t kMostNodes = 16384;
  // That its nodes have or move, all together, each as often as it is named; what is beyond is left
  // out. Servers name one owner of a slot. Whoever reads a view walks through slots: a reply that
  // repeats ranges must not keep it for minutes.
  static constexpr std::size_t kMostSlots = 16 * kClusterSlots;

  bool answered = false;   // with a list of nodes
  std::string error = {};  // the beginning of an error reply, as without cluster mode
  std::vector<ClusterNode> nodes = {};
  std::size_t malformed = 0;  // lines that were skipped
};

ClusterView cluster_view(const Reply& cluster_nodes);
ClusterView read_cluster_nodes(std::string_view text);

using SlotSet = std::bitset<kClusterSlots>;

// The slots that any of the nodes claims, whatever its state; count() tells how many are covered.
SlotSet claimed_slots(std::span<const ClusterNode> nodes);

}  // namespace fleet
