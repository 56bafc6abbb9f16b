// SPDX-License-Identifier: Apache-2.0
// INFO clients: who is connected, who waits, and how large their buffers are.
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr InfoField kFields[] = {
    {"connected_clients",
     gauge("redis_connected_clients", "Open client connections, those of replicas left out.")},
    {"blocked_clients",
     gauge("redis_blocked_clients", "Clients that wait in a blocking call such as BLPOP.")},
    {"maxclients", gauge("redis_max_clients", "Connections that the server accepts at most.")},
    {"active_clients",
     gauge("redis_active_clients", "Clients that sent a command lately.").since("8.8")},
    {"tracking_clients",
     gauge("redis_tracking_clients", "Clients that the server notifies about keys they cache.")},
    {"clients_in_timeout_table",
     gauge("redis_clients_in_timeout_table", "Blocked clients whose call has a time limit.")},
    {"pubsub_clients",
     gauge("redis_pubsub_clients", "Clients that are subscribed to a channel or pattern.")
         .since("7.4")},
    {"watching_clients",
     gauge("redis_watching_clients", "Clients that watch keys for a transaction.").since("7.4")},
    {"total_watched_keys",
     gauge("redis_total_watched_keys", "Keys that clients watch for a transaction.").since("7.4")},
    {"total_blocking_keys",
     gauge("redis_total_blocking_keys", "Keys for which clients wait in blocking calls.")
         .since("7.2")},
    {"total_blocking_keys_on_nokey",
     gauge("redis_total_blocking_keys_on_nokey",
           "Keys whose deletion also wakes the clients that wait for them.")
         .since("7.2")},
    {"client_longest_output_list",
     gauge("redis_client_longest_output_list",
           "Replies that wait in the longest output list of a client; until 4.0.")},
    {"client_biggest_input_buf",
     gauge("redis_client_biggest_input_buf",
           "Bytes in the largest input buffer of a client; until 4.0.")},
    {"client_recent_max_output_buffer",
     gauge("redis_client_recent_max_output_buffer_bytes",
           "Bytes in the largest output buffer of a client in the last seconds.")
         .since("5.0")},
    {"client_recent_max_input_buffer",
     gauge("redis_client_recent_max_input_buffer_bytes",
           "Bytes in the largest input buffer of a client in the last seconds.")
         .since("5.0")},
    {"cluster_connections",
     gauge("redis_cluster_connections", "Connections of the cluster bus.").since("6.0")},
    {"paused_timeout_milliseconds",
     gauge("redis_clients_paused_remaining_seconds",
           "Seconds until a pause of clients ends, 0 without one.")
         .since("Valkey 8.1"),
     1e3},
};
static_assert(well_formed(kFields));

constexpr Metric kPaused =
    gauge("redis_clients_paused",
          "1 for what a pause of clients holds back now (none, write or all commands), else 0.",
          "actions")
        .source("INFO paused_actions")
        .since("Valkey 8.1");
constexpr Metric kPausedInfo =
    gauge("redis_clients_paused_info", "Always 1; the reason of a pause of clients, or none.",
          "reason")
        .source("INFO paused_reason")
        .since("Valkey 8.1");
constexpr const Metric* kMetrics[] = {&kPaused, &kPausedInfo};

Outcome collect(const Input& input, SampleSet& out) {
  if (const auto actions = input.info.find("paused_actions"))
    for (const std::string_view state : {"none", "write", "all"})
      out.add(kPaused, {{"actions", state}}, *actions == state ? 1 : 0);
  if (const auto reason = input.info.find("paused_reason"))
    out.add(kPausedInfo, {{"reason", *reason}}, 1);
  return Outcome::ok();
}

}  // namespace

constinit const Collector kClientsCollector{
    .name = "clients",
    .about = "Connected, blocked, tracking and paused clients.",
    .applies_to = kAny,
    .fields = kFields,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
