// SPDX-License-Identifier: Apache-2.0
// INFO latencystats: percentiles of each command's time since the server started. Its sum and count
// come from the command's row in Commandstats.
#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/command_rows.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Metric kPercentiles =
    Metric{
        .name = "redis_latency_percentiles_usec",
        .help =
            "Time of a command's calls in microseconds since the server started; the quantile is a "
            "percentage.",
        .type = Type::summary,
        .labels = "cmd"}
        .source("INFO latency_percentiles_usec_CMD, cmdstat_CMD")
        .since("7.0");
constexpr const Metric* kMetrics[] = {&kPercentiles};

Outcome collect(const Input& input, SampleSet& out) {
  constexpr std::string_view kPrefix = "latency_percentiles_usec_";
  const auto lines = input.info.section("Latencystats");
  if (lines.empty()) return Outcome::ok();
  CommandRows commands(input.info, input.options);
  for (const auto& [key, value] : lines) {
    if (!key.starts_with(kPrefix)) continue;
    const std::string_view command = key.substr(kPrefix.size());
    // Percentiles of several commands have no sum, so those over the limit are left out.
    const CommandRows::Row* row = commands.find(command);
    if (row == nullptr || !row->kept) continue;
    const auto calls = Info::number_in(column(row->columns, "calls").value_or(""));
    const auto usec = Info::number_in(column(row->columns, "usec").value_or(""));
    if (!calls || !usec) continue;

    const auto labels = out.labels({{"cmd", command}});
    std::string_view rest = value;
    while (!rest.empty()) {
      std::string_view number = take_until(rest, ',');
      const std::string_view name = take_until(number, '=');
      const auto percentile = parse_number(number);
      if (!percentile || !name.starts_with('p')) continue;
      out.add(kPercentiles, out.labels(labels, {"quantile", name.substr(1)}), *percentile);
    }
    out.add(kPercentiles, labels, *usec, SampleSet::Part::sum);
    out.add(kPercentiles, labels, *calls, SampleSet::Part::count);
  }
  return Outcome::ok();
}

}  // namespace

constinit const Collector kLatencystatsCollector{
    .name = "latencystats",
    .about = "Percentiles of the time of each command, as the server computes them.",
    .applies_to = kData,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
