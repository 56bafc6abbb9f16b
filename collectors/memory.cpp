// SPDX-License-Identifier: Apache-2.0
// INFO memory: what the server uses, what for, and how much there is.
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr InfoField kFields[] = {
    {"used_memory", gauge("redis_memory_used_bytes", "Bytes allocated by the server's allocator.")},
    {"used_memory_rss",
     gauge("redis_memory_used_rss_bytes", "Bytes of the process that are in physical memory.")},
    {"used_memory_peak",
     gauge("redis_memory_used_peak_bytes", "Largest number of allocated bytes since start.")},
    {"used_memory_peak_perc",
     gauge("redis_memory_used_peak_ratio", "Allocated bytes in relation to their peak, 0 to 1."),
     100},
    {"used_memory_peak_time", gauge("redis_memory_used_peak_timestamp_seconds",
                                    "When the number of allocated bytes was largest, as Unix time.")
                                  .since("8.2")},
    {"used_memory_overhead",
     gauge("redis_memory_used_overhead_bytes",
           "Bytes for buffers and tables, all that is not the data itself.")},
    {"used_memory_startup", gauge("redis_memory_used_startup_bytes",
                                  "Bytes that were allocated when the server had started.")},
    {"used_memory_dataset",
     gauge("redis_memory_used_dataset_bytes", "Bytes for the data: used bytes less overhead.")},
    {"used_memory_dataset_perc",
     gauge("redis_memory_used_dataset_ratio",
           "Share of the data in the bytes allocated since start-up, 0 to 1."),
     100},
    {"used_memory_lua",
     gauge("redis_memory_used_lua_bytes", "Bytes of the Lua engine that runs EVAL scripts.")},
    {"used_memory_vm_eval",
     gauge("redis_memory_used_vm_eval_bytes", "Bytes of the engine that runs EVAL scripts.")
         .since("7.0")},
    {"used_memory_scripts_eval",
     gauge("redis_memory_used_scripts_eval_bytes", "Bytes for cached EVAL scripts.").since("7.0")},
    {"used_memory_vm_functions",
     gauge("redis_memory_used_vm_functions_bytes", "Bytes of the engine that runs functions.")
         .since("7.0")},
    {"used_memory_vm_total",
     legacy(Type::gauge, "redis_memory_used_vm_total", "Bytes of all script engines.")
         .since("7.0")},
    {"used_memory_functions",
     gauge("redis_memory_used_functions_bytes", "Bytes for function libraries.").since("7.0")},
    {"used_memory_scripts",
     gauge("redis_memory_used_scripts_bytes", "Bytes for EVAL scripts and function libraries.")
         .since("7.0")},
    {"used_memory_hash_templates",
     gauge("redis_memory_used_hash_templates_bytes", "Bytes for templates of hashes.")
         .since("8.10")},
    {"number_of_cached_scripts",
     gauge("redis_number_of_cached_scripts", "EVAL scripts in the cache.").since("7.0")},
    {"number_of_functions",
     gauge("redis_number_of_functions", "Functions that are loaded.").since("7.0")},
    {"number_of_libraries",
     gauge("redis_number_of_libraries", "Function libraries that are loaded.").since("7.4")},
    {"total_system_memory",
     gauge("redis_total_system_memory_bytes", "Bytes of physical memory of the server's host.")},
    {"maxmemory", gauge("redis_memory_max_bytes", "Configured maxmemory, 0 when unlimited.")},
    {"maxmemory_reservation", gauge("redis_memory_max_reservation_bytes",
                                    "Bytes kept free for what is not data, on managed services.")},
    {"maxmemory_desired_reservation",
     gauge("redis_memory_max_reservation_desired_bytes",
           "Bytes that should be kept free for what is not data, on managed services.")},
    {"maxfragmentationmemory_reservation",
     gauge("redis_memory_max_fragmentation_reservation_bytes",
           "Bytes kept free for fragmentation, on managed services.")},
    {"maxfragmentationmemory_desired_reservation",
     gauge("redis_memory_max_fragmentation_reservation_desired_bytes",
           "Bytes that should be kept free for fragmentation, on managed services.")},
    {"allocator_allocated",
     gauge("redis_allocator_allocated_bytes",
           "Bytes that the allocator gave out, rounding to its size classes included.")},
    {"allocator_active",
     gauge("redis_allocator_active_bytes", "Bytes in the allocator's pages that are in use.")},
    {"allocator_resident",
     gauge("redis_allocator_resident_bytes",
           "Bytes that the allocator holds in physical memory, free pages included.")},
    {"allocator_muzzy",
     gauge("redis_allocator_muzzy_bytes",
           "Bytes that the allocator gave back and that the kernel has not taken yet.")
         .since("7.4")},
    {"allocator_frag_ratio",
     gauge("redis_allocator_frag_ratio",
           "Active in relation to allocated bytes, 1 without fragmentation.")},
    {"allocator_frag_bytes",
     gauge("redis_allocator_frag_bytes", "Bytes lost to fragmentation inside of the allocator.")},
    {"allocator_rss_ratio",
     gauge("redis_allocator_rss_ratio",
           "Resident in relation to active bytes, above 1 when pages could be given back.")},
    {"allocator_rss_bytes",
     gauge("redis_allocator_rss_bytes", "Resident less active bytes of the allocator.")},
    {"allocator_allocated_lua",
     gauge("redis_allocator_lua_allocated_bytes", "Bytes that the allocator gave to Lua.")
         .since("7.4")},
    {"allocator_active_lua",
     gauge("redis_allocator_lua_active_bytes", "Bytes in the allocator's pages for Lua.")
         .since("7.4")},
    {"allocator_resident_lua", gauge("redis_allocator_lua_resident_bytes",
                                     "Bytes that the allocator holds in physical memory for Lua.")
                                   .since("7.4")},
    {"allocator_frag_bytes_lua",
     gauge("redis_allocator_lua_frag_bytes", "Bytes lost to fragmentation in Lua's pages.")
         .since("7.4")},
    {"rss_overhead_ratio",
     gauge("redis_rss_overhead_ratio",
           "Physical memory of the process in relation to that of its allocator.")},
    {"rss_overhead_bytes",
     gauge("redis_rss_overhead_bytes",
           "Bytes of physical memory that the process holds outside of its allocator.")},
    {"mem_fragmentation_ratio",
     gauge("redis_mem_fragmentation_ratio",
           "Physical memory in relation to allocated bytes; below 1 the server swaps.")},
    {"mem_fragmentation_bytes",
     gauge("redis_mem_fragmentation_bytes", "Physical memory less allocated bytes.")},
    {"mem_not_counted_for_evict",
     gauge("redis_mem_not_counted_for_eviction_bytes",
           "Bytes, mostly of replication, that do not count towards maxmemory.")},
    {"mem_replication_backlog",
     gauge("redis_mem_replication_backlog_bytes", "Bytes of the replication backlog.")},
    {"mem_total_replication_buffers",
     gauge("redis_mem_total_replication_buffers_bytes",
           "Bytes of all replication buffers, the backlog included.")
         .since("7.0")},
    {"mem_replicas_repl_buffer",
     gauge("redis_mem_replicas_repl_buffer_bytes",
           "Bytes that a replica holds back from its master until its full sync ends.")
         .since("Valkey 8.0")},
    {"mem_replica_full_sync_buffer",
     gauge("redis_mem_replica_full_sync_buffer_bytes",
           "Bytes that a replica holds back from its master until its full sync ends.")
         .since("8.0")},
    {"mem_clients_slaves",
     gauge("redis_mem_clients_slaves", "Bytes of the buffers of connected replicas.")},
    {"mem_clients_normal",
     gauge("redis_mem_clients_normal", "Bytes of the buffers of clients that are no replicas.")},
    {"mem_cluster_links",
     gauge("redis_mem_cluster_links_bytes", "Bytes of the connections of the cluster bus.")
         .since("7.0")},
    {"mem_cluster_slot_import",
     gauge("redis_mem_cluster_slot_import_bytes", "Bytes of the buffers for slots that come in.")
         .since("Valkey 9.0")},
    {"mem_cluster_slot_export",
     gauge("redis_mem_cluster_slot_export_bytes", "Bytes of the buffers for slots that go out.")
         .since("Valkey 9.0")},
    {"mem_aof_buffer", gauge("redis_mem_aof_buffer_bytes", "Bytes of the buffers of the AOF.")},
    {"mem_overhead_db_hashtable_rehashing",
     gauge("redis_mem_overhead_db_hashtable_rehashing_bytes",
           "Bytes that are free once the tables of keys have been resized.")
         .since("7.4")},
    {"active_defrag_running",
     gauge("redis_active_defrag_running",
           "CPU percent that active defragmentation may use now, 0 while it rests.")},
    {"lazyfree_pending_objects",
     gauge("redis_lazyfree_pending_objects", "Objects that wait to be freed in the background.")},
    {"lazyfreed_objects", legacy(Type::counter, "redis_lazyfreed_objects",
                                 "Objects that were freed in the background.")},
    {"storage_provider_read_hits", legacy(Type::counter, "redis_storage_provider_read_hits",
                                          "Reads that found their key in the storage below memory.")
                                       .since("KeyDB")},
    {"storage_provider_read_misses",
     legacy(Type::counter, "redis_storage_provider_read_misses",
            "Reads that did not find their key in the storage below memory.")
         .since("KeyDB")},
    {"engines_count",
     legacy(Type::gauge, "redis_scripting_engines_count", "Script engines that are registered.")
         .since("Valkey 9.1")},
    {"engines_total_used_memory",
     gauge("redis_scripting_engines_memory_used_bytes", "Bytes that script engines use.")
         .since("Valkey 9.1")},
    {"engines_total_memory_overhead",
     gauge("redis_scripting_engines_memory_overhead_bytes",
           "Bytes that the server spends on managing script engines.")
         .since("Valkey 9.1")},
};
static_assert(well_formed(kFields));

