// SPDX-License-Identifier: Apache-2.0
// INFO sentinel: what a Sentinel thinks of itself and of the masters that it watches.
//
// The families that redis_exporter has carry the master's address, and one of them its state, as a
// label: their series end with a failover. Each has a stable twin by master_name alone.
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry.h"
#include "collectors/sentinel_rows.h"

namespace fleet {
namespace {

constexpr InfoField kFields[] = {
    {"sentinel_masters", gauge("redis_sentinel_masters", "Masters that the Sentinel watches.")},
    {"sentinel_tilt",
     gauge("redis_sentinel_tilt",
           "1 while the Sentinel does not act because its clock jumped or it was stopped.")},
    {"sentinel_tilt_since_seconds",
     gauge("redis_sentinel_tilt_since_seconds",
           "Seconds since the Sentinel stopped to act, -1 while it acts.")
         .since("7.0")},
    {"sentinel_running_scripts",
     gauge("redis_sentinel_running_scripts", "Notification scripts that run now.")},
    {"sentinel_scripts_queue_length",
     gauge("redis_sentinel_scripts_queue_length", "Notification scripts that wait or run.")},
    {"sentinel_simulate_failure_flags",
     gauge("redis_sentinel_simulate_failure_flags",
           "Failures that the Sentinel was told to simulate, as bits, 0 when none.")},
};
static_assert(well_formed(kFields));

constexpr std::string_view kByAddress = "master_name,master_address";
constexpr Metric kStatus =
    gauge("redis_sentinel_master_status",
          "1 when the Sentinel takes the master for healthy; the label says its state.",
          "master_name,master_address,master_status")
        .source("INFO masterN status");
constexpr Metric kSlaves = gauge("redis_sentinel_master_slaves",
                                 "Replicas of the master that the Sentinel knows.", kByAddress)
                               .source("INFO masterN slaves");
constexpr Metric kSentinels =
    gauge("redis_sentinel_master_sentinels", "Sentinels that watch the master, this one included.",
          kByAddress)
        .source("INFO masterN sentinels");
constexpr Metric kState =
    gauge("redis_sentinel_master_state",
          "1 for the state in which the Sentinel sees the master (ok, sdown: down in its own view, "
          "odown: down in the view of enough Sentinels), 0 for the others.",
          "master_name,state")
        .source("INFO masterN status");
constexpr Metric kReplicas = gauge("redis_sentinel_replicas",
                                   "Replicas of the master that the Sentinel knows.", "master_name")
                                 .source("INFO masterN slaves");
constexpr Metric kKnownSentinels =
    gauge("redis_sentinel_known_sentinels", "Sentinels that watch the master, this one included.",
          "master_name")
        .source("INFO masterN sentinels");
constexpr const Metric* kMetrics[] = {&kStatus, &kSlaves,   &kSentinels,
                                      &kState,  &kReplicas, &kKnownSentinels};

void emit_count(std::string_view row, std::string_view field, const Metric& metric,
                SampleSet::Labels labels, const Metric& twin, SampleSet::Labels twin_labels,
                SampleSet& out) {
  const auto number = Info::number_in(column(row, field).value_or(""));
  if (!number) return;
  out.add(metric, labels, *number);
  out.add(twin, twin_labels, *number);
}

void emit_master(const SentinelRow& master, SampleSet& out) {
  const std::string_view row = master.columns;
  const auto address = column(row, "address"), status = column(row, "status");
  if (!address || !status) return;
  out.add(kStatus,
          {{"master_name", master.name}, {"master_address", *address}, {"master_status", *status}},
          *status == "ok" ? 1 : 0);
  for (const std::string_view state : {"ok", "sdown", "odown"})
    out.add(kState, {{"master_name", master.name}, {"state", state}}, *status == state ? 1 : 0);
  const SampleSet::Labels by_address =
      out.labels({{"master_name", master.name}, {"master_address", *address}});
  const SampleSet::Labels by_name = out.labels({{"master_name", master.name}});
  emit_count(row, "slaves", kSlaves, by_address, kReplicas, by_name, out);
  emit_count(row, "sentinels", kSentinels, by_address, kKnownSentinels, by_name, out);
}

Outcome collect(const Input& input, SampleSet& out) {
  for (const SentinelRow& row : sentinel_rows(input.info)) emit_master(row, out);
  return Outcome::ok();
}

}  // namespace

constinit const Collector kSentinelCollector{
    .name = "sentinel",
    .about = "A Sentinel's own state and its view of the masters that it watches.",
    .applies_to = kSentinel,
    .fields = kFields,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
