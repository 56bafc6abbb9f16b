// SPDX-License-Identifier: Apache-2.0
// Checks of a node's data beside its scrapes: what waits for what, and what a server that refuses,
// hangs or breaks off does to them.
#include <algorithm>

#include <gtest/gtest.h>

#include "loop/exporter.h"

namespace fleet::test {
namespace {

std::string scanned(std::string_view cursor, int keys) {
  std::string reply = "*2\r\n" + bulk(cursor) + "*" + std::to_string(keys) + "\r\n";
  for (int i = 0; i < keys; ++i) reply += bulk("k");
  return reply;
}

std::string checked(const Scraped& scraped, const std::string& series) {
  return scraped.checked(series);
}

class Checks : public testing::Test {
 protected:
  Checks() {
    answer_all(redis_);
    redis_.answers("DBSIZE", ":100\r\n").answers("SELECT 0", "+OK\r\n");
    settings().batch = 10;  // slices of one size, however fast the server is
  }
  Node& begin() {
    exporter_.emplace(wiring_);
    return exporter_->add(redis_);
  }
  CheckSettings& settings() { return wiring_.settings.checks; }
  // Answers for a list of two elements.
  void has_list(const std::string& name) {
    redis_.answers("TYPE " + name, "+list\r\n").answers("MEMORY USAGE " + name, ":9\r\n");
    redis_.answers("LLEN " + name, ":2\r\n");
  }
  std::ptrdiff_t types_asked() const {
    const std::vector<std::string> commands = redis_.commands();
    return std::ranges::count_if(
        commands, [](const std::string& command) { return command.starts_with("TYPE "); });
  }

  FakeRedis redis_;
  Wiring wiring_;
  std::optional<Exporter> exporter_;
};

TEST_F(Checks, NamedKeysAreReadInEachScrapeOverOneMoreConnection) {
  settings().single_keys = {{0, "l"}};
  has_list("l");
  Node& node = begin();
  for (int i = 1; i <= 3; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    expect_up(scraped);
    EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db0\",key=\"l\"}"), "2");
    EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"single_keys\"}"), "1");
    EXPECT_EQ(redis_.received("LLEN l"), i);
  }
  EXPECT_EQ(redis_.connections(), 2);
}

TEST_F(Checks, AShortWalkIsWaitedFor) {
  settings().count_keys = {{0, "k*"}};
  redis_.answers("SCAN 0 MATCH k* COUNT 10", scanned("0", 3));
  Node& node = begin();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(checked(exporter_->scrape(node), "redis_keys_count{db=\"db0\",key=\"k*\"}"), "3");
}

TEST_F(Checks, ALongWalkIsNotWaitedForTwice) {
  settings().count_keys = {{0, "k*"}};
  settings().interval = std::chrono::seconds(10);
  redis_.answers("SCAN 0 MATCH k* COUNT 10", scanned("7", 3));
  redis_.answers("SCAN 7 MATCH k* COUNT 10", scanned("0", 3));
  redis_.stalls_in("SCAN 7 MATCH k* COUNT 10", 0);
  Node& node = begin();
  const Scraped first = exporter_->scrape(node);
  EXPECT_EQ(checked(first, "redis_keys_count{db=\"db0\",key=\"k*\"}"), "absent");
  EXPECT_EQ(checked(first, "redis_exporter_check_timestamp_seconds{check=\"count_keys\"}"), "0");
  const Scraped second = exporter_->scrape(node);
  expect_up(second);
  EXPECT_LT(second.took, first.took);
}

