// SPDX-License-Identifier: Apache-2.0
#include "collectors/command_rows.h"

#include <algorithm>

namespace fleet {

bool is_dangerous(std::string_view command) {
  return std::ranges::find(kDangerousCommands, command) != std::end(kDangerousCommands);
}

CommandRows::CommandRows(const Info& info, const CollectorOptions& options)
    : free_(options.commands_limit) {
  constexpr std::string_view kPrefix = "cmdstat_";
  const auto lines = info.section("Commandstats");
  rows_.reserve(lines.size());
  for (const auto& [key, value] : lines) {
    if (!key.starts_with(kPrefix)) continue;
    const std::string_view command = key.substr(kPrefix.size());
    const bool kept = free_ > 0 || is_dangerous(command);
    if (!kept) ++folded_;
    if (free_ > 0) --free_;
    rows_.push_back({command, value, kept});
  }
}

const CommandRows::Row* CommandRows::find(std::string_view command) {
  // Other replies leave out commands of which no call was timed, which are few in a row.
  constexpr std::size_t kLookAhead = 8;
  const std::size_t end = std::min(rows_.size(), next_ + kLookAhead);
  for (std::size_t i = next_; i < end; ++i) {
    if (rows_[i].command != command) continue;
    next_ = i + 1;
    return &rows_[i];
  }
  if (index_.empty())
    for (std::size_t i = 0; i < rows_.size(); ++i) index_.emplace(rows_[i].command, i);
  const auto found = index_.find(command);
  if (found == index_.end()) return nullptr;
  next_ = found->second + 1;
  return &rows_[found->second];
}

bool CommandRows::keeps(std::string_view command) {
  if (free_ == 0) return is_dangerous(command);
  --free_;
  return true;
}

}  // namespace fleet
