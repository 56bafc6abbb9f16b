// SPDX-License-Identifier: Apache-2.0
// INFO stats: what the server has done since start (or since CONFIG RESETSTAT), and how fast.
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr double kKiB = 1.0 / 1024;  // as a divisor: the server says KiB

constexpr InfoField kFields[] = {
    {"total_connections_received",
     counter("redis_connections_received_total", "Connections that were accepted.")},
    {"rejected_connections",
     counter("redis_rejected_connections_total", "Connections refused because of maxclients.")},
    {"total_commands_processed",
     counter("redis_commands_processed_total", "Commands that were run.")},
    {"instantaneous_ops_per_sec",
     gauge("redis_instantaneous_ops_per_second",
           "Commands per second, averaged by the server over its last 1.6 seconds.")},
    {"total_net_input_bytes",
     counter("redis_net_input_bytes_total", "Bytes received, replication included.")},
    {"total_net_output_bytes",
     counter("redis_net_output_bytes_total", "Bytes sent, replication included.")},
    {"total_net_repl_input_bytes",
     counter("redis_net_repl_input_bytes_total", "Bytes received for replication.").since("7.0")},
    {"total_net_repl_output_bytes",
     counter("redis_net_repl_output_bytes_total", "Bytes sent for replication.").since("7.0")},
    {"instantaneous_input_kbps",
     gauge("redis_instantaneous_input_bytes_per_second",
           "Bytes received per second, averaged by the server over its last 1.6 seconds."),
     kKiB},
    {"instantaneous_output_kbps",
     gauge("redis_instantaneous_output_bytes_per_second",
           "Bytes sent per second, averaged by the server over its last 1.6 seconds."),
     kKiB},
    {"instantaneous_input_repl_kbps",
     gauge("redis_instantaneous_repl_input_bytes_per_second",
           "Bytes received per second for replication, averaged over 1.6 seconds.")
         .since("7.0"),
     kKiB},
    {"instantaneous_output_repl_kbps",
     gauge("redis_instantaneous_repl_output_bytes_per_second",
           "Bytes sent per second for replication, averaged over 1.6 seconds.")
         .since("7.0"),
     kKiB},
    {"sync_full",
     legacy(Type::counter, "redis_replica_resyncs_full", "Full synchronizations with replicas.")},
    {"sync_partial_ok", legacy(Type::counter, "redis_replica_partial_resync_accepted",
                               "Partial synchronizations granted to replicas.")},
    {"sync_partial_err", legacy(Type::counter, "redis_replica_partial_resync_denied",
                                "Partial synchronizations refused to replicas.")},
    {"slave_expires_tracked_keys",
     gauge("redis_slave_expires_tracked_keys",
           "Keys with a time to live that were written to this writable replica itself.")},
    {"expired_keys",
     counter("redis_expired_keys_total", "Keys deleted because their time was up.")},
    {"expired_subkeys",
     counter("redis_expired_subkeys_total", "Fields of hashes deleted because their time was up.")
         .since("7.4")},
    {"expired_fields",
     counter("redis_expired_fields_total", "Fields of hashes deleted because their time was up.")
         .since("Valkey 9.0")},
    {"expired_stale_perc",
     gauge("redis_expired_stale_percentage",
           "Estimated percentage of keys with a TTL that have expired and still use memory, "
           "0 to 100.")},
    {"expired_keys_with_volatile_items_stale_perc",
     gauge("redis_expired_keys_with_volatile_items_stale_percentage",
           "Estimated percentage of hashes with a TTL on fields that hold expired ones, 0 to 100.")
         .since("Valkey 9.0")},
    {"expired_time_cap_reached_count",
     counter("redis_expired_time_cap_reached_total",
             "Times that deleting expired keys stopped because its time was up.")},
    {"expire_cycle_cpu_milliseconds",
     legacy(Type::counter, "redis_expire_cycle_cpu_time_ms_total",
            "Milliseconds of processor time spent on deleting expired keys.")},
    {"evicted_keys", counter("redis_evicted_keys_total", "Keys evicted because of maxmemory.")},
    {"evicted_clients",
     counter("redis_evicted_clients_total", "Clients disconnected because of maxmemory-clients.")
         .since("7.0")},
    {"evicted_scripts", counter("redis_evicted_scripts_total",
                                "EVAL scripts dropped from the cache because it was full.")
                            .since("7.4")},
    {"total_eviction_exceeded_time", legacy(Type::counter, "redis_eviction_exceeded_time_ms_total",
                                            "Milliseconds that used memory was above maxmemory.")
                                         .since("7.0")},
    {"current_eviction_exceeded_time",
     legacy(Type::gauge, "redis_current_eviction_exceeded_time_ms",
            "Milliseconds since used memory went above maxmemory, 0 when it is not.")
         .since("7.0")},
    {"keyspace_hits", counter("redis_keyspace_hits_total", "Look-ups that found their key.")},
    {"keyspace_misses",
     counter("redis_keyspace_misses_total", "Look-ups that did not find their key.")},
    {"pubsub_channels",
     gauge("redis_pubsub_channels", "Channels that have at least one subscriber.")},
    {"pubsub_patterns",
     gauge("redis_pubsub_patterns", "Patterns that have at least one subscriber.")},
    {"pubsubshard_channels",
     gauge("redis_pubsubshard_channels", "Shard channels that have at least one subscriber.")
         .since("7.0.3")},
    {"latest_fork_usec",
     gauge("redis_latest_fork_seconds",
           "Seconds that the last fork took, during which no command ran."),
     1e6},
    {"total_forks", counter("redis_forks_total", "Forks since start.").since("6.2")},
    {"migrate_cached_sockets",
     legacy(Type::gauge, "redis_migrate_cached_sockets_total",
            "Connections kept open for MIGRATE now; it goes up and down.")},
    {"active_defrag_hits",
     legacy(Type::counter, "redis_defrag_hits", "Values moved by active defragmentation.")},
    {"active_defrag_misses", legacy(Type::counter, "redis_defrag_misses",
                                    "Moves of values that active defragmentation gave up.")},
    {"active_defrag_key_hits", legacy(Type::counter, "redis_defrag_key_hits",
                                      "Keys of which active defragmentation moved something.")},
    {"active_defrag_key_misses", legacy(Type::counter, "redis_defrag_key_misses",
                                        "Keys of which active defragmentation moved nothing.")},
    {"total_active_defrag_time",
     counter("redis_active_defrag_seconds_total",
             "Seconds that memory was fragmented above the limit of active defragmentation.")
         .since("7.0"),
     1e3},
    {"current_active_defrag_time",
     gauge("redis_active_defrag_current_seconds",
           "Seconds since memory became fragmented above that limit, 0 when it is not.")
         .since("7.0"),
     1e3},
    {"tracking_total_keys", gauge("redis_tracking_total_keys",
                                  "Keys that the server tracks for clients that cache them.")},
    {"tracking_total_items",
     gauge("redis_tracking_total_items", "Pairs of a client and a key that it caches.")},
    {"tracking_total_prefixes",
     gauge("redis_tracking_total_prefixes", "Prefixes that clients track in broadcast mode.")},
    {"unexpected_error_replies",
     legacy(Type::counter, "redis_unexpected_error_replies",
            "Error replies that the server did not expect, such as those of a replica's master.")},
    {"total_error_replies", legacy(Type::counter, "redis_total_error_replies",
                                   "Error replies, rejected and failed commands together.")
                                .since("6.2")},
    {"dump_payload_sanitizations", legacy(Type::counter, "redis_dump_payload_sanitizations",
                                          "Dumps that were checked in depth when they came.")
                                       .since("6.2")},
    {"total_reads_processed",
     legacy(Type::counter, "redis_total_reads_processed", "Reads from clients.")},
    {"total_writes_processed",
     legacy(Type::counter, "redis_total_writes_processed", "Writes to clients.")},
    {"io_threaded_reads_processed", legacy(Type::counter, "redis_io_threaded_reads_processed",
                                           "Reads from clients by I/O threads.")},
    {"io_threaded_writes_processed", legacy(Type::counter, "redis_io_threaded_writes_processed",
                                            "Writes to clients by I/O threads.")},
    {"io_threaded_freed_objects",
     counter("redis_io_threaded_freed_objects_total", "Objects that I/O threads freed.")
         .since("Valkey 8.0")},
    {"io_threaded_accept_processed",
     counter("redis_io_threaded_accepts_processed_total", "TLS handshakes done by I/O threads.")
         .since("Valkey 8.1")},
    {"io_threaded_poll_processed",
     counter("redis_io_threaded_polls_processed_total", "Waits for events done by I/O threads.")
         .since("Valkey 8.0")},
    {"io_threaded_total_prefetch_batches",
     counter("redis_io_threaded_prefetch_batches_total", "Batches of keys read ahead.")
         .since("Valkey 8.0")},
    {"io_threaded_total_prefetch_entries",
     counter("redis_io_threaded_prefetch_entries_total", "Keys read ahead in batches.")
         .since("Valkey 8.0")},
    {"client_query_buffer_limit_disconnections",
     counter("redis_client_query_buffer_limit_disconnections_total",
             "Clients disconnected because their input buffer was too large.")
         .since("7.4")},
    {"client_output_buffer_limit_disconnections",
     counter("redis_client_output_buffer_limit_disconnections_total",
             "Clients disconnected because their output buffer was too large.")
         .since("7.4")},
    {"reply_buffer_shrinks",
     counter("redis_reply_buffer_shrinks_total", "Times that a client's reply buffer shrank.")
         .since("7.0")},
    {"reply_buffer_expands",
     counter("redis_reply_buffer_expands_total", "Times that a client's reply buffer grew.")
         .since("7.0")},
    {"eventloop_cycles",
     counter("redis_eventloop_cycles_total", "Turns of the event loop.").since("7.2")},
    {"eventloop_duration_sum", counter("redis_eventloop_duration_sum_usec_total",
                                       "Microseconds that the event loop worked, waiting left out.")
                                   .since("7.2")},
    {"eventloop_duration_cmd_sum",
     counter("redis_eventloop_duration_cmd_sum_usec_total",
             "Microseconds that the event loop spent on running commands.")
         .since("7.2")},
    {"eventloop_duration_aof_sum",
     counter("redis_eventloop_duration_aof_seconds_total",
             "Seconds that the event loop spent on writing the AOF.")
         .source("INFO debug eventloop_duration_aof_sum")
         .since("7.2"),
     1e6},
    {"eventloop_duration_cron_sum",
     counter("redis_eventloop_duration_cron_seconds_total",
             "Seconds that the event loop spent on the server's periodic work.")
         .source("INFO debug eventloop_duration_cron_sum")
         .since("7.2"),
     1e6},
    {"eventloop_duration_max",
     gauge("redis_eventloop_duration_max_seconds", "Seconds of the longest turn of the event loop.")
         .source("INFO debug eventloop_duration_max")
         .since("7.2"),
     1e6},
    {"eventloop_cmd_per_cycle_max",
     gauge("redis_eventloop_commands_per_cycle_max",
           "Most commands that were run in one turn of the event loop.")
         .source("INFO debug eventloop_cmd_per_cycle_max")
         .since("7.2")},
    {"eventloop_cycles_with_clients_processing",
     counter("redis_eventloop_cycles_with_clients_processing_total",
             "Turns of the event loop in which a client was served.")
         .since("8.8")},
    {"instantaneous_eventloop_cycles_per_sec",
     legacy(Type::gauge, "redis_instantaneous_eventloop_cycles_per_sec",
            "Turns of the event loop per second, averaged over 1.6 seconds.")
         .since("7.2")},
    {"instantaneous_eventloop_duration_usec",
     gauge("redis_instantaneous_eventloop_duration_usec",
           "Microseconds of a turn of the event loop, averaged over 1.6 seconds.")
         .since("7.2")},
    {"total_client_processing_events",
     counter("redis_client_processing_events_total", "Times that a client's input was processed.")
         .since("8.8")},
    {"avg_pipeline_length_sum",
     counter("redis_client_processing_pipeline_commands_total",
             "Commands that came in pipelines, for their average length.")
         .since("8.8")},
    {"avg_pipeline_length_cnt", counter("redis_client_processing_pipeline_batches_total",
                                        "Pipelines that came, for their average length.")
                                    .since("8.8")},
    {"avg_pipeline_length",
     gauge("redis_client_processing_pipeline_length", "Commands in a pipeline on average.")
         .since("8.8")},
    {"slowlog_commands_count",
     counter("redis_slowlog_commands_total", "Commands that were slow enough for the slow log.")
         .since("8.8")},
    {"slowlog_commands_time_ms_sum",
     counter("redis_slowlog_commands_duration_seconds_total",
             "Seconds spent on commands that were slow enough for the slow log.")
         .since("8.8"),
     1e3},
    {"slowlog_commands_time_ms_max",
     gauge("redis_slowlog_commands_duration_seconds_max",
           "Seconds of the slowest command since start.")
         .since("8.8"),
     1e3},
    {"hash_templates",
     gauge("redis_hash_templates", "Templates that hashes with the same fields share.")
         .since("8.10")},
    {"hash_template_keys",
     gauge("redis_hash_template_keys", "Hashes that use a template.").since("8.10")},
    {"acl_access_denied_auth",
     counter("redis_acl_access_denied_auth_total", "Log-ins with a wrong user or password.")
         .since("7.2")},
    {"acl_access_denied_cmd",
     counter("redis_acl_access_denied_cmd_total", "Commands refused by the user's ACL.")
         .since("7.2")},
    {"acl_access_denied_key",
     counter("redis_acl_access_denied_key_total", "Commands refused because of a key in them.")
         .since("7.2")},
    {"acl_access_denied_channel", counter("redis_acl_access_denied_channel_total",
                                          "Commands refused because of a channel in them.")
                                      .since("7.2")},
    {"acl_access_denied_tls_cert",
     counter("redis_acl_access_denied_tls_cert_total", "Log-ins refused because of a certificate.")
         .since("Valkey 9.1")},
    {"acl_access_denied_db",
     counter("redis_acl_access_denied_db_total", "Commands refused because of their database.")
         .since("Valkey 9.1")},
    {"cached_keys", legacy(Type::gauge, "redis_cached_keys_total",
                           "Keys that are in memory as well as in storage now.")
                        .since("KeyDB")},
};
static_assert(well_formed(kFields));

}  // namespace

constinit const Collector kStatsCollector{
    .name = "stats",
    .about = "Commands, traffic, hits, expiry, eviction and the event loop since start.",
    .applies_to = kAny,
    .fields = kFields,
};

}  // namespace fleet
