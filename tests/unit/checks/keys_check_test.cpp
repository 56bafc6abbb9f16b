// SPDX-License-Identifier: Apache-2.0
#include "checks/keys_check.h"

#include "scripted_check.h"

namespace fleet::test {
namespace {

const KeysCheck::Limits kLimits{.keys = 100, .values = true};
const std::vector<KeyPattern> kNone;
const std::string kMoved = "-MOVED 866 127.0.0.1:7002\r\n";

std::string scanned(std::string_view cursor, const std::vector<std::string>& keys) {
  std::vector<std::string> names;
  for (const std::string& key : keys) names.push_back(bulk(key));
  return array({bulk(cursor), array(names)});
}

TEST(KeysCheck, EachTypeHasItsSize) {
  ScriptedServer server;
  std::vector<KeyPattern> names;
  const auto key = [&](const std::string& name, const std::string& type) {
    names.push_back({0, name});
    server.answers("TYPE " + name, "+" + type + "\r\n");
    server.answers("MEMORY USAGE " + name, integer(100));
  };
  key("l", "list");
  key("s", "set");
  key("z", "zset");
  key("h", "hash");
  key("x", "stream");
  key("a", "array");
  key("j", "ReJSON-RL");
  key("t", "string");
  server.answers("LLEN l", integer(1))
      .answers("SCARD s", integer(2))
      .answers("ZCARD z", integer(3));
  server.answers("HLEN h", integer(4))
      .answers("XLEN x", integer(5))
      .answers("ARCOUNT a", integer(6));
  server.answers("STRLEN t", integer(7)).answers("GETRANGE t 0 511", bulk("3.5"));
  KeysCheck check(names, nullptr, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "");
  EXPECT_FALSE(check.truncated());
  EXPECT_EQ(check.progress(), 1);
  const std::string page = told(check);
  for (const auto& [name, size] :
       {std::pair("l", 1), {"s", 2}, {"z", 3}, {"h", 4}, {"x", 5}, {"a", 6}, {"t", 7}})
    EXPECT_NE(page.find("redis_key_size{db=\"db0\",key=\"" + std::string(name) + "\"} " +
                        std::to_string(size) + "\n"),
              std::string::npos)
        << page;
  EXPECT_EQ(page.find("redis_key_size{db=\"db0\",key=\"j\""), std::string::npos);
  EXPECT_NE(page.find("redis_key_memory_usage_bytes{db=\"db0\",key=\"j\"} 100\n"),
            std::string::npos);
  EXPECT_NE(page.find("redis_key_value{db=\"db0\",key=\"t\"} 3.5\n"), std::string::npos);
}

TEST(KeysCheck, ValuesAreTextOrNumbersAndNothingElse) {
  ScriptedServer server;
  std::vector<KeyPattern> names;
  const auto text = [&](const std::string& name, const std::string& value) {
    names.push_back({0, name});
    server.answers("TYPE " + name, "+string\r\n").answers("MEMORY USAGE " + name, integer(1));
    server.answers("STRLEN " + name, integer(static_cast<long long>(value.size())));
    server.answers("GETRANGE " + name + " 0 511", bulk(value.substr(0, 512)));
  };
  text("empty", "");
  text("text", "he\"llo");
  text("binary", "\xff\xfe");
  text("long", std::string(511, 'x') + "\xc3\xa4");
  text("digits", std::string(600, '1'));
  text("hll", std::string("HYLL\0\0", 6));
  server.answers("PFCOUNT hll", integer(42));
  KeysCheck check(names, nullptr, kLimits);
  server.run(check);
  std::string page = told(check);
  page.erase(0, page.find("redis_key_value"));
  EXPECT_EQ(page, "redis_key_value_as_string{db=\"db0\",key=\"digits\",val=\"" +
                      std::string(512, '1') +
                      "\"} 1\n"
                      "redis_key_value_as_string{db=\"db0\",key=\"empty\",val=\"\"} 1\n"
                      "redis_key_value_as_string{db=\"db0\",key=\"long\",val=\"" +
                      std::string(511, 'x') +
                      "\"} 1\n"
                      "redis_key_value_as_string{db=\"db0\",key=\"text\",val=\"he\\\"llo\"} 1\n");
  EXPECT_NE(told(check).find("redis_key_size{db=\"db0\",key=\"hll\"} 42\n"), std::string::npos);
}

TEST(KeysCheck, WithoutValuesOnlyTheirBeginningIsRead) {
  ScriptedServer server;
  server.answers("TYPE t", "+string\r\n").answers("MEMORY USAGE t", integer(1));
  server.answers("STRLEN t", integer(9)).answers("GETRANGE t 0 3", bulk("secr"));
  KeysCheck check({{0, "t"}}, nullptr, {.keys = 10, .values = false});
  server.run(check);
  EXPECT_EQ(told(check),
            "redis_key_size{db=\"db0\",key=\"t\"} 9\n"
            "redis_key_memory_usage_bytes{db=\"db0\",key=\"t\"} 1\n");
}

TEST(KeysCheck, AMissingKeyHasNoElements) {
  ScriptedServer server;
  server.answers("TYPE gone", "+none\r\n").answers("MEMORY USAGE gone", "$-1\r\n");
  KeysCheck alone({{0, "gone"}}, nullptr, kLimits);
  server.run(alone);
  EXPECT_EQ(told(alone), "redis_key_size{db=\"db0\",key=\"gone\"} 0\n");
  // A node of a Cluster says so of its own slots alone: see below for those of others.
  server.answers("CLUSTER NODES", "-ERR no\r\n");
  KeysCheck of_cluster({{0, "gone"}}, std::make_shared<OwnSlots>(), kLimits);
  server.run(of_cluster);
  EXPECT_EQ(told(of_cluster), told(alone));
}

TEST(KeysCheck, AKeyOfAnotherNodeIsNoFailure) {
  ScriptedServer server;
  server.answers("CLUSTER NODES", "-ERR no\r\n");
  server.answers("TYPE far", kMoved).answers("MEMORY USAGE far", kMoved);
  KeysCheck check({{0, "far"}}, std::make_shared<OwnSlots>(), kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(told(check), "");
}

TEST(KeysCheck, OneErrorLosesNothingElse) {
  ScriptedServer server;
  server.answers("TYPE a", "+list\r\n").answers("MEMORY USAGE a", "-ERR out of luck\r\n");
  server.answers("TYPE b", "-LOADING Redis is loading\r\n").answers("MEMORY USAGE b", "$-1\r\n");
  server.answers("TYPE c", "+hash\r\n").answers("MEMORY USAGE c", integer(3));
  // Deleted and made anew meanwhile.
  server.answers("LLEN a", "-WRONGTYPE Operation against a key\r\n").answers("HLEN c", integer(4));
  KeysCheck check({{0, "a"}, {0, "b"}, {0, "c"}}, nullptr, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "MEMORY USAGE: ERR out of luck");
  EXPECT_EQ(told(check),
            "redis_key_size{db=\"db0\",key=\"c\"} 4\n"
            "redis_key_memory_usage_bytes{db=\"db0\",key=\"c\"} 3\n");
}

TEST(KeysCheck, WhatIsRefusedIsNotSent) {
  ScriptedServer server;
  server.refuses("MEMORY USAGE", "NOPERM no");
  server.answers("TYPE l", "+list\r\n").answers("LLEN l", integer(2));
  KeysCheck check({{0, "l"}}, nullptr, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "MEMORY USAGE: NOPERM no");
  EXPECT_EQ(told(check), "redis_key_size{db=\"db0\",key=\"l\"} 2\n");
}

TEST(KeysCheck, PatternsFindKeysOnce) {
  ScriptedServer server;
  server.answers("DBSIZE", integer(400));
  server.answers("SCAN 0 MATCH k* COUNT 100", scanned("17", {"k1", "k2"}));
  server.answers("SCAN 17 MATCH k* COUNT 100", scanned("0", {"k2", "k3"}));
  server.answers("DBSIZE", integer(1), 3);
  server.answers("SCAN 0 MATCH k1 COUNT 100", scanned("0", {"k1"}), 3);
  for (const char* name : {"k1", "k2"}) {
    server.answers("TYPE " + std::string(name), "+list\r\n");
    server.answers("MEMORY USAGE " + std::string(name), integer(9));
    server.answers("LLEN " + std::string(name), integer(1));
  }
  server.answers("TYPE k3", "+none\r\n").answers("MEMORY USAGE k3", "$-1\r\n");
  server.answers("TYPE k1", "+set\r\n", 3).answers("MEMORY USAGE k1", integer(8), 3);
  server.answers("SCARD k1", integer(5), 3);
  KeysCheck check({{0, "k*"}, {3, "k1"}}, kNone, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(told(check),
            "redis_key_size{db=\"db0\",key=\"k1\"} 1\n"
            "redis_key_size{db=\"db0\",key=\"k2\"} 1\n"
            "redis_key_size{db=\"db3\",key=\"k1\"} 5\n"
            "redis_key_memory_usage_bytes{db=\"db0\",key=\"k1\"} 9\n"
            "redis_key_memory_usage_bytes{db=\"db0\",key=\"k2\"} 9\n"
            "redis_key_memory_usage_bytes{db=\"db3\",key=\"k1\"} 8\n");
}

TEST(KeysCheck, MoreKeysThanTheLimitAreLeftOut) {
  ScriptedServer server;
  server.answers("DBSIZE", integer(3));
  server.answers("SCAN 0 MATCH * COUNT 100", scanned("0", {"a", "b", "\xff", "c"}));
  for (const char* name : {"a", "b"}) {
    server.answers("TYPE " + std::string(name), "+list\r\n");
    server.answers("MEMORY USAGE " + std::string(name), integer(9));
    server.answers("LLEN " + std::string(name), integer(1));
  }
  KeysCheck check({{0, "*"}}, kNone, {.keys = 2, .values = false});
  server.run(check);
  EXPECT_TRUE(check.truncated());
}

TEST(KeysCheck, ADatabaseThatIsMissingLosesNoOther) {
  ScriptedServer server;
  server.has_no_database(99);
  server.answers("TYPE a", "+list\r\n").answers("MEMORY USAGE a", integer(2));
  server.answers("LLEN a", integer(1));
  KeysCheck check({{99, "x"}, {0, "a"}}, nullptr, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "SELECT 99: ERR out of range");
  EXPECT_EQ(told(check),
            "redis_key_size{db=\"db0\",key=\"a\"} 1\n"
            "redis_key_memory_usage_bytes{db=\"db0\",key=\"a\"} 2\n");
}

TEST(KeysCheck, WhatIsReadByNameIsLeftOut) {
  ScriptedServer server;
  server.has_no_database(99);
  server.answers("DBSIZE", integer(3));
  server.answers("SCAN 0 MATCH * COUNT 100", scanned("0", {"named"}));
  KeysCheck check({{99, "*"}, {0, "*"}}, {{0, "named"}}, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "SELECT 99: ERR out of range");
  EXPECT_EQ(told(check), "");
}

TEST(KeysCheck, SlicesAreSmall) {
  ScriptedServer server;
  std::vector<KeyPattern> names;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "k" + std::to_string(i);
    names.push_back({0, name});
    server.answers("TYPE " + name, "+none\r\n").answers("MEMORY USAGE " + name, "$-1\r\n");
  }
  KeysCheck check(names, nullptr, kLimits);
  server.run(check, 20);
  EXPECT_EQ(server.sizes, (std::vector<std::size_t>{10, 10, 10, 10}));
}

TEST(KeysCheck, AnAnswerThatIsNoneEndsTheWalk) {
  for (const std::string& answer :
       {std::string("*0\r\n"), integer(1), std::string("-LOADING\r\n"), array({bulk("0")}),
        array({bulk(std::string(1000, '1')), "*0\r\n"})}) {
    ScriptedServer server;
    server.answers("DBSIZE", "-ERR\r\n").answers("SCAN 0 MATCH * COUNT 100", answer);
    KeysCheck check({{0, "*"}}, kNone, kLimits);
    server.run(check);
    EXPECT_NE(check.failure(), "");
  }
}

}  // namespace
}  // namespace fleet::test
