// SPDX-License-Identifier: Apache-2.0
#include "topology/slot_truth.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

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

namespace {

// Nodes that see other owners than most of those that were asked in the round.
void find_disagreeing(std::span<const SlotOpinion> opinions, std::size_t round, SlotTruth& truth) {
  std::map<std::uint64_t, std::size_t> views;
  for (const SlotOpinion& opinion : opinions)
    if (opinion.round == round) ++views[opinion.owners];
  if (views.empty()) return;
  const auto most =
      std::ranges::max_element(views, {}, [](const auto& view) { return view.second; });
  for (std::size_t i = 0; i < opinions.size(); ++i) {
    if (opinions[i].round != round || opinions[i].owners == most->first) continue;
    ++truth.disagreeing;
    truth.ask_again[i] = true;
  }
}

void find_claimed_twice(std::span<const SlotOpinion> opinions, std::size_t round,
                        SlotTruth& truth) {
  constexpr std::size_t kNobody = ~std::size_t{0};
  std::vector<std::size_t> claimants(kClusterSlots, kNobody);
  SlotSet twice;
  for (std::size_t i = 0; i < opinions.size(); ++i) {
    for (const auto& [first, last] : opinions[i].own) {
      for (std::size_t slot = first; slot <= last; ++slot) {
        const std::size_t other = std::exchange(claimants[slot], i);
        if (other == kNobody || other == i) continue;
        truth.ask_again[i] = truth.ask_again[other] = true;
        if (opinions[i].round == round && opinions[other].round == round) twice.set(slot);
      }
    }
  }
  truth.claimed_twice = twice.count();
}

}  // namespace

SlotTruth compare(std::span<const SlotOpinion> opinions, std::size_t round) {
  SlotTruth truth;
  truth.ask_again.resize(opinions.size());
  SlotSet open;
  for (const SlotOpinion& opinion : opinions)
    for (const std::uint16_t slot : opinion.open) open.set(slot);
  truth.open = open.count();
  find_disagreeing(opinions, round, truth);
  find_claimed_twice(opinions, round, truth);
  return truth;
}

}  // namespace fleet
