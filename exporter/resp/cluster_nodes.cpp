// SPDX-License-Identifier: Apache-2.0
#include "resp/cluster_nodes.h"

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
bool read_address(std::string_view text, ClusterNodesLine& node) {
  std::string_view address = take_until(text, ',');
  address = take_until(address, '@');
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::int32_t port = parse_port(address.substr(colon + 1));
  if (port < 0) return false;
  node.host = address.substr(0, colon);
  node.port = static_cast<std::uint16_t>(port);
  const std::string_view hostname = take_until(text, ',');
  // A name=value there would be a later field, in a form without a hostname.
  if (hostname.find('=') == std::string_view::npos) node.hostname = hostname;
  return true;
}

void read_flags(std::string_view text, ClusterNodeState& node) {
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

bool read_line(std::string_view line, ClusterNodesLine& node) {
  node = {};
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
  node.slots = line;
  return true;
}

// `93->-id` or `93-<-id`
bool read_moving(std::string_view text, ClusterSlot& slot) {
  const auto number = parse_slot(take_until(text, '-'));
  const std::string_view direction = take_until(text, '-');
  slot.node = parse_id(text);
  if (!number || slot.node.empty() || (direction != ">" && direction != "<")) return false;
  slot.kind = direction == ">" ? ClusterSlot::Kind::migrating : ClusterSlot::Kind::importing;
  slot.range = {*number, *number};
  return true;
}

bool read_slot(std::string_view text, ClusterSlot& slot) {
  slot = {};
  if (text.starts_with('[') && text.ends_with(']'))
    return read_moving(text.substr(1, text.size() - 2), slot);
  const bool one = text.find('-') == std::string_view::npos;
  const auto first = parse_slot(take_until(text, '-'));
  const auto last = one ? first : parse_slot(text);
  if (!first || !last || *first > *last) return false;
  slot.range = {*first, *last};
  return true;
}

}  // namespace

bool ClusterNodesReader::next(ClusterNodesLine& node) {
  while (!rest_.empty()) {
    std::string_view line = take_until(rest_, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (read_line(line, node)) return true;
    ++malformed_;
  }
  return false;
}

bool next_slot(std::string_view& slots, ClusterSlot& slot) {
  while (!slots.empty())
    if (read_slot(take_until(slots, ' '), slot)) return true;
  return false;
}

}  // namespace fleet
