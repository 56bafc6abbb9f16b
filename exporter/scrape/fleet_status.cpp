// SPDX-License-Identifier: Apache-2.0
// What Fleet tells people of its groups.
#include "scrape/fleet.h"
#include "scrape/group_settings.h"

namespace fleet {
std::vector<GroupStatus> Fleet::status() const {
  std::vector<GroupStatus> all;
  for (const RunningGroup& one : groups_) {
    GroupStatus status;
    status.name = one.group.name;
    status.kind = kind_of(one.group.source, one.group.standalone);
    status.nodes = one.members.size();
    status.own = one.group.name.empty() || options_.shard.owns(one.group.name);
    if (const Discovery* discovery = one.discovery(); discovery != nullptr) {
      const Discovery::State& state = discovery->state();
      status.has_discovery = true;
      status.discovery_tried = state.tried;
      status.discovery_works = state.works;
      status.last_discovery = state.last_success;
      status.problem = state.problem;
    }
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace fleet
