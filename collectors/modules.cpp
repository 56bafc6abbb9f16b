// SPDX-License-Identifier: Apache-2.0
// INFO modules: which modules are loaded, and what search, Bloom filters and JSON tell about
// themselves. Asked for only with --include-modules-metrics: each module's callback runs for it.
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

// Read from the reply to INFO modules by `collect`, as the names do not come in INFO all.
constexpr InfoField kModuleFields[] = {
    {"search_number_of_indexes", gauge("redis_search_number_of_indexes", "Search indexes.")},
    {"search_used_memory_indexes",
     gauge("redis_search_used_memory_indexes_bytes", "Bytes of all search indexes.")},
    {"search_dialect_1",
     gauge("redis_search_dialect_1", "Whether an index was queried in dialect 1 (1) or not (0).")},
    {"search_dialect_2",
     gauge("redis_search_dialect_2", "Whether an index was queried in dialect 2 (1) or not (0).")},
    {"search_dialect_3",
     gauge("redis_search_dialect_3", "Whether an index was queried in dialect 3 (1) or not (0).")},
    {"search_dialect_4",
     gauge("redis_search_dialect_4", "Whether an index was queried in dialect 4 (1) or not (0).")},
    {"search_global_idle",
     gauge("redis_search_global_idle", "Cursors of search that no client reads now.")},
    {"search_global_total",
     legacy(Type::gauge, "redis_search_global_total", "Cursors of search that are open.")},
    {"search_bytes_collected", gauge("redis_search_collected_bytes",
                                     "Bytes that the garbage collector of search has freed.")},
    {"search_number_of_active_indexes", gauge("redis_search_number_of_active_indexes",
                                              "Search indexes that are queried or filled now.")},
    {"search_number_of_active_indexes_running_queries",
     gauge("redis_search_number_of_active_indexes_running_queries",
           "Search indexes that are queried now.")},
    {"search_number_of_active_indexes_indexing",
     gauge("redis_search_number_of_active_indexes_indexing",
           "Search indexes that are filled now.")},
    {"search_total_active_write_threads",
     gauge("redis_search_total_active_write_threads", "Threads that write to a search index now.")},
    {"search_total_num_docs_in_indexes",
     gauge("redis_search_total_num_docs_in_indexes", "Documents in all search indexes.")},
    {"search_smallest_memory_index",
     gauge("redis_search_smallest_memory_index_bytes", "Bytes of the smallest search index.")},
    {"search_largest_memory_index",
     gauge("redis_search_largest_memory_index_bytes", "Bytes of the largest search index.")},
    {"search_used_memory_vector_index",
     gauge("redis_search_used_memory_vector_index_bytes", "Bytes of all vector indexes.")},
    {"search_global_idle_user",
     gauge("redis_search_global_idle_user", "Cursors of users that no client reads now.")},
    {"search_global_idle_internal",
     gauge("redis_search_global_idle_internal", "Cursors between shards that nobody reads now.")},
    {"search_global_total_user",
     gauge("redis_search_global_total_user", "Cursors of users that are open.")},
    {"search_global_total_internal",
     gauge("redis_search_global_total_internal", "Cursors between shards that are open.")},
    {"search_gc_bytes_collected", gauge("redis_search_gc_collected_bytes",
                                        "Bytes that the garbage collector of search has freed.")},
    {"search_gc_total_docs_not_collected",
     gauge("redis_search_gc_total_docs_not_collected",
           "Deleted documents that the garbage collector has not freed yet.")},
    {"search_gc_marked_deleted_vectors",
     gauge("redis_search_gc_marked_deleted_vectors", "Deleted vectors that still use memory.")},
    {"search_errors_indexing_failures",
     gauge("redis_search_errors_indexing_failures", "Documents that could not be indexed.")},
    {"bf_bloom_total_memory_bytes",
     gauge("redis_bf_bloom_total_memory_bytes", "Bytes of all Bloom filters.")},
    {"bf_bloom_num_objects", gauge("redis_bf_bloom_num_objects", "Keys that hold Bloom filters.")},
    {"bf_bloom_num_filters_across_objects",
     gauge("redis_bf_bloom_num_filters_across_objects", "Bloom filters in all keys.")},
    {"bf_bloom_num_items_across_objects",
     gauge("redis_bf_bloom_num_items_across_objects", "Items in all Bloom filters.")},
    {"bf_bloom_capacity_across_objects",
     gauge("redis_bf_bloom_capacity_across_objects", "Items that all Bloom filters can hold.")},
    {"json_total_memory_bytes",
     gauge("redis_json_total_memory_bytes", "Bytes of all JSON documents.")},
    {"json_num_documents", gauge("redis_json_num_documents", "JSON documents.")},
    {"search_used_memory_bytes",
     gauge("redis_search_used_memory_bytes", "Bytes that the search module uses.")},
    {"search_number_of_attributes",
     gauge("redis_search_number_of_attributes", "Attributes of all search indexes.")},
    {"search_total_indexed_documents",
     gauge("redis_search_total_indexed_documents", "Documents in all search indexes.")},
    {"search_query_queue_size",
     gauge("redis_search_query_queue_size", "Queries that wait for a thread.")},
    {"search_writer_queue_size",
     gauge("redis_search_writer_queue_size", "Changes that wait to be indexed.")},
    {"search_string_interning_store_size",
     gauge("redis_search_string_interning_store_size", "Strings that search indexes share.")},
    {"search_vector_externing_hash_extern_errors",
     gauge("redis_search_vector_externing_hash_extern_errors",
           "Vectors whose storage could not be shared with their hash.")},
    {"search_vector_externing_num_lru_entries",
     gauge("redis_search_vector_externing_num_lru_entries",
           "Vectors in the cache of generated values.")},
    {"search_total_indexing_time", legacy(Type::counter, "redis_search_indexing_time_ms_total",
                                          "Milliseconds spent on indexing.")},
    {"search_total_cycles",
     counter("redis_search_cycles_total", "Runs of the garbage collector of search.")},
    {"search_total_ms_run", legacy(Type::counter, "redis_search_run_ms_total",
                                   "Milliseconds that the garbage collector of search ran.")},
    {"search_gc_total_cycles",
     counter("redis_search_gc_cycles_total", "Runs of the garbage collector of search.")},
    {"search_gc_total_ms_run", legacy(Type::counter, "redis_search_gc_run_ms_total",
                                      "Milliseconds that the garbage collector of search ran.")},
    {"search_total_queries_processed",
     counter("redis_search_queries_processed_total", "Queries that were answered.")},
    {"search_total_query_commands",
     counter("redis_search_query_commands_total", "Query commands that were run.")},
    {"search_total_query_execution_time_ms",
     legacy(Type::counter, "redis_search_query_execution_time_ms_total",
            "Milliseconds spent on queries.")},
    {"search_total_active_queries", legacy(Type::gauge, "redis_search_active_queries_total",
                                           "Queries that run now; it goes up and down.")},
    {"bf_bloom_defrag_hits", counter("redis_bf_bloom_defrag_hits_total",
                                     "Parts of Bloom filters moved by active defragmentation.")},
    {"bf_bloom_defrag_misses",
     counter("redis_bf_bloom_defrag_misses_total",
             "Parts of Bloom filters that active defragmentation left in place.")},
    {"search_worker_pool_suspend_cnt",
     legacy(Type::counter, "redis_search_worker_pool_suspend_count",
            "Times that the worker threads of search were suspended.")},
    {"search_writer_resumed_cnt",
     legacy(Type::counter, "redis_search_writer_resumed_count",
            "Times that the threads which index went on after a pause.")},
    {"search_reader_resumed_cnt",
     legacy(Type::counter, "redis_search_reader_resumed_count",
            "Times that the threads which query went on after a pause.")},
    {"search_writer_suspension_expired_cnt",
     legacy(Type::counter, "redis_search_writer_suspension_expired_count",
            "Times that a pause of indexing ended by its time limit.")},
    {"search_rdb_load_success_cnt", legacy(Type::counter, "redis_search_rdb_load_success_count",
                                           "Loads of search indexes from an RDB file.")},
    {"search_rdb_load_failure_cnt",
     legacy(Type::counter, "redis_search_rdb_load_failure_count",
            "Loads of search indexes from an RDB file that failed.")},
    {"search_rdb_save_success_cnt", legacy(Type::counter, "redis_search_rdb_save_success_count",
                                           "Saves of search indexes to an RDB file.")},
    {"search_rdb_save_failure_cnt", legacy(Type::counter, "redis_search_rdb_save_failure_count",
                                           "Saves of search indexes to an RDB file that failed.")},
    {"search_successful_requests_count",
     legacy(Type::counter, "redis_search_successful_requests_count", "Queries that succeeded.")},
    {"search_failure_requests_count",
     legacy(Type::counter, "redis_search_failure_requests_count", "Queries that failed.")},
    {"search_hybrid_requests_count", legacy(Type::counter, "redis_search_hybrid_requests_count",
                                            "Queries with both a vector and a filter.")},
    {"search_inline_filtering_requests_count",
     legacy(Type::counter, "redis_search_inline_filtering_requests_count",
            "Queries that filtered while they walked the vectors.")},
    {"search_hnsw_add_exceptions_count",
     legacy(Type::counter, "redis_search_hnsw_add_exceptions_count",
            "Errors on adding a vector to an HNSW index.")},
    {"search_hnsw_remove_exceptions_count",
     legacy(Type::counter, "redis_search_hnsw_remove_exceptions_count",
            "Errors on removing a vector from an HNSW index.")},
    {"search_hnsw_modify_exceptions_count",
     legacy(Type::counter, "redis_search_hnsw_modify_exceptions_count",
            "Errors on changing a vector in an HNSW index.")},
    {"search_hnsw_search_exceptions_count",
     legacy(Type::counter, "redis_search_hnsw_search_exceptions_count",
            "Errors on searching an HNSW index.")},
    {"search_hnsw_create_exceptions_count",
     legacy(Type::counter, "redis_search_hnsw_create_exceptions_count",
            "Errors on creating an HNSW index.")},
    {"search_vector_externing_entry_count",
     legacy(Type::counter, "redis_search_vector_externing_entry_count",
            "Vectors whose storage is shared with their hash.")},
    {"search_vector_externing_generated_value_cnt",
     legacy(Type::counter, "redis_search_vector_externing_generated_value_count",
            "Vectors that were made again for a read of their hash.")},
    {"search_vector_externing_lru_promote_cnt",
     legacy(Type::counter, "redis_search_vector_externing_lru_promote_count",
            "Vectors read again while in the cache of generated values.")},
    {"search_vector_externing_deferred_entry_cnt",
     legacy(Type::counter, "redis_search_vector_externing_deferred_entry_count",
            "Vectors that wait for their storage to be shared.")},
};
static_assert(well_formed(kModuleFields));

