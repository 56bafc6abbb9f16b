// SPDX-License-Identifier: Apache-2.0
// Which of the fleet's nodes are for whom.
#include <algorithm>

#include "scrape/fleet.h"

namespace fleet {

std::vector<const Fleet::Member*> Fleet::members(std::string_view group) const {
  std::vector<const Member*> members;
  for (const RunningGroup& one : groups_)
    for (const Member& member : one.members)
      if (!member.companion && (group.empty() || member.group == group)) members.push_back(&member);
  return members;
}

// Masters, or replicas, whichever are looked at: of the others there would be nothing to show.
std::vector<const Fleet::Member*> Fleet::companions() const {
  std::vector<const Member*> companions;
  const CheckSettings& checks = options_.checks;
  if (!checks.any()) return companions;
  for (const RunningGroup& one : groups_)
    for (const Member& member : one.members)
      if (member.companion && (member.role == "master" ? checks.on_masters : checks.on_replicas))
        companions.push_back(&member);
  return companions;
}

const std::vector<FoundNode>* Fleet::cluster_nodes() const {
  const auto found = std::ranges::find_if(groups_, [](const RunningGroup& one) {
    return one.group.name.empty() && one.discovery() != nullptr;
  });
  return found == groups_.end() || found->found.empty() ? nullptr : &found->found;
}

}  // namespace fleet
