// SPDX-License-Identifier: Apache-2.0
// What the exporter says about groups of nodes: on the telemetry path and on /metrics/fleet.
#pragma once

#include "samples/metric.h"

namespace fleet {

inline constexpr Metric kExpectedNodes =
    gauge("redis_group_expected_nodes",
          "Nodes that the configuration or discovery lists for the group now.", "redis_group")
        .source("--config.file");
inline constexpr Metric kThreshold =
    gauge("redis_threshold",
          "Limit that alert rules compare with: the default, or what the configuration says.",
          "redis_group,name,severity")
        .source("--config.file");

inline constexpr Metric kDiscoverySuccess =
    gauge(
        "redis_exporter_discovery_success",
        "1 when the last round of the group's discovery found its nodes; at 0 the last known ones "
        "stay.",
        "redis_group")
        .source("the discovery");
inline constexpr Metric kDiscoveryLastSuccess =
    gauge("redis_exporter_discovery_last_success_timestamp_seconds",
          "Unix time of the last round that found the group's nodes; 0 before the first.",
          "redis_group")
        .source("the discovery");
inline constexpr Metric kDiscoveryDuration =
    gauge("redis_exporter_discovery_duration_seconds",
          "Time that the last round of the group's discovery took.", "redis_group")
        .source("the discovery");

inline constexpr Metric kDuplicateNodes =
    gauge("redis_group_duplicate_nodes",
          "Nodes of the group that are the same server as another one listed before; the log names "
          "them.",
          "redis_group")
        .source("INFO run_id");

inline constexpr const Metric* kFleetMetrics[] = {&kExpectedNodes,     &kThreshold,
                                                  &kDiscoverySuccess,  &kDiscoveryLastSuccess,
                                                  &kDiscoveryDuration, &kDuplicateNodes};

}  // namespace fleet
