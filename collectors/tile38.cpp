// SPDX-License-Identifier: Apache-2.0
// SERVER EXT: sizes and counts of a Tile38, a geospatial server that speaks RESP and has an INFO.
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {{.line = "SERVER EXT", .tile38 = true}};

// Some names of fields have a `tile38_` in front, which does not count.
constexpr std::string_view kPrefix = "tile38_";

// The names are redis_exporter's, and so these numbers of things end in _total, though they fall.
constexpr InfoField kNumbers[] = {
    {"aof_size", gauge("redis_tile38_aof_size_bytes", "Bytes of the append-only file.")
                     .source("SERVER EXT tile38_aof_size")},
    {"avg_point_size",
     gauge("redis_tile38_avg_item_size_bytes", "Heap bytes divided by the number of points.")
         .source("SERVER EXT tile38_avg_point_size")},
    {"sys_cpus", legacy(Type::gauge, "redis_tile38_cpus_total", "Processors that the server sees.")
                     .source("SERVER EXT sys_cpus")},
    {"heap_released_bytes",
     gauge("redis_tile38_heap_released_bytes", "Heap bytes given back to the system.")
         .source("SERVER EXT heap_released_bytes")},
    {"heap_alloc_bytes", gauge("redis_tile38_heap_size_bytes", "Heap bytes in use.")
                             .source("SERVER EXT heap_alloc_bytes")},
    {"http_transport", gauge("redis_tile38_http_transport", "Whether the server answers HTTP.")
                           .source("SERVER EXT tile38_http_transport")},
    {"in_memory_size",
     gauge("redis_tile38_in_memory_size_bytes", "Bytes of all collections in memory.")
         .source("SERVER EXT tile38_in_memory_size")},
    {"max_heap_size",
     gauge("redis_tile38_max_heap_size_bytes", "Most heap bytes that are allowed, 0 for no limit.")
         .source("SERVER EXT tile38_max_heap_size")},
    {"alloc_bytes", gauge("redis_tile38_mem_alloc_bytes", "Bytes allocated and in use.")
                        .source("SERVER EXT alloc_bytes")},
    {"num_collections",
     legacy(Type::gauge, "redis_tile38_num_collections_total", "Collections in the database.")
         .source("SERVER EXT tile38_num_collections")},
    {"num_hooks", legacy(Type::gauge, "redis_tile38_num_hooks_total", "Hooks in the database.")
                      .source("SERVER EXT tile38_num_hooks")},
    {"num_objects",
     legacy(Type::gauge, "redis_tile38_num_objects_total", "Objects in the database.")
         .source("SERVER EXT tile38_num_objects")},
    {"num_points", legacy(Type::gauge, "redis_tile38_num_points_total", "Points in the database.")
                       .source("SERVER EXT tile38_num_points")},
    {"pointer_size", gauge("redis_tile38_pointer_size_bytes", "Size of a pointer in bytes, 4 or 8.")
                         .source("SERVER EXT tile38_pointer_size")},
    {"read_only", gauge("redis_tile38_read_only", "Whether the server refuses writes.")
                      .source("SERVER EXT tile38_read_only")},
    {"go_threads",
     legacy(Type::gauge, "redis_tile38_threads_total", "Threads of the system that were made.")
         .source("SERVER EXT go_threads")},
    {"go_goroutines",
     legacy(Type::gauge, "redis_tile38_go_goroutines_total", "Goroutines that there are.")
         .source("SERVER EXT go_goroutines")},
    {"last_gc_time_seconds",
     gauge("redis_tile38_last_gc_time_seconds", "Unix time of the last garbage collection.")
         .source("SERVER EXT last_gc_time_seconds")},
    {"next_gc_bytes", gauge("redis_tile38_next_gc_bytes",
                            "Heap bytes at which the next garbage collection takes place.")
                          .source("SERVER EXT next_gc_bytes")},
};
static_assert(well_formed(kNumbers));

Outcome collect(const Input& input, SampleSet& out) {
  const Reply fields = input.replies[0];
  for (const InfoField& row : kNumbers) {
    Reply value = fields.find(row.field);
    if (value.absent()) value = fields.find(std::string(kPrefix).append(row.field));
    if (const auto number = Info::number_in(value.text())) out.add(row.metric, *number);
  }
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kTile38Collector{
    .name = "tile38",
    .about = "Sizes and counts of a Tile38; other servers are not asked.",
    .applies_to = kData,
    .on_by_default = false,
    .commands = kCommands,
    .columns = kNumbers,
    .collect = collect,
};

}  // namespace fleet
