// SPDX-License-Identifier: Apache-2.0
// CONFIG GET: the settings that rules compare with, or every setting when asked for. A server that
// takes one pattern only (before 7.0) is asked for all, and the rest is dropped here.
#include <algorithm>

#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/registry.h"
#include "collectors/settings.h"

namespace fleet {
namespace {

bool wants_all(const NodeFacts& node, const CollectorOptions& options) {
  return options.config_command &&
         (options.include_config_metrics || !node.takes_several_settings());
}
bool wants_some(const NodeFacts& node, const CollectorOptions& options) {
  return options.config_command && node.takes_several_settings() && !options.include_config_metrics;
}
constexpr Command kCommands[] = {
    {.line = "CONFIG GET maxmemory maxclients io-threads repl-backlog-size "
             "client-output-buffer-limit save min-replicas-to-write",
     .since = 0x070000,
     .wanted = wants_some},
    {.line = "CONFIG GET *", .wanted = wants_all},
};

constexpr InfoField kNumbers[] = {
    {"maxmemory", gauge("redis_config_maxmemory", "Setting maxmemory in bytes, 0 for no limit.")
                      .source("CONFIG GET maxmemory")},
    {"maxclients",
     gauge("redis_config_maxclients", "Setting maxclients.").source("CONFIG GET maxclients")},
    {"io-threads", gauge("redis_config_io_threads", "Setting io-threads.")
                       .source("CONFIG GET io-threads")
                       .since("6.0")},
    {"repl-backlog-size",
     gauge("redis_config_repl_backlog_size", "Setting repl-backlog-size in bytes.")
         .source("CONFIG GET repl-backlog-size")},
    {"min-replicas-to-write",
     gauge("redis_config_min_replicas_to_write",
           "Replicas that must be in reach for a write to be accepted, 0 for none.")
         .source("CONFIG GET min-replicas-to-write")
         .since("5.0")},
};
static_assert(well_formed(kNumbers));

constexpr Metric kSaveEnabled =
    gauge("redis_config_save_enabled", "Whether the server saves RDB snapshots by itself.")
        .source("CONFIG GET save");
constexpr Metric kBufferLimit =
    gauge("redis_config_client_output_buffer_limit_bytes",
          "Output buffer at which a client of the class is closed, 0 for never.", "class,limit")
        .source("CONFIG GET client-output-buffer-limit");
constexpr Metric kBufferSeconds =
    gauge("redis_config_client_output_buffer_limit_overcome_seconds",
          "Time over the soft limit after which a client of the class is closed.", "class,limit")
        .source("CONFIG GET client-output-buffer-limit");
constexpr Metric kValue = gauge("redis_config_value", "The setting, where it is a number.", "key")
                              .source("CONFIG GET *, with --include-config-metrics");
constexpr Metric kKeyValue =
    gauge("redis_config_key_value", "The setting as text, always 1.", "key,value")
        .source("CONFIG GET *, with --include-config-metrics");
constexpr const Metric* kMetrics[] = {&kSaveEnabled, &kBufferLimit, &kBufferSeconds, &kValue,
                                      &kKeyValue};

// "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"
void emit_buffer_limits(std::string_view text, SampleSet& out) {
  while (!text.empty()) {
    const std::string_view name = take_until(text, ' ');
    const auto hard = parse_number(take_until(text, ' '));
    const auto soft = parse_number(take_until(text, ' '));
    const auto seconds = parse_number(take_until(text, ' '));
    if (!hard || !soft || !seconds) return;
    out.add(kBufferLimit, {{"class", name}, {"limit", "hard"}}, *hard);
    out.add(kBufferLimit, {{"class", name}, {"limit", "soft"}}, *soft);
    out.add(kBufferSeconds, {{"class", name}, {"limit", "soft"}}, *seconds);
  }
}

Outcome collect(const Input& input, SampleSet& out) {
  const bool all = input.replies[1].is_array();
  const Reply settings = input.replies[all ? 1 : 0];
  for (const InfoField& number : kNumbers)
    if (const auto value = parse_number(settings.find(number.field).text()))
      out.add(number.metric, *value);
  if (const Reply save = settings.find("save"); save.is_text())
    out.add(kSaveEnabled, save.text().empty() ? 0 : 1);
  emit_buffer_limits(settings.find("client-output-buffer-limit").text(), out);
  if (all && input.options.include_config_metrics)
    emit_settings(settings, input.options.redact_config_metrics, kKeyValue, kValue, out);
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kConfigCollector{
    .name = "config",
    .about = "Settings that rules compare with, and all settings when asked for.",
    .applies_to = kData,
    .commands = kCommands,
    .columns = kNumbers,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
