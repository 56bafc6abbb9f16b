// SPDX-License-Identifier: Apache-2.0
// CLUSTER NODES: the other nodes as this one sees them. Counted, so that a Cluster of any size has
// the same few series on each of its nodes.
#include "resp/cluster_nodes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {
    {.line = "CLUSTER NODES",
     .since = 0x030000,
     .wanted = [](const NodeFacts& node, const CollectorOptions&) { return node.cluster_enabled; }},
};

constexpr Metric told(Metric metric) { return metric.source("CLUSTER NODES"); }
constexpr Metric kNodes =
    told(gauge("redis_cluster_nodes",
               "Nodes by the state in which this node sees them, itself included: fail (down in "
               "the view of a majority), pfail (down in its own), handshake (not yet joined), "
               "noaddr (of unknown address), ok (none of these).",
               "state"));
constexpr Metric kLinks = told(gauge(
    "redis_cluster_node_links",
    "Other nodes by the state of this node's link to them on the cluster bus: up, down.", "state"));
constexpr Metric kNodeSlots =
    told(gauge("redis_cluster_node_slots", "Slots that this node owns; a replica owns none."));
constexpr Metric kOpenSlots = told(gauge("redis_cluster_open_slots",
                                         "Slots that are on their way away from this node "
                                         "(migrating) or to it (importing).",
                                         "state"));
constexpr Metric kBareMasters =
    told(gauge("redis_cluster_masters_without_replicas",
               "Masters with slots that have no replica that this node sees up."));
constexpr Metric kIdleMasters = told(
    gauge("redis_cluster_masters_without_slots", "Masters that own no slots, failed ones aside."));
constexpr const Metric* kMetrics[] = {&kNodes,     &kLinks,       &kNodeSlots,
                                      &kOpenSlots, &kBareMasters, &kIdleMasters};

enum State : std::uint8_t { kOk, kPfail, kFail, kHandshake, kNoaddr };
constexpr std::string_view kStates[] = {"ok", "pfail", "fail", "handshake", "noaddr"};

// Each node has one, so that their sum is the number of nodes.
State state_of(const ClusterNodeState& node) {
  if (node.fail) return kFail;
  if (node.pfail) return kPfail;
  if (node.handshake) return kHandshake;
  return node.noaddr ? kNoaddr : kOk;
}

struct Slots {
  double owned = 0, migrating = 0, importing = 0;
};

Slots count_slots(std::string_view text) {
  Slots slots;
  for (ClusterSlot slot; next_slot(text, slot);) {
    if (slot.kind == ClusterSlot::Kind::migrating) {
      ++slots.migrating;
    } else if (slot.kind == ClusterSlot::Kind::importing) {
      ++slots.importing;
    } else {
      slots.owned += slot.range.last - slot.range.first + 1;
    }
  }
  return slots;
}

bool owns_slots(std::string_view text) {
  for (ClusterSlot slot; next_slot(text, slot);)
    if (slot.kind == ClusterSlot::Kind::owned) return true;
  return false;
}

void emit_own(const ClusterNodesLine& own, SampleSet& out) {
  const Slots slots = count_slots(own.slots);
  out.add(kNodeSlots, slots.owned);
  out.add(kOpenSlots, {{"state", "migrating"}}, slots.migrating);
  out.add(kOpenSlots, {{"state", "importing"}}, slots.importing);
}

void emit(std::string_view text, SampleSet& out) {
  std::array<double, std::size(kStates)> nodes{};
  double up = 0, down = 0, idle = 0;
  std::vector<std::string_view> owners, followed;  // ids of masters with slots, with a replica
  ClusterNodesReader reader(text);
  ClusterNodesLine own;
  for (ClusterNodesLine node; reader.next(node);) {
    const State state = state_of(node);
    ++nodes[state];
    if (node.myself) {
      own = node;
    } else {
      ++(node.link_up ? up : down);
    }
    if (node.slave && state == kOk) followed.push_back(node.master_id);
    if (!node.master) continue;
    if (owns_slots(node.slots)) {
      owners.push_back(node.id);
    } else if (state == kOk) {
      ++idle;
    }
  }
  if (own.id.empty()) return;  // every node knows itself: it is no such list
  emit_own(own, out);
  std::ranges::sort(followed);
  const auto bare = std::ranges::count_if(
      owners, [&](std::string_view id) { return !std::ranges::binary_search(followed, id); });
  for (std::size_t i = 0; i < nodes.size(); ++i) out.add(kNodes, {{"state", kStates[i]}}, nodes[i]);
  out.add(kLinks, {{"state", "up"}}, up);
  out.add(kLinks, {{"state", "down"}}, down);
  out.add(kBareMasters, static_cast<double>(bare));
  out.add(kIdleMasters, idle);
}

Outcome collect(const Input& input, SampleSet& out) {
  if (const Reply reply = input.replies[0]; reply.is_text()) emit(reply.text(), out);
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kClusterNodesCollector{
    .name = "cluster_nodes",
    .about = "The cluster's nodes, links and open slots as this node sees them.",
    .applies_to = kData,
    .commands = kCommands,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
