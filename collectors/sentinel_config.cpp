// SPDX-License-Identifier: Apache-2.0
// SENTINEL CONFIG GET: the settings of a Sentinel itself. With --include-config-metrics only: the
// right to ask is also the right to SENTINEL CONFIG SET, which ACL rules cannot tell apart.
#include "collectors/collector.h"
#include "collectors/registry.h"
#include "collectors/settings.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {
    {.line = "SENTINEL CONFIG GET *",
     .since = 0x060200,
     .wanted = [](const NodeFacts&,
                  const CollectorOptions& options) { return options.include_config_metrics; }},
};

constexpr Metric kValue =
    gauge("redis_sentinel_config_value", "The Sentinel's setting, where it is a number.", "key")
        .source("SENTINEL CONFIG GET *, with --include-config-metrics")
        .since("6.2");
constexpr Metric kKeyValue = gauge("redis_sentinel_config_key_value",
                                   "The Sentinel's setting as text, always 1.", "key,value")
                                 .source("SENTINEL CONFIG GET *, with --include-config-metrics")
                                 .since("6.2");
constexpr const Metric* kMetrics[] = {&kValue, &kKeyValue};

Outcome collect(const Input& input, SampleSet& out) {
  emit_settings(input.replies[0], input.options.redact_config_metrics, kKeyValue, kValue, out);
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kSentinelConfigCollector{
    .name = "sentinel_config",
    .about = "The settings of a Sentinel, when asked for.",
    .applies_to = kSentinel,
    .commands = kCommands,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
