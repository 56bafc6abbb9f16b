// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr std::string_view kModules =
    "# Modules\r\n"
    "module:name=search,ver=80001,api=1,filters=0,usedby=[],using=[ReJSON],options=[handle-io]\r\n"
    "module:name=ReJSON,ver=80001,api=1,filters=0,usedby=[search|timeseries],using=[]\r\n"
    "module:ver=1\r\n"
    "# search_indexes\r\nsearch_number_of_indexes:3\r\nsearch_used_memory_indexes:1048576\r\n"
    "# search_queries\r\nsearch_total_queries_processed:42\r\nsearch_total_active_queries:2\r\n"
    "# bf_bloom_core_metrics\r\nbf_bloom_num_objects:7\r\n"
    "# json_core_metrics\r\njson_num_documents:5\r\n";

Page run_modules(const Answers& answers) {
  CollectorOptions options;
  options.include_modules_metrics = true;
  return run_collector(kModulesCollector, answers, options);
}

// A server that answers INFO modules with these bytes.
Page answered(std::string_view reply) {
  Answers answers;
  answers.add_info({"redis_version:8.0.2"}).add("INFO modules", reply);
  return run_modules(answers);
}

std::string bulk(std::string_view text) {
  return '$' + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

TEST(Modules, TellsWhichAreLoadedAndTheirFigures) {
  const Page page = answered(bulk(kModules));
  EXPECT_TRUE(page.outcomes.at("modules").success);
  EXPECT_EQ(page.value("redis_module_info{name=\"search\",ver=\"80001\",api=\"1\",filters=\"0\","
                       "usedby=\"[]\",using=\"[ReJSON]\"}"),
            "1");
  EXPECT_EQ(page.value("redis_module_info{name=\"ReJSON\",ver=\"80001\",api=\"1\",filters=\"0\","
                       "usedby=\"[search|timeseries]\",using=\"[]\"}"),
            "1");
  EXPECT_EQ(page.count("redis_module_info{"), 2u);
  EXPECT_EQ(page.value("redis_search_number_of_indexes"), "3");
  EXPECT_EQ(page.value("redis_search_used_memory_indexes_bytes"), "1048576");
  EXPECT_EQ(page.value("redis_search_queries_processed_total"), "42");
  EXPECT_EQ(page.value("redis_search_active_queries_total"), "2");
  EXPECT_EQ(page.value("redis_bf_bloom_num_objects"), "7");
  EXPECT_EQ(page.value("redis_json_num_documents"), "5");
}

TEST(Modules, ReadsARealServer) {
  const Page page = run_modules(recorded("redis-8.0/standalone"));
  EXPECT_EQ(page.value("redis_module_info{name=\"vectorset\",ver=\"1\",api=\"1\",filters=\"0\","
                       "usedby=\"[]\",using=\"[]\"}"),
            "1");
}

TEST(Modules, MakesNothingUpWithoutModules) {
  const Page page = answered("$0\r\n\r\n");
  EXPECT_TRUE(page.outcomes.at("modules").success);
  EXPECT_EQ(page.count("redis_"), 0u);
}

TEST(Modules, AreAskedForOnlyWhenWantedAndKnown) {
  const Command& command = kModulesCollector.commands[0];
  NodeFacts node;
  node.version = 0x070000;
  CollectorOptions options;
  EXPECT_FALSE(is_asked(command, node, options));
  options.include_modules_metrics = true;
  EXPECT_TRUE(is_asked(command, node, options));
  node.version = 0x050000;
  EXPECT_FALSE(is_asked(command, node, options));
  Answers old;
  old.add_info({"redis_version:5.0.14"}).add("INFO modules", bulk(kModules));
  const Page page = run_modules(old);
  EXPECT_TRUE(page.outcomes.at("modules").success);
  EXPECT_EQ(page.count("redis_"), 0u);
}

TEST(Modules, FailsWithoutAReply) {
  const Page refused = answered("-NOPERM search_number_of_indexes:3\r\n");
  EXPECT_FALSE(refused.outcomes.at("modules").success);
  EXPECT_EQ(refused.why("modules"), "INFO modules: NOPERM search_number_of_indexes:3");
  EXPECT_EQ(refused.count("redis_"), 0u);
  Answers silent;
  silent.add_info({"redis_version:8.0.2"});
  EXPECT_EQ(run_modules(silent).why("modules"), "INFO modules: no reply");
}

}  // namespace
}  // namespace fleet::test
