// SPDX-License-Identifier: Apache-2.0
#include "http/status_text.h"

#include <algorithm>
#include <cstdio>

namespace fleet::http {

State state_of(const Fleet::Member& member) {
  const NodeStatus& node = member.node->status();
  if (node.ended == 0) return State::not_asked;
  if (!node.up) return State::down;
  return node.reason.empty() && node.failed_collectors.empty() ? State::up : State::incomplete;
}

std::string_view name_of(State state) {
  constexpr std::string_view kNames[] = {"down", "incomplete", "not asked yet", "up"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view class_of(State state) {
  constexpr std::string_view kClasses[] = {"bad", "warning", "unknown", "good"};
  return kClasses[static_cast<std::size_t>(state)];
}

std::string role_of(const Fleet::Member& member) {
  const std::string& role = member.node->status().role;
  if (role.empty()) return member.role;
  return role == "slave" ? "replica" : role;
}

std::string discovery_of(const GroupStatus& group) {
  if (!group.own) return "another exporter's";
  if (!group.has_discovery) return "listed";
  if (!group.discovery_tried) return "under way";
  return group.discovery_works ? "works" : "fails";
}

std::string ago(double then, double now) {
  if (then == 0) return "never";
  const double seconds = std::max(now - then, 0.0);
  char text[40];
  if (seconds < 120)
    std::snprintf(text, sizeof text, "%.0f s ago", seconds);
  else if (seconds < 7200)
    std::snprintf(text, sizeof text, "%.0f min ago", seconds / 60);
  else if (seconds < 172800)
    std::snprintf(text, sizeof text, "%.0f h ago", seconds / 3600);
  else
    std::snprintf(text, sizeof text, "%.0f days ago", seconds / 86400);
  return text;
}

std::string milliseconds(double seconds) {
  char text[40];
  std::snprintf(text, sizeof text, seconds < 0.1 ? "%.1f ms" : "%.0f ms", seconds * 1000);
  return text;
}

}  // namespace fleet::http
