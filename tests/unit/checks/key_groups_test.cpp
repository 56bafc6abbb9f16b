// SPDX-License-Identifier: Apache-2.0
#include "checks/key_groups.h"

#include <algorithm>

#include "scripted_check.h"

namespace fleet::test {
namespace {

std::string scanned(std::string_view cursor, const std::vector<std::string>& keys) {
  std::vector<std::string> names;
  for (const std::string& key : keys) names.push_back(bulk(key));
  return array({bulk(cursor), array(names)});
}

TEST(LuaPatterns, CapturesAreTheName) {
  LuaPatterns patterns({"^(user):%d+:?(%a*)", "^x", "^(p)()$"});
  EXPECT_EQ(patterns.group_of("user:17:name"), "username");
  EXPECT_EQ(patterns.group_of("user:17"), "user");
  EXPECT_EQ(patterns.group_of("xyz"), "");
  EXPECT_EQ(patterns.group_of("p"), "p2");  // where the empty capture stands
  EXPECT_EQ(patterns.group_of("other"), LuaPatterns::kNoGroup);
  EXPECT_EQ(patterns.group_of(std::string("user:1\0:a", 9)), "user");
  EXPECT_EQ(patterns.problem(), "");
}

TEST(LuaPatterns, AWrongPatternIsToldOnceAndMatchesNothing) {
  LuaPatterns patterns({"[", "^(a)"});
  EXPECT_EQ(patterns.group_of("a"), "a");
  EXPECT_EQ(patterns.group_of("b"), LuaPatterns::kNoGroup);
  EXPECT_NE(patterns.problem().find("\"[\": malformed pattern"), std::string::npos)
      << patterns.problem();
}

TEST(KeyGroups, AllDatabasesAreWalked) {
  ScriptedServer server;
  server.answers("INFO keyspace", bulk("# Keyspace\r\ndb0:keys=3,expires=0\r\ndb7:keys=1\r\n"));
  server.answers("DBSIZE", integer(3)).answers("DBSIZE", integer(1), 7);
  server.answers("SCAN 0 MATCH * COUNT 100", scanned("2", {"a:1", "b:1"}));
  server.answers("SCAN 2 MATCH * COUNT 100", scanned("0", {"a:2", "gone"}));
  server.answers("SCAN 0 MATCH * COUNT 100", scanned("0", {"z"}), 7);
  server.answers("MEMORY USAGE a:1", integer(10)).answers("MEMORY USAGE a:2", integer(20));
  server.answers("MEMORY USAGE b:1", integer(5)).answers("MEMORY USAGE gone", "$-1\r\n");
  server.answers("MEMORY USAGE z", integer(7), 7);
  KeyGroups check({"^(.*):"}, 100);
  server.run(check);
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(check.progress(), 1);
  EXPECT_EQ(told(check),
            "redis_key_group_count{db=\"db0\",key_group=\"a\"} 2\n"
            "redis_key_group_count{db=\"db0\",key_group=\"b\"} 1\n"
            "redis_key_group_count{db=\"db7\",key_group=\"unclassified\"} 1\n"
            "redis_key_group_memory_usage_bytes{db=\"db0\",key_group=\"a\"} 30\n"
            "redis_key_group_memory_usage_bytes{db=\"db0\",key_group=\"b\"} 5\n"
            "redis_key_group_memory_usage_bytes{db=\"db7\",key_group=\"unclassified\"} 7\n"
            "redis_number_of_distinct_key_groups{db=\"db0\"} 2\n"
            "redis_number_of_distinct_key_groups{db=\"db7\"} 1\n");
}

TEST(KeyGroups, TheSmallestOverflow) {
  ScriptedServer server;
  server.answers("INFO keyspace", bulk("db0:keys=3\r\n")).answers("DBSIZE", integer(3));
  server.answers("SCAN 0 MATCH * COUNT 100", scanned("0", {"a", "b", "c", "\xff"}));
  server.answers("MEMORY USAGE a", integer(10)).answers("MEMORY USAGE b", integer(30));
  server.answers("MEMORY USAGE c", integer(20)).answers("MEMORY USAGE \xff", integer(1));
  KeyGroups check({"(.*)"}, 2);
  server.run(check);
  EXPECT_EQ(told(check),
            "redis_key_group_count{db=\"db0\",key_group=\"b\"} 1\n"
            "redis_key_group_count{db=\"db0\",key_group=\"c\"} 1\n"
            "redis_key_group_count{db=\"db0\",key_group=\"overflow\"} 2\n"
            "redis_key_group_memory_usage_bytes{db=\"db0\",key_group=\"b\"} 30\n"
            "redis_key_group_memory_usage_bytes{db=\"db0\",key_group=\"c\"} 20\n"
            "redis_key_group_memory_usage_bytes{db=\"db0\",key_group=\"overflow\"} 11\n"
            "redis_number_of_distinct_key_groups{db=\"db0\"} 3\n");
  EXPECT_TRUE(check.truncated());  // for the name that is no text
}

TEST(KeyGroups, WithoutMemoryKeysAreCounted) {
  ScriptedServer server;
  server.refuses("MEMORY USAGE", "NOPERM no");
  server.answers("INFO keyspace", bulk("db0:keys=1\r\n")).answers("DBSIZE", integer(1));
  server.answers("SCAN 0 MATCH * COUNT 100", scanned("0", {"a"}));
  KeyGroups check({"(.*)"}, 100);
  server.run(check);
  EXPECT_EQ(check.failure(), "MEMORY USAGE: NOPERM no");
  EXPECT_EQ(told(check),
            "redis_key_group_count{db=\"db0\",key_group=\"a\"} 1\n"
            "redis_number_of_distinct_key_groups{db=\"db0\"} 1\n");
}

TEST(KeyGroups, TheMemoryOfAGroupIsToldWhenThatOfAllItsKeysIsKnown) {
  ScriptedServer server;
  server.answers("INFO keyspace", bulk("db0:keys=4\r\n")).answers("DBSIZE", integer(4));
  server.answers("SCAN 0 MATCH * COUNT 100", scanned("0", {"a:1", "a:2", "b:1", "a:3"}));
  server.answers("MEMORY USAGE a:1", integer(10)).answers("MEMORY USAGE b:1", integer(7));
  server.answers("MEMORY USAGE a:2", "-NOPERM No permissions to access a key\r\n");
  server.answers("MEMORY USAGE a:3", "$-1\r\n");
  KeyGroups check({"(.):"}, 100);
  server.run(check);
  EXPECT_EQ(check.failure(), "MEMORY USAGE a:2: NOPERM No permissions to access a key");
  EXPECT_EQ(told(check),
            "redis_key_group_count{db=\"db0\",key_group=\"a\"} 2\n"
            "redis_key_group_count{db=\"db0\",key_group=\"b\"} 1\n"
            "redis_key_group_memory_usage_bytes{db=\"db0\",key_group=\"b\"} 7\n"
            "redis_number_of_distinct_key_groups{db=\"db0\"} 2\n");
}

TEST(KeyGroups, SlicesAreSmall) {
  ScriptedServer server;
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) {
    names.push_back("k" + std::to_string(i));
    server.answers("MEMORY USAGE " + names.back(), integer(1));
  }
  server.answers("INFO keyspace", bulk("db0:keys=100\r\n")).answers("DBSIZE", integer(100));
  server.answers("SCAN 0 MATCH * COUNT 20", scanned("0", names));
  KeyGroups check({}, 100);
  server.run(check, 20);
  EXPECT_EQ(*std::ranges::max_element(server.sizes), 10u);
  EXPECT_NE(told(check).find("key_group=\"unclassified\"} 100\n"), std::string::npos);
}

TEST(KeyGroups, InfoThatIsRefusedFails) {
  ScriptedServer server;
  server.answers("INFO keyspace", "-NOPERM no\r\n");
  KeyGroups check({"(.*)"}, 100);
  server.run(check);
  EXPECT_EQ(check.failure(), "INFO keyspace: NOPERM no");
  EXPECT_EQ(told(check), "");
}

}  // namespace
}  // namespace fleet::test
