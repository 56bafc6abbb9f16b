// SPDX-License-Identifier: Apache-2.0
// The rows of INFO's Commandstats, and which commands keep series of their own: the first
// `commands_limit` in the server's order, and the dangerous ones always. What is over the limit is
// summed as cmd="other", in every collector that has a label `cmd`.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/collector.h"

namespace fleet {

// Commands that destroy data, stop the server or open it to others. Rules watch them, so their
// counters exist before they first happen. Names with | have a row of their own since Redis 7.0.
inline constexpr std::string_view kDangerousCommands[] = {
    "flushall",    "flushdb",     "swapdb",      "keys",         "debug",
    "monitor",     "shutdown",    "config|set",  "script|flush", "function|flush",
    "acl|setuser", "acl|deluser", "module|load", "cluster|reset"};
bool is_dangerous(std::string_view command);

inline constexpr std::string_view kOtherCommands = "other";

class CommandRows {
 public:
  struct Row {
    std::string_view command, columns;  // "config|get", "calls=3,usec=14"
    bool kept;
  };

  CommandRows(const Info& info, const CollectorOptions& options);

  std::span<const Row> rows() const { return rows_; }
  std::size_t folded() const { return folded_; }

  // Null when the server has no row of that command. Fast when asked in the server's order.
  const Row* find(std::string_view command);

  // Whether a command without a row (its first call came after INFO) keeps its name. It takes a
  // place of the limit then.
  bool keeps(std::string_view command);

  // Whether some question found its answer in none of the next rows, so that all were indexed.
  bool indexed() const { return !index_.empty(); }

 private:
  std::vector<Row> rows_;
  std::unordered_map<std::string_view, std::size_t> index_;  // filled by the first miss
  std::size_t next_ = 0;  // the row that is likely asked for next
  std::size_t folded_ = 0;
  std::size_t free_ = 0;  // places left under the limit
};

}  // namespace fleet
