// SPDX-License-Identifier: Apache-2.0
// LATENCY LATEST: the last and the longest spike of each event, where latency-monitor-threshold is
// set.
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {{.line = "LATENCY LATEST", .since = 0x02080d}};

constexpr Metric kLast =
    gauge("redis_latency_spike_last", "Unix time of the event's latest spike.", "event_name")
        .source("LATENCY LATEST");
constexpr Metric kDuration = gauge("redis_latency_spike_duration_seconds",
                                   "Length of the event's latest spike.", "event_name")
                                 .source("LATENCY LATEST");
constexpr Metric kLongest = gauge("redis_latency_spike_longest_seconds",
                                  "Length of the event's longest spike.", "event_name")
                                .source("LATENCY LATEST");
constexpr const Metric* kMetrics[] = {&kLast, &kDuration, &kLongest};

Outcome collect(const Input& input, SampleSet& out) {
  const Reply events = input.replies[0];
  for (std::size_t i = 0; i < events.size(); ++i) {
    // Name, time, milliseconds of the latest, of the longest; Valkey 8.1 has more behind them.
    const Reply event = events[i];
    if (event.size() < 4 || !event[0].is_text() || !event[3].is_integer()) continue;
    const auto labels = out.labels({{"event_name", event[0].text()}});
    out.add(kLast, labels, static_cast<double>(event[1].integer()));
    out.add(kDuration, labels, static_cast<double>(event[2].integer()) / 1e3);
    out.add(kLongest, labels, static_cast<double>(event[3].integer()) / 1e3);
  }
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kLatencyCollector{
    .name = "latency",
    .about = "Latency spikes by event, where latency-monitor-threshold is set.",
    .applies_to = kData,
    .commands = kCommands,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
