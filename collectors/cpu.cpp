// SPDX-License-Identifier: Apache-2.0
// INFO cpu and threads: processor time of the server and its children, and the work of I/O threads.
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr InfoField kFields[] = {
    {"used_cpu_sys", counter("redis_cpu_sys_seconds_total",
                             "Processor seconds that the server spent in the kernel.")},
    {"used_cpu_user", counter("redis_cpu_user_seconds_total",
                              "Processor seconds that the server spent in its own code.")},
    {"used_cpu_sys_children",
     counter("redis_cpu_sys_children_seconds_total",
             "Processor seconds that child processes which have ended spent in the kernel.")},
    {"used_cpu_user_children",
     counter("redis_cpu_user_children_seconds_total",
             "Processor seconds that child processes which have ended spent in their own code.")},
    {"used_cpu_sys_main_thread",
     counter("redis_cpu_sys_main_thread_seconds_total",
             "Processor seconds that the main thread spent in the kernel.")
         .since("6.2")},
    {"used_cpu_user_main_thread",
     counter("redis_cpu_user_main_thread_seconds_total",
             "Processor seconds that the main thread spent in its own code.")
         .since("6.2")},
    {"used_active_time_main_thread",
     counter("redis_active_time_main_thread_seconds_total",
             "Seconds that the main thread worked rather than waited.")
         .since("Valkey 9.1")},
};
static_assert(well_formed(kFields));

constexpr InfoField kColumns[] = {
    {"clients",
     gauge("redis_io_thread_clients", "Clients that an I/O thread serves.", "thread").since("8.0")},
    {"reads",
     counter("redis_io_thread_reads_total", "Reads of an I/O thread.", "thread").since("8.0")},
    {"writes",
     counter("redis_io_thread_writes_total", "Writes of an I/O thread.", "thread").since("8.0")},
};
static_assert(well_formed(kColumns));

constexpr Metric kActiveTime =
    counter("redis_active_time_io_thread_seconds_total",
            "Seconds that an I/O thread worked rather than waited.", "thread")
        .source("INFO used_active_time_io_thread_N")
        .since("Valkey 9.1");
constexpr const Metric* kMetrics[] = {&kActiveTime};

// io_thread_0:clients=6,reads=110,writes=107
void emit_threads(const Info& info, SampleSet& out) {
  constexpr std::string_view kHead = "io_thread_";
  for (const auto& [key, row] : info.section("Threads"))
    if (key.starts_with(kHead))
      emit_columns(row, kColumns, out, out.labels({{"thread", key.substr(kHead.size())}}));
}

Outcome collect(const Input& input, SampleSet& out) {
  emit_threads(input.info, out);
  constexpr std::string_view kHead = "used_active_time_io_thread_";
  for (const auto& [key, value] : input.info.section("CPU")) {
    if (!key.starts_with(kHead)) continue;
    if (const auto seconds = Info::number_in(value))
      out.add(kActiveTime, {{"thread", key.substr(kHead.size())}}, *seconds);
  }
  return Outcome::ok();
}

}  // namespace

constinit const Collector kCpuCollector{
    .name = "cpu",
    .about = "Processor time, and the work of I/O threads.",
    .applies_to = kAny,
    .fields = kFields,
    .columns = kColumns,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
