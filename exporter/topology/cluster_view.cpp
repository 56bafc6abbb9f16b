// SPDX-License-Identifier: Apache-2.0
#include "topology/cluster_view.h"

#include <optional>

#include "base/text.h"

namespace fleet {
namespace {

std::optional<std::uint16_t> parse_slot(std::string_view text) {
  const auto number = parse_integer(text);
  if (!number || *number < 0 || *number >= static_cast<std::int64_t>(kClusterSlots)) return {};
  return static_cast<std::uint16_t>(*number);
}

// `ip:port@cport,hostname,name=value`
bool read_address(std::string_view text, ClusterNode& node) {
  std::string_view more = text;
  std::string_view address = take_until(more, ',');
  address = take_until(address, '@');
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::int32_t port = parse_port(address.substr(colon + 1));
  if (port < 0) return false;
  node.address = {std::string(address.substr(0, colon)), static_cast<std::uint16_t>(port)};
  const std::string_view hostname = take_until(more, ',');
  // A name=value there would be a later field, in a form without a hostname.
  if (hostname.find('=') == std::string_view::npos) node.hostname = hostname;
  return true;
}

void read_flags(std::string_view text, ClusterNode& node) {
  while (!text.empty()) {
    const std::string_view flag = take_until(text, ',');
    if (flag == "myself") node.myself = true;
    if (flag == "master") node.master = true;
    if (flag == "slave") node.slave = true;
    if (flag == "fail?") node.pfail = true;
    if (flag == "fail") node.fail = true;
    if (flag == "handshake") node.handshake = true;
    if (flag == "noaddr") node.noaddr = true;
    if (flag == "nofailover") node.nofailover = true;
  }
}

// `[93->-id]` or `[93-<-id]`, without the brackets.
void read_moving(std::string_view text, ClusterNode& node) {
  const auto slot = parse_slot(take_until(text, '-'));
  const std::string_view direction = take_until(text, '-');
  std::string id = parse_id(text);
  if (!slot || id.empty()) return;
  if (direction == ">") node.migrating.push_back({*slot, std::move(id)});
  if (direction == "<") node.importing.push_back({*slot, std::move(id)});
}

// One that is no slot is passed over.
void read_slot(std::string_view text, ClusterNode& node) {
  if (text.starts_with('[') && text.ends_with(']')) {
    if (node.migrating.size() + node.importing.size() < kClusterSlots)
      read_moving(text.substr(1, text.size() - 2), node);
    return;
  }
  const bool one = text.find('-') == std::string_view::npos;
  const auto first = parse_slot(take_until(text, '-'));
  const auto last = one ? first : parse_slot(text);
  if (first && last && *first <= *last && node.slots.size() < kClusterSlots)
    node.slots.push_back({*first, *last});
}

bool read_line(std::string_view line, ClusterNode& node) {
  node.id = parse_id(take_until(line, ' '));
  if (node.id.empty() || !read_address(take_until(line, ' '), node)) return false;
  read_flags(take_until(line, ' '), node);
  node.master_id = parse_id(take_until(line, ' '));  // `-`: none
  take_until(line, ' ');                             // when the last ping was sent
  take_until(line, ' ');                             // and the last pong came
  const auto epoch = parse_integer(take_until(line, ' '));
  const std::string_view link = take_until(line, ' ');
  if (!epoch || link.empty()) return false;
  node.config_epoch = *epoch;
  node.link_up = link == "connected";
  while (!line.empty()) read_slot(take_until(line, ' '), node);
  return true;
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
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    ClusterNode node;
    if (view.nodes.size() < ClusterView::kMostNodes && read_line(line, node))
      view.nodes.push_back(std::move(node));
    else
      ++view.malformed;
  }
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
