// SPDX-License-Identifier: Apache-2.0
// INFO commandstats: calls, time and failures by command.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/command_rows.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr InfoField kColumns[] = {
    {"calls", counter("redis_commands_total", "Calls of the command.", "cmd")},
    {"usec", counter("redis_commands_duration_seconds_total", "Time spent in the command.", "cmd"),
     1e6},
    {"rejected_calls",
     counter("redis_commands_rejected_calls_total",
             "Calls refused before they ran, for wrong arguments or missing rights.", "cmd")
         .since("6.2")},
    {"failed_calls",
     counter("redis_commands_failed_calls_total", "Calls that ran and ended in an error.", "cmd")
         .since("6.2")},
    {"slowlog_count",
     counter("redis_commands_slowlog_total", "Calls that entered the slow log.", "cmd")
         .since("8.8")},
    {"slowlog_time_ms_sum",
     counter("redis_commands_slowlog_duration_seconds_total",
             "Time spent in calls that entered the slow log.", "cmd")
         .since("8.8"),
     1e3},
    {"slowlog_time_ms_max",
     gauge("redis_commands_slowlog_duration_seconds_max", "Longest call that entered the slow log.",
           "cmd")
         .since("8.8"),
     1e3},
};
static_assert(well_formed(kColumns));
constexpr const Metric& kCalls = kColumns[0].metric;

constexpr Metric kFolded =
    gauge("redis_commands_folded", "Commands over the limit on names, summed as cmd=\"other\".")
        .source("INFO commandstats");
constexpr const Metric* kMetrics[] = {&kFolded};

// Adds up the rows that are over the limit.
class Other {
 public:
  void add(std::string_view row) {
    while (!row.empty()) {
      std::string_view value = take_until(row, ',');
      const std::string_view name = take_until(value, '=');
      for (std::size_t i = 0; i < std::size(kColumns); ++i) {
        if (kColumns[i].field != name) continue;
        const auto number = Info::number_in(value);
        if (!number) continue;
        auto& sum = sums_[i];
        const bool is_sum = kColumns[i].metric.type == Type::counter;
        sum = is_sum ? sum.value_or(0) + *number : std::max(sum.value_or(*number), *number);
      }
    }
  }
  void emit(SampleSet& out) const {
    const auto labels = out.labels({{"cmd", kOtherCommands}});
    for (std::size_t i = 0; i < std::size(kColumns); ++i)
      if (sums_[i]) out.add(kColumns[i].metric, labels, *sums_[i] / kColumns[i].divisor);
  }

 private:
  std::array<std::optional<double>, std::size(kColumns)> sums_;
};

Outcome collect(const Input& input, SampleSet& out) {
  CommandRows commands(input.info, input.options);
  if (commands.rows().empty()) return Outcome::ok();  // a server that does not tell
  Other other;
  for (const CommandRows::Row& row : commands.rows()) {
    if (row.kept) {
      emit_columns(row.columns, kColumns, out, out.labels({{"cmd", row.command}}));
    } else {
      other.add(row.columns);
    }
  }
  if (commands.folded() > 0) other.emit(out);
  out.add(kFolded, static_cast<double>(commands.folded()));

  const bool tells_subcommands = input.node.version >= 0x070000;
  for (const std::string_view command : kDangerousCommands) {
    if (!tells_subcommands && command.find('|') != command.npos) continue;
    // Few enough that an index of the rows would take longer.
    if (std::ranges::find(commands.rows(), command, &CommandRows::Row::command) ==
        commands.rows().end())
      out.add(kCalls, {{"cmd", command}}, 0);
  }
  return Outcome::ok();
}

}  // namespace

constinit const Collector kCommandstatsCollector{
    .name = "commandstats",
    .about = "Calls, time, refusals and failures by command.",
    .applies_to = kData,
    .columns = kColumns,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
