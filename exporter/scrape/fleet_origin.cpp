// SPDX-License-Identifier: Apache-2.0
// Where a node comes from and who it is asked as, in words for whoever wonders why it is not asked
// as configured.
#include <algorithm>

#include "base/printable.h"
#include "scrape/fleet.h"

namespace fleet {
namespace {

constexpr std::string_view kOfFlags = "REDIS_PASSWORD or --redis.password";
constexpr std::string_view kOfFile = "--redis.password-file";

std::string asked_as(const Target& target, std::string_view password_from,
                     std::string_view why_none) {
  if (!target.password) return "none: " + std::string(why_none);
  const std::string user = target.username.empty()
                               ? "the default user"
                               : "user " + printable(target.username, std::string::npos);
  return (user + ", password of ").append(password_from);
}

}  // namespace

// The group that is being listed is not complete, but has what it took already.
const Fleet::RunningGroup* Fleet::group_with(const Node& node) const {
  const auto has_it = [&node](const RunningGroup& one) {
    return std::ranges::any_of(
        one.members, [&node](const Member& member) { return member.node.get() == &node; });
  };
  const auto found = std::ranges::find_if(groups_, has_it);
  return found == groups_.end() ? nullptr : &*found;
}

Fleet::Origin Fleet::origin_of(const Node& node) const {
  const Target& target = node.target();
  const RunningGroup* const running = group_with(node);
  if (running == nullptr)
    return {"none: the list of allowed targets lets it in", visited_.credentials_of(node)};
  const Group& group = running->group;
  const auto member = std::ranges::find_if(
      running->members, [&node](const Member& one) { return one.node.get() == &node; });
  if (group.name.empty()) {
    const bool in_uri = !member->companion && options_.redis_addr && options_.redis_addr->password;
    std::string_view from = in_uri ? "the URI of --redis.addr" : kOfFlags;
    const bool in_file = options_.passwords.find(target, options_.redis_user) != nullptr;
    if (in_file && !in_uri) from = kOfFile;
    return {member->companion ? "none: it is a node of the Cluster of --redis.addr"
                              : "none: it is the node of --redis.addr",
            asked_as(target, from, std::string(kOfFlags) + " is not set")};
  }
  const bool of_group = target.username == group.username && target.password == group.password;
  return {group.name + (group.standalone ? " (standalone), " : ", ") + member->listed.origin,
          asked_as(target,
                   of_group ? "the group's credentials"
                            : "the node's own: its address, or credentials of its entry",
                   "neither the group nor the node names credentials with a password")};
}

std::string VisitedNodes::credentials_of(const Node& node) const {
  const auto found = std::ranges::find_if(
      nodes_, [&node](const auto& entry) { return entry.second.node.get() == &node; });
  if (found == nodes_.end()) return {};
  const Visited& visited = found->second;
  if (visited.access != nullptr && visited.access->access.has_credentials)
    return asked_as(node.target(),
                    "the entry of allowed_targets that has " + visited.access->spelling,
                    "the credentials of the entry of allowed_targets that has " +
                        visited.access->spelling + " have no password");
  if (options_.passwords.find(node.target(), options_.redis_user) != nullptr)
    return asked_as(node.target(), kOfFile, "");
  std::string why_none = std::string(kOfFlags) + " is not set";
  if (visited.allowed == Allowed::by_star)
    why_none = "what only * lets in gets no password";
  else if (!options_.config_file.empty())
    why_none.append(", and no entry of allowed_targets that has the target names credentials");
  return asked_as(node.target(), kOfFlags, why_none);
}

}  // namespace fleet
