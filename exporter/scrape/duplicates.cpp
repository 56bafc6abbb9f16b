// SPDX-License-Identifier: Apache-2.0
#include "scrape/duplicates.h"

#include <unordered_map>

#include "base/log.h"

namespace fleet {

void Duplicates::look(std::span<const Listed> nodes) {
  std::set<std::pair<std::string, std::string>> pairs;
  counts_.clear();
  std::unordered_map<std::string_view, const Listed*> servers;  // by run_id
  for (const Listed& node : nodes) {
    if (node.run_id.empty()) continue;
    const auto [server, added] = servers.emplace(node.run_id, &node);
    if (added) continue;
    const Listed& first = *server->second;
    const auto [pair, fresh] = pairs.emplace(first.instance, node.instance);
    if (fresh) ++counts_[std::string(node.group)];
    if (!fresh || pairs_.contains(*pair)) continue;
    log::warning("two addresses lead to one server: list it under one of them only",
                 {{"instance", first.instance},
                  {"redis_group", first.group},
                  {"other_instance", node.instance},
                  {"other_redis_group", node.group}});
  }
  pairs_ = std::move(pairs);
}

}  // namespace fleet
