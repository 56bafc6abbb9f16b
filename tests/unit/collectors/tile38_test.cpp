// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr std::string_view kInfo = "tile38_version:1.33.0\r\nredis_version:1.33.0\r\n";

Outcome outcome_of(const Page& page) { return page.outcomes.at("tile38"); }

TEST(Tile38, ReadsAllThatRedisExporterDoes) {
  const Page page = run_collector(kTile38Collector, recorded("tile38/leader"));
  EXPECT_TRUE(outcome_of(page).success);
  const std::pair<const char*, const char*> want[] = {
      {"aof_size_bytes", "123456789"},
      {"avg_item_size_bytes", "41"},
      {"cpus_total", "4"},
      {"heap_released_bytes", "2351104"},
      {"heap_size_bytes", "8257536"},
      {"http_transport", "1"},
      {"in_memory_size_bytes", "4200000"},
      {"max_heap_size_bytes", "0"},
      {"mem_alloc_bytes", "8257536"},
      {"num_collections_total", "3"},
      {"num_hooks_total", "2"},
      {"num_objects_total", "210000"},
      {"num_points_total", "200000"},
      {"pointer_size_bytes", "8"},
      {"read_only", "0"},
      {"threads_total", "9"},
      {"go_goroutines_total", "14"},
      {"last_gc_time_seconds", "1795179040.1234567"},
      {"next_gc_bytes", "16515072"},
  };
  for (const auto& [name, value] : want)
    EXPECT_EQ(page.value(std::string("redis_tile38_") + name), value) << name;
  EXPECT_EQ(page.count("redis_tile38_"), std::size(want));
}

TEST(Tile38, TakesFieldsWithAndWithoutThePrefix) {
  Answers answers;
  answers.add_info_text(kInfo);
  answers.add("SERVER EXT", "*4\r\n+aof_size\r\n+7\r\n+tile38_next_gc_bytes\r\n+8\r\n");
  const Page page = run_collector(kTile38Collector, answers);
  EXPECT_EQ(page.value("redis_tile38_aof_size_bytes"), "7");
  EXPECT_EQ(page.value("redis_tile38_next_gc_bytes"), "8");
  EXPECT_EQ(page.count("redis_"), 2u);
}

TEST(Tile38, MakesNothingUp) {
  Answers answers;
  answers.add_info_text(kInfo).add("SERVER EXT", "*3\r\n+aof_size\r\n+many\r\n+num_points\r\n");
  const Page page = run_collector(kTile38Collector, answers);
  EXPECT_TRUE(outcome_of(page).success);
  EXPECT_EQ(page.count("redis_"), 0u);
}

TEST(Tile38, AsksNoOtherServer) {
  const Page page = run_collector(kTile38Collector, recorded("redis-7.0/standalone"));
  EXPECT_TRUE(outcome_of(page).success);
  EXPECT_EQ(page.count("redis_"), 0u);
}

TEST(Tile38, IsAskedNothingElse) {
  NodeFacts node;
  node.tile38 = true;
  node.version = 0x080000;  // even if it had all that Redis has
  node.valkey_version = 0x080100;
  node.cluster_enabled = true;
  CollectorOptions options;
  options.include_config_metrics = true;
  options.include_modules_metrics = true;
  for (const Collector* collector : all_collectors())
    for (const Command& command : collector->commands)
      EXPECT_EQ(is_asked(command, node, options), command.line == "SERVER EXT") << command.line;
}

TEST(Tile38, CostsNoOtherCollectorItsSuccess) {
  const Page page = run_collectors(all_collectors(), recorded("tile38/leader"));
  for (const auto& [name, outcome] : page.outcomes) {
    EXPECT_TRUE(outcome.success) << name << ": " << outcome.why;
    EXPECT_FALSE(outcome.truncated) << name;
  }
  EXPECT_EQ(page.value("redis_memory_used_bytes"), "8257536");
  EXPECT_EQ(page.count("redis_db_keys"), 0u) << "it has collections instead of databases";
}

TEST(Tile38, FailsWithTheServersWords) {
  Answers answers;
  answers.add_info_text(kInfo).add("SERVER EXT", "-ERR unknown command 'SERVER'\r\n");
  EXPECT_EQ(run_collector(kTile38Collector, answers).why("tile38"),
            "SERVER EXT: ERR unknown command 'SERVER'");
}

}  // namespace
}  // namespace fleet::test
