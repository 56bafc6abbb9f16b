// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr std::string_view kName = "client_list";
constexpr std::string_view kInfo =
    "redis_version:7.0.15\r\nserver_time_usec:1795179100250000\r\n"
    "connected_clients:2\r\nconnected_slaves:1\r\n";

std::string bulk(std::string_view text) {
  return '$' + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

Page listed(std::string_view lines, const CollectorOptions& options = {},
            std::string_view info = kInfo) {
  Answers answers;
  answers.add_info_text(info).add("CLIENT LIST", bulk(lines));
  return run_collector(kClientListCollector, answers, options);
}

Outcome outcome_of(const Page& page) { return page.outcomes.at(std::string(kName)); }

std::string series(std::string_view family, std::string_view labels) {
  return "redis_connected_client_" + std::string(family) + '{' + std::string(labels) + '}';
}

TEST(ClientList, TellsAllThatALineHas) {
  const Page page = listed(
      "id=7 addr=10.0.0.9:51312 laddr=10.0.0.1:6379 fd=9 name=worker age=61 idle=3 flags=N db=2 "
      "sub=1 psub=2 ssub=4 multi=-1 watch=5 qbuf=26 qbuf-free=20448 argv-mem=10 obl=6 oll=8 "
      "omem=512 tot-mem=22298 events=r cmd=get user=app redir=-1 resp=3 lib-name=jedis "
      "read-events=11 avg-pipeline-len-sum=12 avg-pipeline-len-cnt=13\n");
  EXPECT_TRUE(outcome_of(page).success);
  EXPECT_FALSE(outcome_of(page).truncated);
  const std::string id = "id=\"7\",name=\"worker\"";
  const std::pair<const char*, const char*> want[] = {
      {"created_at_timestamp", "1795179039"},
      {"idle_since_timestamp", "1795179097"},
      {"output_buffer_memory_usage_bytes", "512"},
      {"total_memory_consumed_bytes", "22298"},
      {"channel_subscriptions_count", "1"},
      {"pattern_matching_subscriptions_count", "2"},
      {"shard_channel_subscriptions_count", "4"},
      {"shard_channel_watched_keys", "5"},
      {"query_buffer_length_bytes", "26"},
      {"query_buffer_free_space_bytes", "20448"},
      {"output_buffer_length_bytes", "6"},
      {"output_list_length", "8"},
      {"read_events_total", "11"},
      {"pipeline_commands_total", "12"},
      {"pipeline_batches_total", "13"},
  };
  for (const auto& [family, value] : want) EXPECT_EQ(page.value(series(family, id)), value);
  EXPECT_EQ(page.value(series("info", id + ",flags=\"N\",db=\"2\",host=\"10.0.0.9\",user=\"app\","
                                           "resp=\"3\"")),
            "1");
  EXPECT_EQ(page.count("redis_connected_client_"), 16u);
}

TEST(ClientList, HasThePortWhenToldTo) {
  CollectorOptions options;
  options.client_port = true;
  const auto info = [&](std::string_view address) {
    return listed("id=1 addr=" + std::string(address) + " name= flags=N db=0\n", options);
  };
  const std::string before = "id=\"1\",name=\"\",flags=\"N\",db=\"0\",";
  const std::string after = ",user=\"\",resp=\"\"";
  EXPECT_EQ(info("10.0.0.9:51312")
                .value(series("info", before + "host=\"10.0.0.9\",port=\"51312\"" + after)),
            "1");
  EXPECT_EQ(
      info("[::1]:51312").value(series("info", before + "host=\"[::1]\",port=\"51312\"" + after)),
      "1");
  EXPECT_EQ(info("/run/r.sock:0")
                .value(series("info", before + "host=\"/run/r.sock\",port=\"0\"" + after)),
            "1");
  EXPECT_EQ(info("?").value(series("info", before + "host=\"?\",port=\"\"" + after)), "1");
}

TEST(ClientList, ReadsRealOnes) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    for (const std::string scenario : {"idle", "standalone", "master", "cluster", "sentinel"}) {
      SCOPED_TRACE(server + '/' + scenario);
      const Page page = run_collector(kClientListCollector, recorded(server + '/' + scenario));
      EXPECT_TRUE(outcome_of(page).success);
      EXPECT_GE(page.count("redis_connected_client_info{"), 1u);
      EXPECT_EQ(page.count("redis_connected_client_total_memory_consumed_bytes{"),
                page.count("redis_connected_client_info{"));
      EXPECT_EQ(page.count("redis_clients_by_user{user=\"default\"}"), 1u);
      EXPECT_EQ(page.count("redis_clients_by_library"), server == "redis-7.0" ? 0u : 1u);
    }
  }
}

