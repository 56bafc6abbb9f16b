// SPDX-License-Identifier: Apache-2.0
#include "checks/own_slots.h"

#include <array>
#include <string>

#include "resp/key_slot.h"

namespace fleet {

bool OwnSlots::ask(Slice& slice) {
  if (asked_ || !slice.refused(kNodes).empty()) return false;
  slice.add(kNodes);
  return true;
}

// A replica has the slots of its master. A slot on its way here is not its own yet; one that leaves
// is.
void OwnSlots::take(Reply reply) {
  asked_ = true;
  if (!reply.is_text()) return;
  std::string_view owner;
  ClusterNodesLine line;
  for (ClusterNodesReader reader(reply.text()); reader.next(line);)
    if (line.myself) owner = line.slave ? line.master_id : line.id;
  if (owner.empty()) return;
  // Ranges that begin at a slot, less those that have ended: a reply may repeat them without end,
  // and costs its length.
  std::array<int, kClusterSlots + 1> begun{};
  for (ClusterNodesReader reader(reply.text()); reader.next(line);) {
    if (line.id != owner) continue;
    ClusterSlot slot;
    while (next_slot(line.slots, slot)) {
      if (slot.kind != ClusterSlot::Kind::owned) continue;
      ++begun[slot.range.first];
      --begun[slot.range.last + std::size_t{1}];
    }
  }
  slots_.emplace();
  int open = 0;
  for (std::size_t i = 0; i < kClusterSlots; ++i) {
    open += begun[i];
    if (open > 0) slots_->set(i);
  }
}

bool OwnSlots::has(std::string_view key) const { return !slots_ || slots_->test(key_slot(key)); }

std::vector<KeyPattern> NamedKeys::own() {
  std::vector<KeyPattern> own = std::exchange(names_, {});
  if (slots_)
    std::erase_if(own, [this](const KeyPattern& name) { return !slots_->has(name.text); });
  return own;
}

}  // namespace fleet
