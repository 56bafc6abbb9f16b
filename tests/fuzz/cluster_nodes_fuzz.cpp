// SPDX-License-Identifier: Apache-2.0
// Any text as the answer to CLUSTER NODES: what is read stays within its ranges, and what is found
// are places that a target can spell.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "topology/found_nodes.h"
#include "topology/slot_truth.h"

namespace {

using namespace fleet;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const ClusterNode& node) {
  require(!node.id.empty());
  for (const SlotRange& range : node.slots)
    require(range.first <= range.last && range.last < kClusterSlots);
  for (const auto* moving : {&node.migrating, &node.importing})
    for (const MovingSlot& slot : *moving) require(slot.slot < kClusterSlots && !slot.node.empty());
}

void check(const FoundNode& found) {
  std::string problem;
  const auto again = parse_target(found.node.target.spelling, problem);
  require(again && again->host == found.node.target.host);
  require(again->port == found.node.target.port);
  require(!found.id.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ClusterView view = read_cluster_nodes(text);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  require(view.nodes.size() + view.malformed <= lines);
  for (const ClusterNode& node : view.nodes) check(node);
  require(claimed_slots(view.nodes).count() <= kClusterSlots);

  // Two that say the same agree; a third without an answer changes nothing.
  const ClusterAnswer answers[] = {{"10.0.0.1", view}, {"10.0.0.1", view}, {}};
  const ClusterAgreement all = agree(answers);
  require(all.in_minority == 0);
  std::set<std::string_view> known, agreed;
  for (const ClusterNode& node : view.nodes)
    if (!node.handshake && !node.noaddr && node.address.usable()) known.insert(node.id);
  for (const ClusterNode& node : all.nodes) require(agreed.insert(node.id).second);
  require(std::ranges::includes(agreed, known) && agreed.size() <= view.nodes.size());

  // A node that says the same twice agrees with itself, and claims nothing but its own slots twice.
  if (const auto opinion = slot_opinion(view)) {
    const SlotOpinion said[] = {*opinion, *opinion};
    const SlotTruth truth = compare(said, 0);
    require(truth.disagreeing == 0 && truth.claimed_twice <= kClusterSlots);
    require(truth.ask_again.size() == 2);
  }

  Group group;
  for (const auto transport : {Target::Transport::tcp, Target::Transport::tls}) {
    group.transport = transport;
    const auto found = found_nodes(group, all);
    require(found.size() <= all.nodes.size() && found.empty() == all.nodes.empty());
    for (const FoundNode& node : found) check(node);
  }
  return 0;
}