TEST(ClientList, LosesNothingToABadLine) {
  const Page page = listed(
      "id=1 addr=a:1 name=first age=1 sub=0\n"
      "\n"
      "= == nonsense id\n"
      "id= addr=a:1 name=no-id sub=0\n"
      "id=12x addr=a:1 name=no-number sub=0\n"
      "id=123456789012345678901 name=too-long\n"
      "id=2\n"
      "id=3 addr=a:1 name=odd age=x idle=-y sub=many psub=1\r\n"
      "id=3 addr=a:1 name=twice sub=0\n"
      "id=4 addr=/a b name=last age=1 sub=0");
  EXPECT_TRUE(outcome_of(page).success);
  EXPECT_EQ(page.count("redis_connected_client_info{"), 4u);
  EXPECT_EQ(page.value(series("channel_subscriptions_count", "id=\"1\",name=\"first\"")), "0");
  EXPECT_EQ(page.value(series("channel_subscriptions_count", "id=\"3\",name=\"odd\"")), "absent");
  EXPECT_EQ(page.value(series("created_at_timestamp", "id=\"3\",name=\"odd\"")), "absent");
  EXPECT_EQ(page.value(series("pattern_matching_subscriptions_count", "id=\"3\",name=\"odd\"")),
            "absent")
      << "the line's end is no number";
  EXPECT_EQ(page.value(series("channel_subscriptions_count", "id=\"4\",name=\"last\"")), "0");
  EXPECT_EQ(page.value(series("info",
                              "id=\"2\",name=\"\",flags=\"\",db=\"\",host=\"\",user=\"\","
                              "resp=\"\"")),
            "1");
}

TEST(ClientList, CutsAndEscapesNames) {
  const Page page = listed("id=1 addr=a:1 name=" + std::string(100000, 'x') +
                           " sub=0\nid=2 addr=a:1 name=\"\\\xff sub=0\n");
  EXPECT_LT(page.text.size(), 10000u);
  EXPECT_EQ(page.value(series("channel_subscriptions_count",
                              "id=\"1\",name=\"" + std::string(512, 'x') + '"')),
            "0");
  EXPECT_EQ(
      page.value(series("channel_subscriptions_count", "id=\"2\",name=\"\\\"\\\\\xEF\xBF\xBD\"")),
      "0");
}

TEST(ClientList, TellsTimesByTheExportersClockBefore70) {
  const Page page = listed("id=1 addr=a:1 name=n age=100 idle=0\n", {},
                           "redis_version:6.2.14\r\nconnected_clients:1\r\n");
  EXPECT_EQ(page.value(series("created_at_timestamp", "id=\"1\",name=\"n\"")), "1795179000");
}

TEST(ClientList, IsSentToServersOfFewConnections) {
  const auto is_sent = [](double clients, std::size_t limit) {
    NodeFacts node;
    node.version = 0x070000;
    node.clients = clients;
    CollectorOptions options;
    options.client_list_limit = limit;
    return is_asked(kClientListCollector.commands[0], node, options);
  };
  EXPECT_TRUE(is_sent(1000, CollectorOptions().client_list_limit));
  EXPECT_FALSE(is_sent(1001, CollectorOptions().client_list_limit));
  EXPECT_TRUE(is_sent(1001, 1001));
  EXPECT_FALSE(is_sent(std::numeric_limits<double>::infinity(), 10000));
  EXPECT_FALSE(is_sent(std::numeric_limits<double>::quiet_NaN(), 10000));
}