constexpr Metric kInfo = gauge("redis_module_info", "Always 1; a module that is loaded.",
                               "name,ver,api,filters,usedby,using")
                             .source("INFO modules, lines module:");
constexpr const Metric* kMetrics[] = {&kInfo};

constexpr Command kCommands[] = {
    {.line = "INFO modules",
     .since = 0x060000,
     .wanted = [](const NodeFacts&,
                  const CollectorOptions& options) { return options.include_modules_metrics; }},
};

// module:name=search,ver=20813,api=1,filters=0,usedby=[],using=[ReJSON],options=[handle-io-errors]
void emit_module(std::string_view row, SampleSet& out) {
  const auto name = column(row, "name");
  if (!name) return;
  const auto text = [row](std::string_view field) { return column(row, field).value_or(""); };
  out.add(kInfo,
          {{"name", *name},
           {"ver", text("ver")},
           {"api", text("api")},
           {"filters", text("filters")},
           {"usedby", text("usedby")},
           {"using", text("using")}},
          1);
}

Outcome collect(const Input& input, SampleSet& out) {
  if (const Reply reply = input.replies[0]; reply.is_text()) {
    const Info modules(reply.text());
    emit_fields(modules, kModuleFields, out);
    for (const auto& [key, row] : modules.section("Modules"))
      if (key == "module") emit_module(row, out);
  }
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kModulesCollector{
    .name = "modules",
    .about = "Loaded modules, and the figures of search, Bloom filters and JSON.",
    .applies_to = kData,
    .commands = kCommands,
    .columns = kModuleFields,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
