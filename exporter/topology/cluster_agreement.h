// SPDX-License-Identifier: Apache-2.0
// The nodes of a Redis Cluster, from what a few of them say: no single node is believed, because it
// may have been reset, cut off or left behind.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "topology/cluster_view.h"

namespace fleet {

struct ClusterAnswer {
  std::string host = {};  // that was asked; stands for the address of a node that does not know it
  ClusterView view = {};
};

struct ClusterAgreement {
  // That more than half of the views have, each id once, by id, with a usable address or hostname.
  // A view that has the node in handshake or without an address does not count as having it; a
  // node that failed stays. Of several views of a node that of the highest config epoch holds, then
  // the first; moving slots are from its own view.
  std::vector<ClusterNode> nodes = {};
  std::size_t answered = 0;     // views with a list of nodes
  std::size_t in_minority = 0;  // nodes that half of these views or fewer have
};

ClusterAgreement agree(std::span<const ClusterAnswer> answers);

}  // namespace fleet
