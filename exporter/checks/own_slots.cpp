// SPDX-License-Identifier: Apache-2.0
#include "checks/own_slots.h"

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
  slots_.emplace();
  for (ClusterNodesReader reader(reply.text()); reader.next(line);) {
    if (line.id != owner) continue;
    ClusterSlot slot;
    while (next_slot(line.slots, slot))
      for (std::size_t i = slot.range.first; i <= slot.range.last; ++i)
        if (slot.kind == ClusterSlot::Kind::owned) slots_->set(i);
  }
}

bool OwnSlots::has(std::string_view key) const { return !slots_ || slots_->test(key_slot(key)); }

}  // namespace fleet