TEST_F(Checks, AWalkMakesWayForAScrapeButNotForOneThatHangs) {
  settings().count_keys = {{0, "k*"}};
  settings().share = 1;
  redis_.answers("SCAN 0 MATCH k* COUNT 10", scanned("7", 3));
  redis_.answers("SCAN 7 MATCH k* COUNT 10", scanned("7", 3));  // without end
  Node& node = begin();
  exporter_->scrape(node);
  const auto scans_while_info_takes = [&](milliseconds time) {
    redis_.takes(time, "INFO all");
    expect_up(exporter_->scrape(node));
    const std::vector<std::string> commands = redis_.commands();
    const auto info = std::find(commands.rbegin(), commands.rend(), "INFO all").base();
    return std::count(info, commands.end(), "SCAN 7 MATCH k* COUNT 10");
  };
  EXPECT_LT(scans_while_info_takes(milliseconds(60)), 10);
  EXPECT_GT(scans_while_info_takes(milliseconds(400)), 20);
}

TEST_F(Checks, AWalkGoesOnWhereItsConnectionBroke) {
  settings().count_keys = {{0, "k*"}};
  redis_.answers("SCAN 0 MATCH k* COUNT 10", scanned("7", 3));
  redis_.answers("SCAN 7 MATCH k* COUNT 10", scanned("0", 2));
  redis_.closes_in("SCAN 7 MATCH k* COUNT 10", 0);
  Node& node = begin();
  exporter_->scrape(node);
  redis_.works_again();
  exporter_->wait(milliseconds(1500));
  const Scraped scraped = exporter_->scrape(node);
  EXPECT_EQ(checked(scraped, "redis_keys_count{db=\"db0\",key=\"k*\"}"), "5");
  EXPECT_EQ(redis_.received("SCAN 0 MATCH k* COUNT 10"), 1);
}

TEST_F(Checks, WhatIsRefusedIsNotSentAgain) {
  settings().count_keys = {{0, "k*"}};
  settings().single_keys = {{0, "l"}};
  has_list("l");
  redis_.answers("SCAN 0 MATCH k* COUNT 10",
                 "-NOPERM no permissions to run the 'scan' command\r\n");
  redis_.answers("MEMORY USAGE l", "-NOPERM no permissions to run the 'memory|usage' command\r\n");
  Node& node = begin();
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    expect_up(scraped);
    EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db0\",key=\"l\"}"), "2");
    EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"single_keys\"}"), "0");
    EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"count_keys\"}"), "0");
  }
  EXPECT_EQ(redis_.received("SCAN 0 MATCH k* COUNT 10"), 1);
  EXPECT_EQ(redis_.received("MEMORY USAGE l"), 1);
}

TEST_F(Checks, AServerThatDoesNotTellItsModulesIsAskedForSearchIndexesOnce) {
  settings().search = true;
  redis_.answers("FT._LIST", "-ERR unknown command 'FT._LIST', with args beginning with: \r\n");
  Node& node = begin();
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    expect_up(scraped);
    EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"search_indexes\"}"), "1");
  }
  EXPECT_EQ(redis_.received("FT._LIST"), 1);
}

TEST_F(Checks, SearchIndexesAreReadInEachScrape) {
  settings().search = true;
  redis_.answers("FT._LIST", "*2\r\n" + bulk("gone") + bulk("orders"));
  redis_.answers("FT.INFO gone", "-gone: no such index\r\n");
  redis_.answers("FT.INFO orders", "*2\r\n" + bulk("num_docs") + bulk("7"));
  Node& node = begin();
  for (int i = 1; i <= 2; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    EXPECT_EQ(checked(scraped, "redis_search_index_num_docs{index_name=\"orders\"}"), "7");
    EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"search_indexes\"}"), "1");
    EXPECT_EQ(redis_.received("FT.INFO orders"), i);
  }
}

TEST_F(Checks, OneThatHangsCostsTheNodeNothing) {
  settings().single_keys = {{0, "l"}};
  wiring_.settings.node_timeout = milliseconds(300);
  has_list("l");
  redis_.stalls_in("TYPE l", 0);
  Node& node = begin();
  const Scraped scraped = exporter_->scrape(node);
  expect_up(scraped);
  EXPECT_LT(scraped.took, milliseconds(900));
  EXPECT_EQ(scraped.value("redis_exporter_scrape_complete"), "1");
  EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"single_keys\"}"), "0");
}

