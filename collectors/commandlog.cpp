// SPDX-License-Identifier: Apache-2.0
// Valkey's command log: slow commands, large requests and large replies, each with its limits.
#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Version kSince = 0x080100;
constexpr Command kCommands[] = {
    {.line = "COMMANDLOG LEN slow", .valkey_since = kSince},
    {.line = "COMMANDLOG LEN large-request", .valkey_since = kSince},
    {.line = "COMMANDLOG LEN large-reply", .valkey_since = kSince},
    {.line = "CONFIG GET commandlog-*",
     .valkey_since = kSince,
     .wanted = [](const NodeFacts&,
                  const CollectorOptions& options) { return options.config_command; }},
};

constexpr Metric kLengths[] = {
    gauge("redis_commandlog_slow_length", "Entries in the log of slow commands.")
        .source("COMMANDLOG LEN slow")
        .since("Valkey 8.1"),
    gauge("redis_commandlog_large_request_length", "Entries in the log of large requests.")
        .source("COMMANDLOG LEN large-request")
        .since("Valkey 8.1"),
    gauge("redis_commandlog_large_reply_length", "Entries in the log of large replies.")
        .source("COMMANDLOG LEN large-reply")
        .since("Valkey 8.1"),
};

constexpr InfoField kSettings[] = {
    {"commandlog-execution-slower-than",
     gauge("redis_commandlog_execution_slower_than",
           "Microseconds from which a command is logged as slow, negative for never.")
         .source("CONFIG GET commandlog-execution-slower-than")
         .since("Valkey 8.1")},
    {"commandlog-request-larger-than",
     gauge("redis_commandlog_request_larger_than",
           "Bytes from which a request is logged as large, negative for never.")
         .source("CONFIG GET commandlog-request-larger-than")
         .since("Valkey 8.1")},
    {"commandlog-reply-larger-than",
     gauge("redis_commandlog_reply_larger_than",
           "Bytes from which a reply is logged as large, negative for never.")
         .source("CONFIG GET commandlog-reply-larger-than")
         .since("Valkey 8.1")},
    {"commandlog-slow-execution-max-len",
     gauge("redis_commandlog_slow_execution_max_len",
           "Most entries that the log of slow commands keeps.")
         .source("CONFIG GET commandlog-slow-execution-max-len")
         .since("Valkey 8.1")},
    {"commandlog-large-request-max-len", gauge("redis_commandlog_large_request_max_len",
                                               "Most entries that the log of large requests keeps.")
                                             .source("CONFIG GET commandlog-large-request-max-len")
                                             .since("Valkey 8.1")},
    {"commandlog-large-reply-max-len", gauge("redis_commandlog_large_reply_max_len",
                                             "Most entries that the log of large replies keeps.")
                                           .source("CONFIG GET commandlog-large-reply-max-len")
                                           .since("Valkey 8.1")},
};
static_assert(well_formed(kSettings));

constexpr const Metric* kMetrics[] = {&kLengths[0], &kLengths[1], &kLengths[2]};

Outcome collect(const Input& input, SampleSet& out) {
  for (std::size_t i = 0; i < std::size(kLengths); ++i)
    if (const Reply length = input.replies[i]; length.is_integer())
      out.add(kLengths[i], static_cast<double>(length.integer()));
  for (const InfoField& setting : kSettings)
    if (const auto value = parse_number(input.replies[3].find(setting.field).text()))
      out.add(setting.metric, *value);
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kCommandlogCollector{
    .name = "commandlog",
    .about = "Lengths and limits of Valkey's logs of slow commands, large requests and replies.",
    .applies_to = kData,
    .commands = kCommands,
    .columns = kSettings,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
