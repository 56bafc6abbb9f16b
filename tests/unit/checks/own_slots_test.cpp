// SPDX-License-Identifier: Apache-2.0
#include "checks/own_slots.h"

#include "checks/keys_check.h"
#include "checks/streams_check.h"
#include "resp/key_slot.h"
#include "scripted_check.h"

namespace fleet::test {
namespace {

const KeysCheck::Limits kLimits{.keys = 100, .values = true};
constexpr std::string_view kMoved = "-MOVED 12182 127.0.0.1:7002\r\n";

// The slot of "foo" is 12182, that of "bar" 5061, as CLUSTER KEYSLOT says.
std::string nodes(std::string_view flags, std::string_view master, std::string_view own_slots) {
  return bulk("1111 10.0.0.1:7000@17000 " + std::string(flags) + " " + std::string(master) +
              " 0 0 1 connected " + std::string(own_slots) +
              "\n2222 10.0.0.2:7000@17000 master - 0 0 2 connected 0-5460 [93->-1111]\n");
}

TEST(KeySlot, IsAsRedisComputesIt) {
  EXPECT_EQ(key_slot("foo"), 12182);
  EXPECT_EQ(key_slot("bar"), 5061);
  EXPECT_EQ(key_slot(""), 0);
  EXPECT_EQ(key_slot("123456789"), 12739);
  EXPECT_EQ(key_slot("{foo}.x"), key_slot("foo"));
  EXPECT_EQ(key_slot("a{foo}{bar}"), key_slot("foo"));
  EXPECT_EQ(key_slot("foo{}{bar}"), 8363);
  EXPECT_EQ(key_slot("foo{{bar}}zap"), key_slot("{bar"));
}

// Reads foo and bar of a node that says so of itself, and has foo.
std::string read(const std::string& cluster_nodes, const std::shared_ptr<OwnSlots>& slots,
                 bool asked_for_bar = false) {
  ScriptedServer server;
  server.answers("CLUSTER NODES", cluster_nodes);
  server.answers("TYPE foo", "+list\r\n").answers("MEMORY USAGE foo", integer(9));
  server.answers("LLEN foo", integer(3));
  if (asked_for_bar)
    server.answers("TYPE bar", std::string(kMoved))
        .answers("MEMORY USAGE bar", std::string(kMoved));
  KeysCheck check({{0, "foo"}, {0, "bar"}}, slots, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "");
  return told(check);
}

const std::string kFoo =
    "redis_key_size{db=\"db0\",key=\"foo\"} 3\n"
    "redis_key_memory_usage_bytes{db=\"db0\",key=\"foo\"} 9\n";

TEST(OwnSlots, AMasterIsAskedForItsOwnKeysOnly) {
  EXPECT_EQ(read(nodes("myself,master", "-", "12000-12181 12182 [5061-<-2222]"),
                 std::make_shared<OwnSlots>()),
            kFoo);
}

TEST(OwnSlots, AReplicaIsAskedForThoseOfItsMaster) {
  const auto slots = std::make_shared<OwnSlots>();
  ScriptedServer server;
  server.answers("CLUSTER NODES", nodes("myself,slave", "2222", ""));
  server.answers("TYPE bar", "+none\r\n").answers("MEMORY USAGE bar", "$-1\r\n");
  KeysCheck check({{0, "foo"}, {0, "bar"}}, slots, kLimits);
  server.run(check);
  EXPECT_FALSE(slots->has("foo"));
  EXPECT_TRUE(slots->has("bar"));
}

TEST(OwnSlots, ManyRangesCostNoMoreThanTheirText) {
  std::string ranges;
  for (int i = 0; i < 50'000; ++i) ranges += "0-16383 ";
  EXPECT_EQ(read(nodes("myself,master", "-", ranges), std::make_shared<OwnSlots>(), true), kFoo);
}

TEST(OwnSlots, WhereTheDatabaseCannotBeSelectedTheCheckEnds) {
  for (const bool streams : {false, true}) {
    ScriptedServer server;
    server.has_no_database(0);
    const auto slots = std::make_shared<OwnSlots>();
    std::unique_ptr<Check> check;
    if (streams)
      check = std::make_unique<StreamsCheck>(std::vector<KeyPattern>{{0, "foo"}}, slots, 0x070000,
                                             StreamsCheck::Limits{});
    else
      check = std::make_unique<KeysCheck>(std::vector<KeyPattern>{{0, "foo"}}, slots, kLimits);
    server.run(*check);
    EXPECT_EQ(check->failure(), "SELECT 0: ERR out of range");
  }
}

TEST(OwnSlots, ANodeWithoutSlotsIsAskedForNothing) {
  EXPECT_EQ(read(nodes("myself,master", "-", ""), std::make_shared<OwnSlots>()), "");
}

TEST(OwnSlots, WhereTheAnswerSaysNothingEveryKeyIsAskedFor) {
  for (const std::string& answer :
       {std::string("-NOPERM no\r\n"), bulk(""), bulk("not a list"), std::string(":1\r\n")})
    EXPECT_EQ(read(answer, std::make_shared<OwnSlots>(), true), kFoo) << answer;
}

TEST(OwnSlots, AreKeptUntilAKeyIsElsewhere) {
  const auto slots = std::make_shared<OwnSlots>();
  const std::string all = nodes("myself,master", "-", "0-16383");
  EXPECT_EQ(read(all, slots, true), kFoo);
  EXPECT_TRUE(slots->has("bar"));
  // bar was elsewhere: this time the node is asked again, and bar is not.
  EXPECT_EQ(read(nodes("myself,master", "-", "12182"), slots), kFoo);
  ScriptedServer server;  // has no answer to CLUSTER NODES
  KeysCheck check({{0, "bar"}}, slots, kLimits);
  server.run(check);
  EXPECT_EQ(told(check), "");
}

TEST(OwnSlots, HoldForStreams) {
  const auto slots = std::make_shared<OwnSlots>();
  ScriptedServer server;
  server.answers("CLUSTER NODES", nodes("myself,master", "-", "5061"));
  server.answers("XINFO STREAM bar", array({bulk("length"), integer(4)}));
  server.answers("XINFO GROUPS bar", array({}));
  StreamsCheck check({{0, "foo"}, {0, "bar"}}, slots, 0x070000, {.rows = 10, .consumers = true});
  server.run(check);
  EXPECT_EQ(told(check), "redis_stream_length{db=\"db0\",stream=\"bar\"} 4\n");
}

}  // namespace
}  // namespace fleet::test
