// SPDX-License-Identifier: Apache-2.0
#include "collectors/sentinel_rows.h"

#include "base/characters.h"

namespace fleet {

std::optional<SentinelRow> read_sentinel_row(std::string_view value) {
  constexpr std::string_view kName = "name=", kStatus = ",status=";
  if (!value.starts_with(kName)) return std::nullopt;
  value.remove_prefix(kName.size());
  const std::size_t end = value.rfind(kStatus);
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  return SentinelRow{value.substr(0, end), value.substr(end + 1)};
}

std::vector<SentinelRow> sentinel_rows(const Info& info) {
  constexpr std::string_view kKey = "master";
  std::vector<SentinelRow> rows;
  for (const auto& [key, value] : info.section("Sentinel")) {
    if (!key.starts_with(kKey) || key.size() == kKey.size() || !is_digit(key[kKey.size()]))
      continue;
    if (const auto row = read_sentinel_row(value)) rows.push_back(*row);
  }
  return rows;
}

}  // namespace fleet
