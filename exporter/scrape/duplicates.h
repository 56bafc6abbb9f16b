// SPDX-License-Identifier: Apache-2.0
// Listed nodes that are one server under several addresses, told by its run_id. The first listed is
// the node, the others are duplicates: they are scraped and counted, so somebody has to know.
#pragma once

#include <cstddef>
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

  std::size_t count() const { return pairs_.size(); }

 private:
  std::set<std::pair<std::string, std::string>> pairs_;  // instances: the first, the duplicate
};

}  // namespace fleet
