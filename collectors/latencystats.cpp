// SPDX-License-Identifier: Apache-2.0
// INFO latencystats: percentiles of each command's time since the server started. Its sum and count
// come from the command's row in Commandstats.
#include <utility>
#include <vector>

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

// The labels of the percentiles, which are the same for every command.
class Quantiles {
 public:
  SampleSet::Labels label(std::string_view percentage, SampleSet& out) {
    for (const auto& [known, label] : known_)
      if (known == percentage) return label;
    const auto label = out.labels({{"quantile", percentage}});
    if (known_.size() < kMost) known_.emplace_back(percentage, label);
    return label;
  }

 private:
  // Those of latency-tracking-info-percentiles; a lying server must not make this a long search.
  static constexpr std::size_t kMost = 16;
  std::vector<std::pair<std::string_view, SampleSet::Labels>> known_;
};

Outcome collect(const Input& input, SampleSet& out) {
  constexpr std::string_view kPrefix = "latency_percentiles_usec_";
  const auto lines = input.info.section("Latencystats");
  if (lines.empty()) return Outcome::ok();
  CommandRows commands(input.info, input.options);
  Quantiles quantiles;
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
      out.add(kPercentiles, labels, quantiles.label(name.substr(1), out), *percentile);
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
