// SPDX-License-Identifier: Apache-2.0
// Whether the nodes of a Redis Cluster agree on who has which slot: what each says of all, and of
// itself, compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "topology/cluster_view.h"

namespace fleet {

// A node's view in a few bytes per slot range: a Cluster of 1,000 nodes has 1,000 of them.
struct SlotOpinion {
  std::uint64_t owners = 0;              // equal for views with the same owner of each slot
  std::vector<SlotRange> own = {};       // slots that the node says it has itself
  std::vector<std::uint16_t> open = {};  // that it is giving away or taking over
  std::size_t round = 0;                 // in which it said so
};

// None when the view has no line of the node itself.
std::optional<SlotOpinion> slot_opinion(const ClusterView& view);

struct SlotTruth {
  std::size_t open = 0;           // slots that any node is giving away or taking over
  std::size_t claimed_twice = 0;  // slots that two nodes say they have
  std::size_t disagreeing = 0;    // nodes that see other owners than most do
  // By opinion: what it says may only be older than what others say. Asked again in one round with
  // those, it agrees or it counts.
  std::vector<bool> ask_again = {};
};

// Only what was said in one round is compared: between two a slot may have moved.
SlotTruth compare(std::span<const SlotOpinion> opinions, std::size_t round);

}  // namespace fleet
