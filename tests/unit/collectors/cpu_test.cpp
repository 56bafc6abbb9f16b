// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page cpu(std::string_view info) { return page_of(kCpuCollector, info); }
Page cpu(const Answers& answers) { return run_collector(kCpuCollector, answers); }

TEST(Cpu, TellsProcessorTimeAndThreads) {
  const Page page = cpu(recorded("redis-8.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("cpu").success);
  EXPECT_EQ(page.value("redis_cpu_sys_seconds_total"), "0.00483");
  EXPECT_EQ(page.value("redis_cpu_user_children_seconds_total"), "0");
  EXPECT_EQ(page.value("redis_io_thread_clients{thread=\"0\"}"), "6");
  EXPECT_EQ(page.value("redis_io_thread_reads_total{thread=\"0\"}"), "110");
  EXPECT_EQ(page.value("redis_io_thread_writes_total{thread=\"0\"}"), "107");
}

TEST(Cpu, TellsHowLongEachThreadOfValkeyWorked) {
  const Page page =
      cpu("# CPU\r\nused_active_time_main_thread:12.5\r\n"
          "used_active_time_io_thread_1:3.25\r\n"
          "used_active_time_io_thread_12:0.000001\r\n");
  EXPECT_EQ(page.value("redis_active_time_main_thread_seconds_total"), "12.5");
  EXPECT_EQ(page.value("redis_active_time_io_thread_seconds_total{thread=\"1\"}"), "3.25");
  EXPECT_EQ(page.value("redis_active_time_io_thread_seconds_total{thread=\"12\"}"), "0.000001");
}

TEST(Cpu, MakesNothingUpForAbsentFields) {
  const Page page = cpu("# Threads\r\nio_thread_0:\r\nother:clients=1\r\n# CPU\r\n");
  EXPECT_TRUE(page.outcomes.at("cpu").success);
  EXPECT_EQ(page.count("redis_"), 0u);
}

TEST(Cpu, ReadsAnOldServer) {
  const Page page =
      cpu("# Server\r\nredis_version:2.8.17\r\n# CPU\r\nused_cpu_sys:1.62\r\n"
          "used_cpu_user:0.87\r\n");
  EXPECT_EQ(page.value("redis_cpu_sys_seconds_total"), "1.62");
  EXPECT_EQ(page.count("redis_"), 2u);
}

TEST(Cpu, LeavesOutWhatIsNoNumber) {
  EXPECT_EQ(cpu("# Threads\r\nio_thread_0:clients=x,reads=,writes\r\n"
                "# CPU\r\nused_cpu_sys:a lot\r\nused_active_time_io_thread_1:\r\n")
                .count("redis_"),
            0u);
}

}  // namespace
}  // namespace fleet::test
