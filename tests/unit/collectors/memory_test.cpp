// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page memory(std::string_view info) { return page_of(kMemoryCollector, info); }
Page memory(const Answers& answers) { return run_collector(kMemoryCollector, answers); }

TEST(Memory, TellsWhatIsUsedAndWhatThereIs) {
  const Page page = memory(recorded("redis-8.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("memory").success);
  EXPECT_EQ(page.value("redis_memory_used_bytes"), "2527664");
  EXPECT_EQ(page.value("redis_memory_max_bytes"), "67108864");
  EXPECT_EQ(page.value("redis_total_system_memory_bytes"), "25276510208");
  EXPECT_EQ(page.value("redis_mem_fragmentation_ratio"), "6.08");
}

TEST(Memory, TurnsPercentIntoRatiosWithoutNewDigits) {
  const Page page = memory("used_memory_peak_perc:95.22%\r\nused_memory_dataset_perc:0.00%\r\n");
  EXPECT_EQ(page.value("redis_memory_used_peak_ratio"), "0.9522");
  EXPECT_EQ(page.value("redis_memory_used_dataset_ratio"), "0");
}

TEST(Memory, TellsEachScriptEngineOfValkey) {
  const Page page = memory(recorded("newer/standalone"));
  const std::string lua = "{engine=\"LUA\",module=\"built-in\",abi_version=\"4\"}";
  EXPECT_EQ(page.value("redis_scripting_engine_info" + lua), "1");
  EXPECT_EQ(page.value("redis_scripting_engine_memory_used_bytes" + lua), "69632");
  EXPECT_EQ(page.value("redis_scripting_engine_memory_overhead_bytes" + lua), "56");
  EXPECT_EQ(page.count("redis_scripting_engine_info{"), 2u);
  EXPECT_EQ(page.value("redis_scripting_engines_count"), "2");
}

TEST(Memory, MakesNothingUpForAbsentFields) {
  const Page page = memory(
      "# Memory\r\nused_memory:1024\r\nused_memory_human:1K\r\n"
      "# Scripting Engines\r\nengine_0:module=x,used_memory=1\r\n");
  EXPECT_TRUE(page.outcomes.at("memory").success);
  EXPECT_EQ(page.count("redis_"), 1u);
}

TEST(Memory, ReadsAnOldServer) {
  const Page page = memory(
      "# Server\r\nredis_version:2.8.17\r\n# Memory\r\nused_memory:5\r\n"
      "used_memory_rss:6\r\nused_memory_peak:7\r\nused_memory_lua:8\r\n"
      "mem_fragmentation_ratio:1.20\r\nmem_allocator:jemalloc-3.6.0\r\n");
  EXPECT_EQ(page.value("redis_memory_used_lua_bytes"), "8");
  EXPECT_EQ(page.value("redis_mem_fragmentation_ratio"), "1.2");
  EXPECT_EQ(page.count("redis_"), 5u);
}

TEST(Memory, LeavesOutWhatIsNoNumber) {
  const Page page = memory("used_memory:much\r\nmem_fragmentation_ratio:-nan\r\n");
  EXPECT_EQ(page.value("redis_memory_used_bytes"), "absent");
  EXPECT_NE(page.value("redis_mem_fragmentation_ratio"),
            "absent");  // a server without RSS says that
}

}  // namespace
}  // namespace fleet::test
