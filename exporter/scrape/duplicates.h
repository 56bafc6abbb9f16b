// SPDX-License-Identifier: Apache-2.0
// Listed nodes that are one server under several addresses, told by its run_id. The first listed is
// the node, the others are duplicates: they are scraped and counted, so somebody has to know.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace fleet {

class Duplicates {
 public:
  struct Listed {
    std::string_view instance;
    std::string_view group;
    std::string_view run_id;  // empty: not known
  };

  // Logs each pair once until it ends.
  void look(std::span<const Listed> nodes);

  // Nodes of the group that another one was listed before.
  std::size_t count(const std::string& group) const {
    const auto found = counts_.find(group);
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  std::set<std::pair<std::string, std::string>> pairs_;  // instances: the first, the duplicate
  std::map<std::string, std::size_t> counts_;            // of duplicates, by group
};

}  // namespace fleet
