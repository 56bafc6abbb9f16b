// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_facts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collectors/sentinel_rows.h"

namespace fleet {
namespace {

// INFO has them in the order of a hash table, which changes: a cap would meet now one, now another.
std::vector<std::string> masters_in(const Info& info) {
  std::vector<std::string_view> names;
  for (const SentinelRow& row : sentinel_rows(info))
    if (row.name.size() <= NodeFacts::kLongestName) names.push_back(row.name);
  std::ranges::sort(names);
  const auto end = std::unique(names.begin(), names.end());  // clang 14 has no ranges::unique
  names.erase(end, names.end());
  names.resize(std::min(names.size(), NodeFacts::kMostMasters));
  return {names.begin(), names.end()};
}

// "module:name=search,ver=20812,...": Redis's and Valkey's. RediSearch 1 called itself ft.
std::optional<bool> search_module_in(const Info& info) {
  constexpr std::string_view kSection = "Modules";
  if (!info.has_section(kSection)) return std::nullopt;
  return std::ranges::any_of(info.section(kSection), [](const Info::Line& line) {
    const std::string_view name = column(line.value, "name").value_or("");
    return line.key == "module" && (name == "search" || name == "ft" || name == "searchlight");
  });
}

}  // namespace

NodeFacts facts_of(const Info& info, double now, const NodeFacts& before) {
  NodeFacts facts;
  facts.known = true;
  facts.version = parse_version(info.text("redis_version"));
  facts.valkey_version = parse_version(info.text("valkey_version"));
  facts.tile38 = info.find("tile38_version").has_value();
  facts.dragonfly = info.find("dragonfly_version").has_value();
  facts.cluster_enabled = info.text("cluster_enabled") == "1";
  facts.loading = info.text("loading") == "1";
  facts.search_module = search_module_in(info);
  facts.clients =
      info.number("connected_clients").value_or(std::numeric_limits<double>::infinity()) +
      info.number("connected_slaves").value_or(0);
  facts.run_id = info.text("run_id");
  facts.role = info.text("role");
  const std::string_view mode = info.find("redis_mode").value_or(info.text("server_mode"));
  facts.kind = mode == "sentinel" || info.find("sentinel_masters") ? kSentinel
               : facts.role == "slave" || facts.role == "replica"  ? kReplica
                                                                   : kMaster;
  if (facts.kind == kSentinel) facts.masters = masters_in(info);
  if (const auto uptime = info.number("uptime_in_seconds")) {
    // The server's own clock, where it tells it (7.0), leaves no room for jitter.
    const auto server_time = info.number("server_time_usec");
    facts.start_time = std::floor(server_time ? *server_time / 1e6 : now) - *uptime;
    if (before.known && before.run_id == facts.run_id &&
        std::abs(before.start_time - facts.start_time) <= 2)
      facts.start_time = before.start_time;
  }
  return facts;
}

}  // namespace fleet
