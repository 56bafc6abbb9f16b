// SPDX-License-Identifier: Apache-2.0
// The slow log's length and newest entry. What the entry's command was stays unread.
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {{.line = "SLOWLOG LEN", .since = 0x02020c},
                                 {.line = "SLOWLOG GET 1", .since = 0x02020c}};

constexpr Metric kLength =
    gauge("redis_slowlog_length", "Entries in the slow log.").source("SLOWLOG LEN");
constexpr Metric kLastId = gauge("redis_slowlog_last_id",
                                 "Number of the newest entry of the slow log, 0 when it is empty.")
                               .source("SLOWLOG GET 1");
constexpr Metric kLastDuration =
    gauge("redis_last_slow_execution_duration_seconds",
          "Time of the newest entry of the slow log, 0 when it is empty.")
        .source("SLOWLOG GET 1");
constexpr const Metric* kMetrics[] = {&kLength, &kLastId, &kLastDuration};

Outcome collect(const Input& input, SampleSet& out) {
  const Reply length = input.replies[0], newest = input.replies[1];
  if (length.is_integer()) out.add(kLength, static_cast<double>(length.integer()));
  if (newest.is_array()) {
    // Number, Unix time, microseconds, arguments, client. An empty log answers zeros here.
    const Reply entry = newest[0];
    out.add(kLastId, static_cast<double>(entry[0].integer()));
    out.add(kLastDuration, static_cast<double>(entry[2].integer()) / 1e6);
  }
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kSlowlogCollector{
    .name = "slowlog",
    .about = "Length of the slow log and its newest entry.",
    .applies_to = kData,
    .commands = kCommands,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
