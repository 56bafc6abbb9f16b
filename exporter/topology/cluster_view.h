// SPDX-License-Identifier: Apache-2.0
// A Redis Cluster as one of its nodes sees it, from CLUSTER NODES (since 3.0), one line per node:
//
//   id ip:port[@cport[,hostname[,name=value...]]] flags master ping pong epoch link slot...
//
// @cport since 4.0, the hostname since 7.0. IPv6 addresses stand without brackets. The ip is empty
// for a node that does not know its own yet. A slot is `5` or `0-5460`; of the answering node's own
// also `[93->-id]`, which leaves for another node, and `[93-<-id]`, which comes from there.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resp/reply.h"
#include "topology/address.h"

namespace fleet {

constexpr std::size_t kClusterSlots = 16384;

struct SlotRange {
  std::uint16_t first = 0;  // both 0 to 16383
  std::uint16_t last = 0;   // included, not below first
  bool operator==(const SlotRange&) const = default;
};

struct MovingSlot {
  std::uint16_t slot = 0;  // 0 to 16383
  std::string node = {};   // id of the one that it goes to, or comes from
  bool operator==(const MovingSlot&) const = default;
};

struct ClusterNode {
  std::string id = {};         // never empty
  HostPort address = {};       // the port for clients: with TLS where the asking client has TLS
  std::string hostname = {};   // cluster-announce-hostname; empty: none
  std::string master_id = {};  // of a replica; empty: a master, or none known

  bool myself = false;  // the node that answered
  bool master = false;
  bool slave = false;
  bool pfail = false;      // `fail?`: down in the answering node's own view
  bool fail = false;       // down in the view of a majority of masters
  bool handshake = false;  // not yet known; its id will change
  bool noaddr = false;     // its address is not known
  bool nofailover = false;
  bool link_up = false;  // of the answering node to it; its own is up

  std::int64_t config_epoch = 0;  // a replica has its master's
  std::vector<SlotRange> slots = {};
  std::vector<MovingSlot> migrating = {};  // of the answering node only
  std::vector<MovingSlot> importing = {};
  bool operator==(const ClusterNode&) const = default;
};

struct ClusterView {
  // Of the text; lines beyond are counted as malformed.
  static constexpr std::size_t kMostNodes = 16384;

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
