// SPDX-License-Identifier: Apache-2.0
// INFO persistence: RDB snapshots, the AOF, their child processes, and loading at start.
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

// Where the RDB file is: the scrape looks how long it is. Servers before 7.0 take one name only.
bool wants_rdb_path(const NodeFacts&, const CollectorOptions& options) {
  return options.config_command && options.rdb_file_size;
}
constexpr Command kCommands[] = {
    {.line = "CONFIG GET dir", .wanted = wants_rdb_path},
    {.line = "CONFIG GET dbfilename", .wanted = wants_rdb_path},
};

constexpr InfoField kFields[] = {
    {"loading", gauge("redis_loading_dump_file", "1 while the server loads its data from disk.")},
    {"async_loading", gauge("redis_async_loading",
                            "1 while a replica loads new data and goes on to serve what it had.")
                          .since("7.0")},
    {"loading_start_time", gauge("redis_loading_start_timestamp_seconds",
                                 "When loading began, as Unix time, only while it lasts.")},
    {"loading_total_bytes",
     gauge("redis_loading_file_bytes", "Bytes of the file that is loaded, only meanwhile.")},
    {"loading_loaded_bytes",
     gauge("redis_loading_loaded_bytes", "Bytes that are loaded already, only meanwhile.")},
    {"loading_loaded_perc",
     gauge("redis_loading_progress_ratio", "Share of the file that is loaded already, 0 to 1."),
     100},
    {"loading_eta_seconds",
     gauge("redis_loading_eta_seconds", "Seconds that loading will still take, an estimate.")},
    {"loading_rdb_used_mem",
     gauge("redis_loading_rdb_used_memory_bytes",
           "Bytes that the server used when it wrote the file that is loaded.")
         .since("7.0")},
    {"current_cow_peak",
     gauge("redis_current_fork_cow_peak_bytes",
           "Largest number of bytes copied on write while the child process runs, 0 without one.")
         .since("7.0")},
    {"current_cow_size", gauge("redis_current_fork_cow_size_bytes",
                               "Bytes copied on write while the child process runs, 0 without one.")
                             .since("6.2")},
    {"current_cow_size_age", gauge("redis_current_fork_cow_size_age_seconds",
                                   "Age in seconds of the figure for bytes copied on write.")
                                 .since("6.2")},
    {"current_fork_perc",
     gauge("redis_current_fork_progress_ratio",
           "Progress of the child process that saves, 0 to 1, 0 without one.")
         .since("6.2"),
     100},
    {"current_save_keys_processed",
     gauge("redis_current_save_processed_keys", "Keys that the running save has written.")
         .since("6.2")},
    {"current_save_keys_total",
     gauge("redis_current_save_keys", "Keys that there were when the running save began.")
         .since("6.2")},
    {"rdb_changes_since_last_save",
     gauge("redis_rdb_changes_since_last_save", "Changes since the last RDB file was written.")},
    {"rdb_bgsave_in_progress",
     gauge("redis_rdb_bgsave_in_progress", "1 while a child process writes an RDB file.")},
    {"rdb_last_save_time",
     gauge("redis_rdb_last_save_timestamp_seconds",
           "When an RDB file was last written with success, as Unix time; start time at first.")},
    {"rdb_last_bgsave_status", gauge("redis_rdb_last_bgsave_status",
                                     "1 when the last save in the background succeeded, else 0.")},
    {"rdb_last_bgsave_time_sec",
     legacy(Type::gauge, "redis_rdb_last_bgsave_duration_sec",
            "Seconds that the last save in the background took, -1 before the first.")},
    {"rdb_current_bgsave_time_sec",
     legacy(Type::gauge, "redis_rdb_current_bgsave_duration_sec",
            "Seconds since the running save in the background began, -1 without one.")},
    {"rdb_saves", counter("redis_rdb_saves_total", "RDB files written since start.").since("7.0")},
    {"rdb_last_cow_size",
     gauge("redis_rdb_last_cow_size_bytes", "Bytes copied on write during the last RDB save.")},
    {"rdb_last_load_keys_expired", gauge("redis_rdb_last_load_expired_keys",
                                         "Keys left out of the last load because they had expired.")
                                       .since("7.0")},
    {"rdb_last_load_keys_loaded",
     gauge("redis_rdb_last_load_loaded_keys", "Keys that the last load brought.").since("7.0")},
    {"backup_in_progress",
     gauge("redis_backup_in_progress", "1 while a backup is written.").since("8.10")},
    {"aof_enabled", gauge("redis_aof_enabled", "1 when the AOF is on.")},
    {"aof_rewrite_in_progress",
     gauge("redis_aof_rewrite_in_progress", "1 while a child process rewrites the AOF.")},
    {"aof_rewrite_scheduled",
     gauge("redis_aof_rewrite_scheduled",
           "1 when an AOF rewrite will begin as soon as the running save has ended.")},
    {"aof_last_rewrite_time_sec",
     legacy(Type::gauge, "redis_aof_last_rewrite_duration_sec",
            "Seconds that the last AOF rewrite took, -1 before the first.")},
    {"aof_current_rewrite_time_sec",
     legacy(Type::gauge, "redis_aof_current_rewrite_duration_sec",
            "Seconds since the running AOF rewrite began, -1 without one.")},
    {"aof_last_bgrewrite_status",
     gauge("redis_aof_last_bgrewrite_status", "1 when the last AOF rewrite succeeded, else 0.")},
    {"aof_rewrites", counter("redis_aof_rewrites_total", "AOF rewrites since start.").since("7.0")},
    {"aof_rewrites_consecutive_failures",
     gauge("redis_aof_rewrite_consecutive_failures",
           "AOF rewrites that failed since the last one that succeeded.")
         .since("7.0")},
    {"aof_last_write_status",
     gauge("redis_aof_last_write_status",
           "1 when the last write to the AOF succeeded, 0 when the disk refused it.")},
    {"aof_last_cow_size",
     gauge("redis_aof_last_cow_size_bytes", "Bytes copied on write during the last AOF rewrite.")},
    {"aof_current_size", gauge("redis_aof_current_size_bytes", "Bytes of the AOF now.")},
    {"aof_base_size",
     gauge("redis_aof_base_size_bytes", "Bytes of the AOF after start or the last rewrite.")},
    {"aof_pending_rewrite",
     gauge("redis_aof_pending_rewrite", "1 when an AOF rewrite waits for the running save.")},
    {"aof_buffer_length",
     gauge("redis_aof_buffer_length", "Bytes that wait to be written to the AOF.")},
    {"aof_rewrite_buffer_length",
     gauge("redis_aof_rewrite_buffer_length",
           "Bytes that wait to be added to a rewritten AOF; until 6.2.")},
    {"aof_pending_bio_fsync",
     gauge("redis_aof_pending_bio_fsync", "Calls of fsync that wait in the background.")},
    {"aof_delayed_fsync",
     gauge("redis_aof_delayed_fsync",
           "Writes that had to wait for an fsync since start; a sign of a slow disk.")},
    {"module_fork_in_progress",
     gauge("redis_module_fork_in_progress", "1 while a child process of a module runs.")},
    {"module_fork_last_cow_size",
     gauge("redis_module_fork_last_cow_size",
           "Bytes copied on write during the last child process of a module.")},
};
static_assert(well_formed(kFields));

Outcome collect(const Input& input, SampleSet&) { return require_all(input, kCommands); }

}  // namespace

constinit const Collector kPersistenceCollector{
    .name = "persistence",
    .about = "RDB snapshots, the AOF, and loading from disk.",
    .applies_to = kData,
    .commands = kCommands,
    .fields = kFields,
    .collect = collect,
};

}  // namespace fleet