TEST_F(Checks, MastersMayBeLeftAlone) {
  settings().single_keys = {{0, "l"}};
  settings().count_keys = {{0, "k*"}};
  settings().on_masters = false;
  Node& node = begin();
  const Scraped scraped = exporter_->scrape(node);
  expect_up(scraped);
  EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db0\",key=\"l\"}"), "absent");
  EXPECT_EQ(redis_.connections(), 1);
}

TEST_F(Checks, KeysOfADatabaseAreLookedForThere) {
  settings().single_keys = {{3, "l"}, {99, "x"}};
  redis_.answers("SELECT 3", "+OK\r\n").answers("SELECT 99", "-ERR DB index is out of range\r\n");
  has_list("l");
  Node& node = begin();
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db3\",key=\"l\"}"), "2");
    EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db99\",key=\"x\"}"), "absent");
  }
  EXPECT_EQ(redis_.received("SELECT 3"), 1);
  EXPECT_EQ(redis_.received("TYPE x"), 0);
}

TEST_F(Checks, ADatabaseThatMayNotBeSelectedIsNotAnother) {
  settings().single_keys = {{3, "l"}};
  settings().scripts = {{"a.lua", "return {}"}};
  redis_.answers("SELECT 3", "-NOPERM no permissions to run the 'select' command\r\n");
  exporter_.emplace(wiring_);
  Target target = Exporter::at(redis_);
  target.database = 3;
  Node& node = exporter_->add(target);
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    for (const char* check : {"single_keys", "scripts"})
      EXPECT_EQ(
          checked(scraped, "redis_exporter_check_success{check=\"" + std::string(check) + "\"}"),
          "0");
  }
  EXPECT_EQ(redis_.received("TYPE l"), 0);
  EXPECT_EQ(redis_.received("EVAL return {} 0 0"), 0);
  EXPECT_LT(redis_.received("SELECT 3"), 30);
}

TEST_F(Checks, ANamedKeyThatMayNotBeReadIsNotAskedAgain) {
  settings().single_keys = {{0, "l"}, {0, "secret"}};
  has_list("l");
  const std::string refusal =
      "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n";
  redis_.answers("TYPE secret", refusal).answers("MEMORY USAGE secret", refusal);
  Node& node = begin();
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db0\",key=\"l\"}"), "2");
    EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"single_keys\"}"), "0");
  }
  EXPECT_EQ(redis_.received("TYPE l"), 2);
  EXPECT_EQ(redis_.received("TYPE secret"), 1);
  EXPECT_EQ(redis_.received("MEMORY USAGE secret"), 1);
  // Of another server nothing is known.
  redis_.answers("INFO all", info_reply("7.0.15", std::string(40, 'b')));
  has_list("secret");
  const Scraped scraped = exporter_->scrape(node);
  EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db0\",key=\"secret\"}"), "2");
  EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"single_keys\"}"), "1");
}

// Each of them would stand in the ACL LOG.
TEST_F(Checks, AWalkGivesUpKeysThatMayNotBeRead) {
  settings().keys = {{0, "*"}};
  settings().interval = milliseconds(0);
  const auto name = [](int key) { return "k" + std::to_string(key); };
  std::string reply = "*2\r\n" + bulk("0") + "*400\r\n";
  for (int i = 0; i < 400; ++i) {
    reply += bulk(name(i));
    redis_.answers("TYPE " + name(i), "-NOPERM No permissions to access a key\r\n");
    redis_.answers("MEMORY USAGE " + name(i), ":9\r\n");
  }
  redis_.answers("SCAN 0 MATCH * COUNT 10", reply);
  has_list(name(60));  // which is not the 100th in a row any more
  Node& node = begin();
  const auto walks_begun = [&] {
    exporter_->wait(milliseconds(50));
    expect_up(exporter_->scrape(node));
    return redis_.received("SCAN 0 MATCH * COUNT 10");
  };
  while (walks_begun() < 2) {
  }
  EXPECT_EQ(checked(exporter_->scrape(node), "redis_exporter_check_success{check=\"keys\"}"), "0");
  const auto asked_once = types_asked();
  EXPECT_GT(asked_once, 100);
  EXPECT_LT(asked_once, 180);
  while (walks_begun() < 3) {
  }
  EXPECT_EQ(types_asked(), asked_once);
}

