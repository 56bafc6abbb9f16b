// SPDX-License-Identifier: Apache-2.0
#include "topology/slot_truth.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace fleet {
namespace {

constexpr std::uint64_t kHashStart = 14695981039346656037U;  // FNV-1a
constexpr std::uint64_t kHashFactor = 1099511628211U;

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = kHashStart;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kHashFactor;
  return hash;
}

// By owner of each slot, so that neither the order of lines nor the split of ranges counts.
std::uint64_t hash_of_owners(const ClusterView& view) {
  std::vector<std::uint64_t> owners(kClusterSlots, 0);
  for (const ClusterNode& node : view.nodes) {
    if (node.slots.empty()) continue;
    const std::uint64_t owner = hash_of(node.id);
    for (const auto& [first, last] : node.slots)
      std::fill(owners.begin() + first, owners.begin() + last + 1, owner);
  }
  std::uint64_t hash = kHashStart;
  for (const std::uint64_t owner : owners) hash = (hash ^ owner) * kHashFactor;
  return hash;
}

}  // namespace

std::optional<SlotOpinion> slot_opinion(const ClusterView& view) {
  const auto self = std::ranges::find(view.nodes, true, &ClusterNode::myself);
  if (self == view.nodes.end()) return std::nullopt;
  SlotOpinion opinion;
  opinion.owners = hash_of_owners(view);
  opinion.own = self->slots;
  for (const auto* moving : {&self->migrating, &self->importing})
    for (const MovingSlot& slot : *moving) opinion.open.push_back(slot.slot);
  return opinion;
}

SlotTruth compare(std::span<const SlotOpinion> opinions) {
  SlotTruth truth;
  SlotSet open, claimed, twice;
  std::map<std::uint64_t, std::size_t> views;
  std::size_t most = 0;
  for (const SlotOpinion& opinion : opinions) {
    most = std::max(most, ++views[opinion.owners]);
    for (const std::uint16_t slot : opinion.open) open.set(slot);
    for (const auto& [first, last] : opinion.own) {
      for (std::size_t slot = first; slot <= last; ++slot) {
        if (claimed.test(slot)) twice.set(slot);
        claimed.set(slot);
      }
    }
  }
  truth.open = open.count();
  truth.claimed_twice = twice.count();
  truth.disagreeing = opinions.size() - most;
  return truth;
}

}  // namespace fleet
