// SPDX-License-Identifier: Apache-2.0
// Which keys a node of a Cluster has: of others it answers MOVED, which is an error in its
// statistics each time. What CLUSTER NODES said is kept from check to check, until somebody forgets
// it.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>

#include "checks/slice.h"
#include "resp/cluster_nodes.h"
#include "resp/reply.h"

namespace fleet {

class OwnSlots {
 public:
  static constexpr std::string_view kNodes = "CLUSTER NODES";

  // Adds the question to an empty slice; false when there is none to ask: what the answer was is
  // known, or it is refused.
  bool ask(Slice& slice);
  void take(Reply reply);
  void forget() { slots_.reset(), asked_ = false; }

  // Whether to ask the node for the key. Where nothing is known every key is asked for.
  bool has(std::string_view key) const;

 private:
  bool asked_ = false;
  std::optional<std::bitset<kClusterSlots>> slots_;  // none: not known
};

}  // namespace fleet
