// SPDX-License-Identifier: Apache-2.0
// What is said of a node's data, and of the checks that look at it.
#pragma once

#include "samples/metric.h"

namespace fleet {

inline constexpr Metric kKeySize =
    gauge("redis_key_size",
          "Elements of the key, or bytes of a string; 0 when there is no such key.", "db,key")
        .source("LLEN, SCARD, ZCARD, HLEN, XLEN, ARCOUNT, STRLEN, PFCOUNT");
inline constexpr Metric kKeyMemory =
    gauge("redis_key_memory_usage_bytes",
          "Memory that the key takes, as MEMORY USAGE estimates it.", "db,key")
        .source("MEMORY USAGE")
        .since("4.0");
inline constexpr Metric kKeyValue =
    gauge("redis_key_value", "Value of a string that is a number.", "db,key").source("GETRANGE");
inline constexpr Metric kKeyText =
    gauge("redis_key_value_as_string", "1, with the first 512 bytes of another string as a label.",
          "db,key,val")
        .source("GETRANGE");
inline constexpr Metric kKeysCount =
    gauge("redis_keys_count", "Keys whose names match the pattern.", "db,key").source("SCAN");

// By check: keys, count_keys, ...
inline constexpr Metric kCheckSuccess =
    gauge("redis_exporter_check_success",
          "1 when the last run of the check told all that it should, else 0; the log says why.",
          "check")
        .source("the check");
inline constexpr Metric kCheckTimestamp =
    gauge("redis_exporter_check_timestamp_seconds",
          "Unix time at which the run ended that the results are of; 0 before the first.", "check")
        .source("the check");
inline constexpr Metric kCheckDuration = gauge("redis_exporter_check_duration_seconds",
                                               "Time that this run took, with its pauses.", "check")
                                             .source("the check");
inline constexpr Metric kCheckProgress =
    gauge("redis_exporter_check_progress_ratio",
          "How much of the run under way is done, 0 to 1; 1 when there is none.", "check")
        .source("the check");
inline constexpr Metric kCheckTruncated =
    gauge("redis_exporter_check_truncated",
          "1 when a limit left something out of the results, else 0.", "check")
        .source("the check");

inline constexpr const Metric* kCheckMetrics[] = {
    &kKeySize,      &kKeyMemory,      &kKeyValue,      &kKeyText,       &kKeysCount,
    &kCheckSuccess, &kCheckTimestamp, &kCheckDuration, &kCheckProgress, &kCheckTruncated};

}  // namespace fleet
