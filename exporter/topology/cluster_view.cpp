// SPDX-License-Identifier: Apache-2.0
#include "topology/cluster_view.h"

namespace fleet {
namespace {

// `left` is how many slots the view may name yet.
void add_slot(const ClusterSlot& slot, ClusterNode& node, std::size_t& left) {
  const std::size_t size = slot.range.last - slot.range.first + std::size_t{1};
  if (size > left) {
    left = 0;
    return;
  }
  left -= size;
  if (slot.kind == ClusterSlot::Kind::owned) {
    node.slots.push_back(slot.range);
  } else {
    auto& moving = slot.kind == ClusterSlot::Kind::migrating ? node.migrating : node.importing;
    moving.push_back({slot.range.first, std::string(slot.node)});
  }
}

ClusterNode copy_of(const ClusterNodesLine& line, std::size_t& left) {
  ClusterNode node;
  static_cast<ClusterNodeState&>(node) = line;
  node.id = line.id;
  node.address = {std::string(line.host), line.port};
  node.hostname = line.hostname;
  node.master_id = line.master_id;
  std::string_view slots = line.slots;
  for (ClusterSlot slot; left > 0 && next_slot(slots, slot);) add_slot(slot, node, left);
  return node;
}

}  // namespace

ClusterView cluster_view(const Reply& cluster_nodes) {
  if (cluster_nodes.is_text()) return read_cluster_nodes(cluster_nodes.text());
  ClusterView view;
  if (cluster_nodes.is_error()) view.error = cluster_nodes.words();
  return view;
}

ClusterView read_cluster_nodes(std::string_view text) {
  ClusterView view;
  ClusterNodesReader reader(text);
  std::size_t beyond = 0, slots_left = ClusterView::kMostSlots;
  for (ClusterNodesLine line; reader.next(line);) {
    if (view.nodes.size() < ClusterView::kMostNodes)
      view.nodes.push_back(copy_of(line, slots_left));
    else
      ++beyond;
  }
  view.malformed = reader.malformed() + beyond;
  view.answered = !view.nodes.empty();
  return view;
}

SlotSet claimed_slots(std::span<const ClusterNode> nodes) {
  SlotSet claimed;
  for (const ClusterNode& node : nodes)
    for (const SlotRange& range : node.slots)
      for (std::size_t slot = range.first; slot <= range.last; ++slot) claimed.set(slot);
  return claimed;
}

}  // namespace fleet