TEST(ClientList, SaysThatTheLimitLeavesItOut) {
  CollectorOptions options;
  options.client_list_limit = 2;  // INFO tells of two, and a replica
  const Page page = listed("id=1 name=a\n", options);
  EXPECT_TRUE(outcome_of(page).success);
  EXPECT_TRUE(outcome_of(page).truncated);
  EXPECT_EQ(page.count("redis_"), 0u);
  EXPECT_TRUE(outcome_of(listed("id=1 name=a\n", {}, "redis_version:7.0.15\r\n")).truncated)
      << "INFO does not tell how many there are";
}

TEST(ClientList, KeepsTheLimitWhenMoreAreThereThanInfoTold) {
  CollectorOptions options;
  options.client_list_limit = 3;
  const Page page = listed(
      "id=1 addr=a:1 name=n\nid=2 addr=a:2 name=n\nid=3 addr=a:3 name=n\nid=4 addr=a:4 name=n\n",
      options);
  EXPECT_TRUE(outcome_of(page).truncated);
  EXPECT_EQ(page.count("redis_connected_client_info{"), 3u);
  EXPECT_EQ(page.value("redis_clients_by_host{host=\"a\"}"), "4");
}

TEST(ClientList, CountsByUserNameHostAndLibrary) {
  const Page page = listed(
      "id=1 addr=10.0.0.9:1 name=worker user=app lib-name=jedis\n"
      "id=2 addr=10.0.0.9:2 name=worker user=default lib-name=\n"
      "id=3 addr=10.0.0.8:2 name= user=app lib-name=jedis\n");
  EXPECT_EQ(page.value("redis_clients_by_user{user=\"app\"}"), "2");
  EXPECT_EQ(page.value("redis_clients_by_user{user=\"default\"}"), "1");
  EXPECT_EQ(page.value("redis_clients_by_name{name=\"worker\"}"), "2");
  EXPECT_EQ(page.value("redis_clients_by_name{name=\"\"}"), "1");
  EXPECT_EQ(page.value("redis_clients_by_host{host=\"10.0.0.9\"}"), "2");
  EXPECT_EQ(page.value("redis_clients_by_library{library=\"jedis\"}"), "2");
  EXPECT_EQ(page.value("redis_clients_by_library{library=\"\"}"), "1");
  EXPECT_EQ(page.count("redis_clients_by_"), 8u);
}

TEST(ClientList, CountsWhatIsNotAmongTheFirstAsOther) {
  std::string lines = "id=1 name=other\nid=2 name=" + std::string(257, 'x') + "\nid=3 name=\xff\n";
  for (int i = 0; i < 100; ++i)
    for (int twice = 0; twice < (i < 10 ? 2 : 1); ++twice)
      lines +=
          "id=" + std::to_string(10 + 2 * i + twice) + " name=n" + std::to_string(100 + i) + "\n";
  const Page page = listed(lines);
  EXPECT_EQ(page.count("redis_clients_by_name{"), 65u);
  EXPECT_EQ(page.value("redis_clients_by_name{name=\"n109\"}"), "2");
  EXPECT_EQ(page.value("redis_clients_by_name{name=\"n163\"}"), "1");
  EXPECT_EQ(page.value("redis_clients_by_name{name=\"n164\"}"), "absent");
  EXPECT_EQ(page.value("redis_clients_by_name{name=\"other\"}"), "39");
  EXPECT_FALSE(outcome_of(page).truncated) << "all of them are counted";
}

TEST(ClientList, IsNotForServersWithoutIds) {
  const Page page =
      listed("addr=a:1 age=1\n", {}, "redis_version:2.8.11\r\nconnected_clients:1\r\n");
  EXPECT_TRUE(outcome_of(page).success);
  EXPECT_FALSE(outcome_of(page).truncated);
  EXPECT_EQ(page.count("redis_"), 0u);
}

TEST(ClientList, FailsWithTheServersWords) {
  Answers answers;
  answers.add_info_text(kInfo).add("CLIENT LIST", "-NOPERM no permission\r\n");
  EXPECT_EQ(run_collector(kClientListCollector, answers).why(kName),
            "CLIENT LIST: NOPERM no permission");
}

}  // namespace
}  // namespace fleet::test
