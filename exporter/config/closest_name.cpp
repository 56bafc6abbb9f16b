// SPDX-License-Identifier: Apache-2.0
#include "config/closest_name.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace fleet {
namespace {

// Optimal string alignment distance, by the usual table of which three rows are kept.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string_view closest_name(std::string_view typed, std::span<const std::string_view> names) {
  constexpr std::size_t kLongest = 64;  // nobody's typing error; keeps the table small
  if (typed.size() > kLongest) return {};
  std::size_t least = std::min<std::size_t>(typed.size() / 3, 3) + 1;
  std::string_view closest;
  for (const std::string_view name : names) {
    const std::size_t edits = edits_between(typed, name);
    if (edits >= least) continue;
    least = edits;
    closest = name;
  }
  return closest;
}

}  // namespace fleet
