// SPDX-License-Identifier: Apache-2.0
// Lists of keys as flags, variables and /scrape take them:
//
//   db3=orders:*,5=queue,plain%2Cname
//
// separated by commas, each with the database in front when it is not 0, %-encoded where a name
// holds a comma, an equals sign or a space at an end. It is a pattern when one of ?*[]^ stands in
// it, as for SCAN's MATCH, and otherwise the name of one key.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fleet {

struct KeyPattern {
  std::uint32_t database = 0;
  std::string text;
  auto operator<=>(const KeyPattern&) const = default;
};

bool is_pattern(std::string_view text);

// Nothing, or what is wrong and how to write it; then `keys` is left.
std::string read_key_list(std::string_view text, std::vector<KeyPattern>& keys);

}  // namespace fleet
