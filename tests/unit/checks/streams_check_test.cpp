// SPDX-License-Identifier: Apache-2.0
#include "checks/streams_check.h"

#include "scripted_check.h"

namespace fleet::test {
namespace {

constexpr StreamsCheck::Limits kLimits{};
constexpr Version kRedis7 = 0x070000;

std::string entry(std::string_view id) { return array({bulk(id), array({bulk("f"), bulk("v")})}); }

std::string stream(long long length, const std::string& first, const std::string& last) {
  return array({bulk("length"),
                integer(length),
                bulk("radix-tree-keys"),
                integer(1),
                bulk("radix-tree-nodes"),
                integer(2),
                bulk("last-generated-id"),
                bulk("1700-3"),
                bulk("max-deleted-entry-id"),
                bulk("0-0"),
                bulk("entries-added"),
                integer(9),
                bulk("recorded-first-entry-id"),
                bulk("1600-0"),
                bulk("groups"),
                integer(1),
                bulk("first-entry"),
                first,
                bulk("last-entry"),
                last});
}

std::string group(std::string_view name, const std::string& lag) {
  return array({bulk("name"), bulk(name), bulk("consumers"), integer(1), bulk("pending"),
                integer(4), bulk("last-delivered-id"), bulk("1650-1"), bulk("entries-read"),
                integer(5), bulk("lag"), lag});
}

std::string consumer(std::string_view name) {
  return array({bulk("name"), bulk(name), bulk("pending"), integer(4), bulk("idle"), integer(2500),
                bulk("inactive"), integer(-1)});
}

TEST(StreamsCheck, StreamsHaveGroupsAndConsumers) {
  ScriptedServer server;
  server.answers("XINFO STREAM s", stream(3, entry("1600-0"), entry("1700-3")));
  server.answers("XINFO GROUPS s", array({group("g", integer(2)), group("unknown", "$-1\r\n")}));
  server.answers("XINFO CONSUMERS s g", array({consumer("c")}));
  server.answers("XINFO CONSUMERS s unknown", "*0\r\n");
  StreamsCheck check({{0, "s"}}, nullptr, kRedis7, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(check.progress(), 1);
  const std::string page = told(check);
  const std::string of_stream = "{db=\"db0\",stream=\"s\"} ";
  const std::string of_group = "{db=\"db0\",stream=\"s\",group=\"g\"} ";
  const std::string of_consumer = "{db=\"db0\",stream=\"s\",group=\"g\",consumer=\"c\"} ";
  for (const std::string& line :
       {"redis_stream_length" + of_stream + "3", "redis_stream_radix_tree_keys" + of_stream + "1",
        "redis_stream_radix_tree_nodes" + of_stream + "2",
        "redis_stream_last_generated_id" + of_stream + "1700",
        "redis_stream_max_deleted_entry_id" + of_stream + "0",
        "redis_stream_entries_added_total" + of_stream + "9",
        "redis_stream_groups" + of_stream + "1", "redis_stream_first_entry_id" + of_stream + "1600",
        "redis_stream_last_entry_id" + of_stream + "1700",
        "redis_stream_group_consumers" + of_group + "1",
        "redis_stream_group_messages_pending" + of_group + "4",
        "redis_stream_group_last_delivered_id" + of_group + "1650",
        "redis_stream_group_entries_read" + of_group + "5",
        "redis_stream_group_lag" + of_group + "2",
        "redis_stream_group_consumer_messages_pending" + of_consumer + "4",
        "redis_stream_group_consumer_idle_seconds" + of_consumer + "2.5"})
    EXPECT_NE(page.find(line + "\n"), std::string::npos) << line << "\n" << page;
  // What the server cannot tell is not 0.
  EXPECT_EQ(page.find("redis_stream_group_lag{db=\"db0\",stream=\"s\",group=\"unknown\"}"),
            std::string::npos);
}

TEST(StreamsCheck, AnEmptyStreamHasNoEntries) {
  ScriptedServer server;
  server.answers("XINFO STREAM s", stream(0, "$-1\r\n", "$-1\r\n"));
  server.answers("XINFO GROUPS s", "*0\r\n");
  StreamsCheck check({{0, "s"}}, nullptr, kRedis7, kLimits);
  server.run(check);
  EXPECT_EQ(told(check).find("entry_id{db=\"db0\",stream=\"s\"} 1"), std::string::npos);
  EXPECT_NE(told(check).find("redis_stream_length{db=\"db0\",stream=\"s\"} 0\n"),
            std::string::npos);
}

TEST(StreamsCheck, PatternsFindStreamsOfEveryServer) {
  for (const bool old : {false, true}) {
    ScriptedServer server;
    server.answers("DBSIZE", integer(9));
    server.answers(old ? "SCAN 0 MATCH s* COUNT 100" : "SCAN 0 MATCH s* COUNT 100 TYPE stream",
                   array({bulk("0"), array({bulk("s1"), bulk("s2"), bulk("s3"), bulk("s1")})}));
    server.answers("XINFO STREAM s1", stream(1, entry("1-0"), entry("1-0")));
    server.answers("XINFO GROUPS s1", "*0\r\n");
    server.answers("XINFO STREAM s2", "-ERR no such key\r\n");
    server.answers("XINFO GROUPS s2", "-ERR no such key\r\n");
    StreamsCheck check({{0, "s*"}}, {{0, "s3"}}, old ? 0x050000 : kRedis7, kLimits);
    server.run(check);
    EXPECT_EQ(check.failure(), "");
    const std::string page = told(check);
    EXPECT_NE(page.find("redis_stream_length{db=\"db0\",stream=\"s1\"} 1\n"), std::string::npos);
    EXPECT_EQ(page.find("redis_stream_length", page.find("redis_stream_length") + 1),
              std::string::npos);
  }
}

TEST(StreamsCheck, ConsumersMayBeLeftOutAndAreLimited) {
  ScriptedServer server;
  server.answers("XINFO STREAM s", stream(1, entry("1-0"), entry("1-0")));
  server.answers("XINFO GROUPS s", array({group("g", integer(0))}));
  StreamsCheck without({{0, "s"}}, nullptr, kRedis7, {.rows = 10, .consumers = false});
  server.run(without);
  EXPECT_FALSE(without.truncated());
  server.answers("XINFO CONSUMERS s g", array({consumer("a"), consumer("b")}));
  StreamsCheck limited({{0, "s"}}, nullptr, kRedis7, {.rows = 3, .consumers = true});
  server.run(limited);
  EXPECT_TRUE(limited.truncated());
  EXPECT_NE(told(limited).find("consumer=\"a\""), std::string::npos);
  EXPECT_EQ(told(limited).find("consumer=\"b\""), std::string::npos);
}

TEST(StreamsCheck, OneThatIsNoneLosesNoOther) {
  ScriptedServer server;
  server.has_no_database(9);
  const std::string wrong = "-WRONGTYPE Operation against a key\r\n";
  server.answers("XINFO STREAM l", wrong).answers("XINFO GROUPS l", wrong);
  server.answers("XINFO STREAM s", stream(1, entry("1-0"), entry("1-0")));
  server.answers("XINFO GROUPS s", "-NOPERM no\r\n");
  StreamsCheck check({{9, "x"}, {0, "l"}, {0, "s"}}, nullptr, kRedis7, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "SELECT 9: ERR out of range");
  EXPECT_NE(told(check).find("redis_stream_length{db=\"db0\",stream=\"s\"} 1\n"),
            std::string::npos);
}

TEST(StreamsCheck, NewerServersTellWhatWasGivenBack) {
  ScriptedServer server;
  server.answers("XINFO STREAM s", array({bulk("length"), integer(1), bulk("idmp-duration"),
                                          integer(100), bulk("iids-added"), integer(7)}));
  server.answers("XINFO GROUPS s", array({group("g", integer(0))}));
  server.answers(
      "XINFO STREAM s FULL COUNT 1",
      array({bulk("groups"),
             array({array({bulk("name"), bulk("g"), bulk("nacked-count"), integer(6)})})}));
  server.answers("XINFO CONSUMERS s g", "*0\r\n");
  StreamsCheck check({{0, "s"}}, nullptr, 0x080800, kLimits);
  server.run(check);
  const std::string page = told(check);
  EXPECT_NE(
      page.find("redis_stream_group_messages_nacked{db=\"db0\",stream=\"s\",group=\"g\"} 6\n"),
      std::string::npos);
  EXPECT_NE(page.find("redis_stream_idmp_duration_seconds{db=\"db0\",stream=\"s\"} 100\n"),
            std::string::npos);
  EXPECT_NE(page.find("redis_stream_idmp_entries_added_total{db=\"db0\",stream=\"s\"} 7\n"),
            std::string::npos);
}

TEST(StreamsCheck, WhatIsRefusedIsNotSent) {
  ScriptedServer server;
  server.refuses("XINFO STREAM", "NOPERM no").refuses("XINFO GROUPS", "NOPERM no");
  StreamsCheck check({{0, "s"}}, nullptr, kRedis7, kLimits);
  server.run(check);
  EXPECT_EQ(check.failure(), "XINFO STREAM: NOPERM no");
  EXPECT_TRUE(server.asked.empty());
}

}  // namespace
}  // namespace fleet::test
