// SPDX-License-Identifier: Apache-2.0
// The text that CLUSTER NODES answers (since 3.0), one line per node, read without copies: of a
// Cluster of 1,000 nodes it is about 150 kB.
//
//   id ip:port[@cport[,hostname[,name=value...]]] flags master ping pong epoch link slot...
//
// @cport since 4.0, the hostname since 7.0. IPv6 addresses stand without brackets. The ip is empty
// for a node that does not know its own yet. A slot is `5` or `0-5460`; of the answering node's own
// also `[93->-id]`, which leaves for another node, and `[93-<-id]`, which comes from there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fleet {

constexpr std::size_t kClusterSlots = 16384;

struct SlotRange {
  std::uint16_t first = 0;  // both 0 to 16383
  std::uint16_t last = 0;   // included, not below first
  bool operator==(const SlotRange&) const = default;
};

// How the answering node sees a node.
struct ClusterNodeState {
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
  bool operator==(const ClusterNodeState&) const = default;
};

// One line. Views into the text.
struct ClusterNodesLine : ClusterNodeState {
  std::string_view id = {};  // never empty
  std::string_view host = {};
  std::uint16_t port = 0;           // for clients: with TLS where the asking client has TLS
  std::string_view hostname = {};   // cluster-announce-hostname; empty: none
  std::string_view master_id = {};  // of a replica; empty: a master, or none known
  std::string_view slots = {};      // for next_slot
};

class ClusterNodesReader {
 public:
  explicit ClusterNodesReader(std::string_view text) : rest_(text) {}
  // The next line that is one of a node; false at the end.
  bool next(ClusterNodesLine& node);
  std::size_t malformed() const { return malformed_; }  // lines that were passed over

 private:
  std::string_view rest_;
  std::size_t malformed_ = 0;
};

struct ClusterSlot {
  enum class Kind : std::uint8_t { owned, migrating, importing };
  Kind kind = Kind::owned;
  SlotRange range = {};
  std::string_view node = {};  // of one that moves: id of where it goes to, or comes from
};

// Takes the next of a line's slots away from it; false at the end. What is no slot is passed over.
bool next_slot(std::string_view& slots, ClusterSlot& slot);

}  // namespace fleet