TEST_F(Checks, SoManyRefusedKeysAreRememberedAndNoMore) {
  constexpr int kRemembered = 4096, kNamed = 4100;
  for (int i = 0; i < kNamed; ++i) {
    const std::string name = "k" + std::to_string(i);
    settings().single_keys.push_back({0, name});
    redis_.answers("TYPE " + name, "-NOPERM No permissions to access a key\r\n");
    redis_.answers("MEMORY USAGE " + name, ":9\r\n");
  }
  settings().batch = 1000;
  settings().most_keys = kNamed;
  Node& node = begin();
  for (int i = 0; i < 2; ++i) expect_up(exporter_->scrape(node));
  EXPECT_EQ(types_asked(), kNamed + (kNamed - kRemembered));
}

TEST_F(Checks, ANamedStreamThatMayNotBeReadIsNotAskedAgain) {
  settings().single_streams = {{0, "s"}, {0, "secret"}};
  const std::string refusal = "-NOPERM No permissions to access a key\r\n";
  redis_.answers("XINFO STREAM secret", refusal).answers("XINFO GROUPS secret", refusal);
  redis_.answers("XINFO STREAM s", "*2\r\n$6\r\nlength\r\n:3\r\n");
  redis_.answers("XINFO GROUPS s", "*0\r\n");
  Node& node = begin();
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    EXPECT_EQ(checked(scraped, "redis_stream_length{db=\"db0\",stream=\"s\"}"), "3");
    EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"single_streams\"}"), "0");
  }
  EXPECT_EQ(redis_.received("XINFO STREAM secret"), 1);
  EXPECT_EQ(redis_.received("XINFO GROUPS secret"), 1);
}

TEST_F(Checks, WhatIsReadIsOfThisScrapeOrNotTold) {
  settings().single_keys = {{0, "l"}};
  has_list("l");
  Node& node = begin();
  EXPECT_EQ(checked(exporter_->scrape(node), "redis_key_size{db=\"db0\",key=\"l\"}"), "2");
  // The server closes what is idle: one more connection, and nothing is lost.
  redis_.closes_open_connections();
  EXPECT_EQ(checked(exporter_->scrape(node), "redis_key_size{db=\"db0\",key=\"l\"}"), "2");
  redis_.closes_in("TYPE l", 0);
  const Scraped scraped = exporter_->scrape(node);
  expect_up(scraped);
  EXPECT_EQ(checked(scraped, "redis_key_size{db=\"db0\",key=\"l\"}"), "absent");
  EXPECT_EQ(checked(scraped, "redis_exporter_check_success{check=\"single_keys\"}"), "0");
}

TEST_F(Checks, AnotherServerIsCheckedAnew) {
  settings().count_keys = {{0, "k*"}};
  settings().interval = std::chrono::hours(1);
  redis_.answers("SCAN 0 MATCH k* COUNT 10", scanned("7", 3));
  redis_.answers("SCAN 7 MATCH k* COUNT 10", scanned("0", 3));
  redis_.takes(milliseconds(150), "SCAN 7 MATCH k* COUNT 10");
  Node& node = begin();
  exporter_->scrape(node);
  exporter_->wait(milliseconds(1500));
  EXPECT_EQ(checked(exporter_->scrape(node), "redis_keys_count{db=\"db0\",key=\"k*\"}"), "6");
  redis_.answers("INFO all", info_reply("7.0.15", std::string(40, 'b')));
  redis_.answers("SCAN 0 MATCH k* COUNT 10", scanned("0", 1));
  exporter_->scrape(node);
  EXPECT_EQ(checked(exporter_->scrape(node), "redis_keys_count{db=\"db0\",key=\"k*\"}"), "absent");
}

}  // namespace
}  // namespace fleet::test
