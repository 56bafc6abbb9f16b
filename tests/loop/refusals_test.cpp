// SPDX-License-Identifier: Apache-2.0
// Commands that the server refuses: one collector less, and no flood in its ACL LOG.
#include <gtest/gtest.h>

#include "loop/exporter.h"

namespace fleet::test {
namespace {

constexpr const char* kNoPerm =
    "-NOPERM this user has no permissions to run the 'slowlog|len' command\r\n";

TEST(Refused, ACommandFailsItsCollectorAndIsNotSentAgain) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("SLOWLOG LEN", kNoPerm).answers("SLOWLOG GET 1", kNoPerm);
  Exporter exporter;
  Node& node = exporter.add(redis);
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped, false);
    EXPECT_EQ(scraped.success("slowlog"), "0");
    EXPECT_EQ(scraped.success("security"), "1");
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "2");
    EXPECT_EQ(scraped.value("redis_protected_mode_enabled"), "1");
  }
  EXPECT_EQ(redis.received("INFO all"), 3);
  EXPECT_EQ(redis.received("SLOWLOG LEN"), 1);
  EXPECT_EQ(redis.received("SLOWLOG GET 1"), 1);
}

TEST(Refused, ACommandIsSentAgainToAnotherServerInTheScrapeThatMeetsIt) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("SLOWLOG LEN", kNoPerm);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node), false);
  answer_all(redis);
  redis.answers("INFO all", info_reply("7.0.15", std::string(40, 'b')));
  redis.closes_open_connections();
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped);
  EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "0");
  EXPECT_EQ(redis.received("SLOWLOG LEN"), 2);
}

TEST(Refused, ACommandIsSentAgainAfterTheRunIdChanges) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("SLOWLOG LEN", kNoPerm);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node), false);
  answer_all(redis);
  // Behind a proxy the server changes while the connection stays.
  redis.answers("INFO all", info_reply("7.0.15", std::string(40, 'b')));
  const Scraped met = exporter.scrape(node);
  expect_up(met, false);
  ASSERT_EQ(met.report->collector_failures.size(), 1u);
  EXPECT_EQ(met.report->collector_failures[0].why,
            "SLOWLOG LEN: refused by the server before this one, and asked in the next scrape");
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.received("SLOWLOG LEN"), 2);
}

TEST(Refused, InfoIsNoperm) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("INFO all", "-NOPERM this user has no permissions to run the 'info' command\r\n");
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_down(exporter.scrape(node), Reason::noperm, "--print-acl");
  // For a minute the node is not even connected to: nothing can come of it.
  const Scraped again = exporter.scrape(node);
  expect_down(again, Reason::noperm, "'info' command; --print-acl");
  EXPECT_EQ(redis.received("INFO all"), 1);
  EXPECT_EQ(redis.connections(), 1);
}

TEST(Refused, InfoOverAKeptConnectionIsNotAskedForAgain) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  redis.answers("INFO all", "-NOPERM this user has no permissions to run the 'info' command\r\n");
  for (int i = 0; i < 2; ++i) expect_down(exporter.scrape(node), Reason::noperm, "--print-acl");
  EXPECT_EQ(redis.received("INFO all"), 2);
  EXPECT_EQ(redis.connections(), 1);
}

TEST(Refused, TheNameOfTheClientIsNotSaidAgain) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("CLIENT SETNAME redis_fleet_exporter",
                "-NOPERM this user has no permissions to run the 'client|setname' command\r\n");
  Wiring wiring;
  wiring.settings.max_connection_age = milliseconds(0);  // a connection for each scrape
  Exporter exporter(wiring);
  Node& node = exporter.add(redis);
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped);  // no collector needs it
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "1");
  }
  EXPECT_EQ(redis.connections(), 3);
  EXPECT_EQ(redis.received("CLIENT SETNAME redis_fleet_exporter"), 1);
}

TEST(Refused, TheDatabaseIsNotSelectedAgain) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("SELECT 3", "-NOPERM this user has no permissions to run the 'select' command\r\n");
  Wiring wiring;
  wiring.settings.max_connection_age = milliseconds(0);
  Exporter exporter(wiring);
  Target target = Exporter::at(redis);
  target.database = 3;
  Node& node = exporter.add(target);
  expect_up(exporter.scrape(node));
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.received("SELECT 3"), 1);
}

}  // namespace
}  // namespace fleet::test
