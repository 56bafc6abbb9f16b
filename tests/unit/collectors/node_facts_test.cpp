// SPDX-License-Identifier: Apache-2.0
#include "collectors/node_facts.h"

#include <cmath>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

NodeFacts recorded_facts(std::string_view scenario) {
  const Answers answers = recorded(scenario);
  return facts_of(Info(answers.reply("INFO all").text()), kNow);
}

TEST(NodeFacts, TellsKindsOfNodesApart) {
  EXPECT_FALSE(NodeFacts().known);
  EXPECT_EQ(recorded_facts("redis-7.0/master").kind, kMaster);
  EXPECT_EQ(recorded_facts("redis-8.0/replica").kind, kReplica);
  EXPECT_EQ(recorded_facts("valkey-8.1/sentinel").kind, kSentinel);
  EXPECT_EQ(recorded_facts("redis-8.0/sentinel").kind, kSentinel);
  EXPECT_TRUE(recorded_facts("redis-8.0/cluster").cluster_enabled);
  EXPECT_FALSE(recorded_facts("redis-8.0/master").cluster_enabled);
}

TEST(NodeFacts, CountsTheConnectionsThatClientListWouldShow) {
  const auto clients = [](std::string_view text) { return facts_of(Info(text), 0).clients; };
  EXPECT_EQ(clients("connected_clients:7\r\n"), 7);
  EXPECT_EQ(clients("connected_clients:7\r\nconnected_slaves:2\r\n"), 9);
  EXPECT_TRUE(std::isinf(clients("connected_slaves:2\r\n")));
}

TEST(NodeFacts, KnowsATile38) {
  EXPECT_TRUE(facts_of(Info("tile38_version:1.33.0\r\nredis_version:1.33.0\r\n"), 0).tile38);
  EXPECT_FALSE(facts_of(Info("redis_version:7.0.15\r\n"), 0).tile38);
}

TEST(NodeFacts, KnowsWhetherThereIsAModuleForSearch) {
  const auto module = [](std::string_view text) { return facts_of(Info(text), 0).search_module; };
  EXPECT_EQ(recorded_facts("redis-7.0/standalone").search_module, false);
  EXPECT_EQ(recorded_facts("redis-8.0/standalone").search_module, false);  // it has vector sets
  EXPECT_EQ(module("redis_version:5.0.14\r\n"), std::nullopt);
  EXPECT_EQ(module("# Modules\r\nmodule:name=ReJSON,ver=1\r\nmodule:name=search,ver=20812\r\n"),
            true);
  EXPECT_EQ(module("# Modules\r\nmodule:name=ft,ver=10200,api=1\r\n"), true);
  EXPECT_EQ(module("# Modules\r\nmodule:name=research,ver=1\r\nother:name=search\r\n"), false);
}

// As https://github.com/dragonflydb/dragonfly/issues/2312 has its INFO.
TEST(NodeFacts, KnowsADragonflyAndItsWordForAReplica) {
  const NodeFacts dragonfly =
      facts_of(Info("redis_version:6.2.11\r\ndragonfly_version:df-v1.12.0\r\nrole:replica\r\n"), 0);
  EXPECT_TRUE(dragonfly.dragonfly);
  EXPECT_EQ(dragonfly.kind, kReplica);
  EXPECT_FALSE(recorded_facts("redis-8.0/replica").dragonfly);
}

TEST(NodeFacts, KnowsBothVersionsOfValkey) {
  const NodeFacts valkey = recorded_facts("valkey-8.1/standalone");
  EXPECT_EQ(valkey.version, 0x070204u);
  EXPECT_EQ(valkey.valkey_version >> 8, 0x0801u);
  EXPECT_EQ(recorded_facts("redis-8.0/standalone").valkey_version, 0u);
}

TEST(NodeFacts, NamesTheMastersOfASentinel) {
  EXPECT_EQ(recorded_facts("redis-7.0/sentinel").masters, std::vector<std::string>{"mymaster"});
  const auto masters = [](const std::string& rows) {
    return facts_of(Info("redis_mode:sentinel\r\n# Sentinel\r\n" + rows), kNow).masters;
  };
  const std::string rest = ",status=ok,address=h:1,slaves=1,sentinels=1\r\n";
  const std::string b = "master0:name=b" + rest, a = "master1:name=a 1,x=2" + rest;
  EXPECT_EQ(masters(b + a + b), (std::vector<std::string>{"a 1,x=2", "b"}));
  EXPECT_TRUE(masters("master0:name=" + rest + "master1:status=ok\r\nmasters:name=c" + rest +
                      "master2:name=" + std::string(513, 'n') + rest)
                  .empty());
  std::string many;
  for (int i = 0; i < 300; ++i)
    many += "master" + std::to_string(i) + ":name=" + std::to_string(1000 - i) + rest;
  EXPECT_EQ(masters(many).size(), NodeFacts::kMostMasters);
  EXPECT_EQ(masters(many).front(), "1000");
  EXPECT_TRUE(facts_of(Info("role:master\r\n# Sentinel\r\n" + b), kNow).masters.empty());
}

TEST(NodeFacts, KeepsTheStartTimeOfARun) {
  const auto facts = [](std::string_view info, double now, const NodeFacts& before) {
    return facts_of(Info(info), now, before);
  };
  const NodeFacts first = facts("run_id:a\r\nuptime_in_seconds:100\r\n", 1000.9, {});
  EXPECT_EQ(first.start_time, 900);
  const NodeFacts later = facts("run_id:a\r\nuptime_in_seconds:109\r\n", 1011.1, first);
  EXPECT_EQ(later.start_time, 900) << "rounding is no restart";
  const NodeFacts other = facts("run_id:b\r\nuptime_in_seconds:109\r\n", 1011.1, first);
  EXPECT_EQ(other.start_time, 902) << "another process";
  const NodeFacts stepped = facts("run_id:a\r\nuptime_in_seconds:109\r\n", 2011.1, first);
  EXPECT_EQ(stepped.start_time, 1902) << "a clock that was set";
}

TEST(NodeFacts, KnowsNothingFromNothing) {
  const NodeFacts facts = facts_of(Info(""), kNow);
  EXPECT_TRUE(facts.known);
  EXPECT_EQ(facts.kind, kMaster);
  EXPECT_EQ(facts.version, 0u);
  EXPECT_EQ(facts.start_time, 0);
}

}  // namespace
}  // namespace fleet::test