constexpr InfoField kColumns[] = {
    {"used_memory", gauge("redis_scripting_engine_memory_used_bytes",
                          "Bytes that a script engine uses.", "engine,module,abi_version")
                        .since("Valkey 9.1")},
    {"memory_overhead",
     gauge("redis_scripting_engine_memory_overhead_bytes",
           "Bytes that the server spends on managing a script engine.", "engine,module,abi_version")
         .since("Valkey 9.1")},
};
static_assert(well_formed(kColumns));

constexpr Metric kEngine =
    gauge("redis_scripting_engine_info", "Always 1; a script engine that is registered.",
          "engine,module,abi_version")
        .source("INFO engine_N")
        .since("Valkey 9.1");
constexpr const Metric* kMetrics[] = {&kEngine};

// engine_0:name=LUA,module=built-in,abi_version=4,used_memory=69632,memory_overhead=56
Outcome collect(const Input& input, SampleSet& out) {
  for (const auto& [key, row] : input.info.section("Scripting Engines")) {
    const auto name = column(row, "name");
    if (!key.starts_with("engine_") || !name) continue;
    const SampleSet::Labels labels =
        out.labels({{"engine", *name},
                    {"module", column(row, "module").value_or("")},
                    {"abi_version", column(row, "abi_version").value_or("")}});
    out.add(kEngine, labels, 1);
    emit_columns(row, kColumns, out, labels);
  }
  return Outcome::ok();
}

}  // namespace

constinit const Collector kMemoryCollector{
    .name = "memory",
    .about = "Memory used, reserved and fragmented, by purpose.",
    .applies_to = kData,
    .fields = kFields,
    .columns = kColumns,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
