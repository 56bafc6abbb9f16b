// SPDX-License-Identifier: Apache-2.0
#include "topology/node_view.h"

#include <algorithm>
#include <string_view>

#include "base/characters.h"
#include "base/text.h"

namespace fleet {
namespace {

HostPort address_of(std::string_view host, std::string_view port) {
  // A longer one is cut, and still too long to be usable.
  return {to_lower(host.substr(0, HostPort::kLongestHost + 1)),
          static_cast<std::uint16_t>(std::max(parse_port(port), 0))};
}

std::optional<double> not_negative(std::optional<double> number) {
  return number && *number >= 0 ? number : std::nullopt;
}

// A server without an earlier history says so with zeros.
std::string history(std::string_view text) {
  const bool none = text.find_first_not_of('0') == std::string_view::npos;
  return std::string(none ? std::string_view() : parse_id(text));
}

AttachedReplica attached(std::string_view row) {
  AttachedReplica replica;
  replica.address = address_of(column(row, "ip").value_or(""), column(row, "port").value_or(""));
  replica.online = column(row, "state") == "online";
  replica.lag_seconds = not_negative(parse_number(column(row, "lag").value_or("")));
  return replica;
}

}  // namespace

NodeView node_view(const Info& replication) {
  NodeView view;
  const std::string_view role = replication.text("role");
  // KeyDB's takes writes as a master does, beside others: that is no split of one history.
  const bool active = role == "active-replica";
  view.master = role == "master" || active;
  view.answered = view.master || role == "slave" || role == "replica";
  if (!active) {
    view.replid = history(replication.text("master_replid"));
    view.replid2 = history(replication.text("master_replid2"));
  }
  const std::string_view offset = view.master ? "master_repl_offset" : "slave_repl_offset";
  view.offset = not_negative(replication.number(offset)).value_or(0);
  view.good_replicas = not_negative(replication.number("min_slaves_good_slaves"));
  if (replication.text("repl_backlog_active") == "1")
    view.backlog_bytes = not_negative(replication.number("repl_backlog_size"));
  view.its_master = address_of(replication.text("master_host"), replication.text("master_port"));
  view.link_up = replication.text("master_link_status") == "up";
  view.last_io_seconds = not_negative(replication.number("master_last_io_seconds_ago"));
  if (const auto priority = parse_integer(replication.text("slave_priority")))
    view.priority = *priority;
  for (const auto& [key, row] : replication.section("Replication"))
    if (key.starts_with("slave") && key.size() > 5 && is_digit(key[5]) &&
        view.replicas.size() < NodeView::kMostReplicas)
      view.replicas.push_back(attached(row));
  return view;
}

}  // namespace fleet
