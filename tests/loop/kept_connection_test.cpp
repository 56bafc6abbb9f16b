// SPDX-License-Identifier: Apache-2.0
// A connection is kept between scrapes, and replaced when it is too old, broken or silent: once a
// scrape, within its budget.
#include <gtest/gtest.h>

#include "loop/exporter.h"

namespace fleet::test {
namespace {

using Meets = FakeRedis::Meets;

TEST(KeptConnection, ServesScrapeAfterScrapeInOneRoundTrip) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  const Scraped first = exporter.scrape(node);
  expect_up(first);
  EXPECT_TRUE(first.report->facts.connected);
  redis.forget_commands();
  const Scraped second = exporter.scrape(node);
  expect_up(second);
  EXPECT_FALSE(second.report->facts.connected);
  EXPECT_EQ(second.value("redis_exporter_last_scrape_connect_time_seconds"), "0");
  EXPECT_EQ(redis.connections(), 1);
  const std::vector<std::string> asked{"INFO all", "SLOWLOG LEN", "SLOWLOG GET 1",
                                       "CONFIG GET protected-mode"};
  EXPECT_EQ(redis.commands(), asked);
}

TEST(KeptConnection, AsksOnceWhatIsDearAndServesTheAnswerAgain) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  for (int scrapes = 0; scrapes < 3; ++scrapes) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped);
    EXPECT_EQ(scraped.value("redis_default_user_passwordless"), "0");
  }
  EXPECT_EQ(redis.received("ACL GETUSER default"), 1);
  redis.answers("ACL GETUSER default", "*2\r\n$5\r\nflags\r\n*2\r\n$2\r\non\r\n$6\r\nnopass\r\n");
  redis.closes_open_connections();
  EXPECT_EQ(exporter.scrape(node).value("redis_default_user_passwordless"), "1");
  EXPECT_EQ(redis.received("ACL GETUSER default"), 2);
}

TEST(KeptConnection, AsksAgainWhatCouldNotBeAnswered) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("ACL GETUSER default", "-LOADING Redis is loading the dataset in memory\r\n");
  Exporter exporter;
  Node& node = exporter.add(redis);
  EXPECT_EQ(exporter.scrape(node).value("redis_default_user_passwordless"), "absent");
  redis.answers("ACL GETUSER default", "*2\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n");
  EXPECT_EQ(exporter.scrape(node).value("redis_default_user_passwordless"), "0");
  EXPECT_EQ(redis.connections(), 1);
}

TEST(KeptConnection, IsReplacedInTheSameScrapeWhenTheServerHasClosedIt) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  redis.closes_open_connections();
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 2);
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 2);
}

TEST(KeptConnection, IsReplacedWhenItBreaksInTheMiddleOfAnAnswer) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  redis.resets_in("INFO all", 60, Meets::open_connections);
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 2);
}

TEST(KeptConnection, ThatStaysSilentForHalfTheBudgetIsReplacedWithinTheRest) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  redis.hangs(Meets::open_connections);
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped);
  EXPECT_GE(scraped.took, milliseconds(500));
  EXPECT_LT(scraped.took, milliseconds(1800));
  EXPECT_EQ(redis.connections(), 2);
}

TEST(KeptConnection, IsReplacedOnlyOnceInAScrape) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  redis.hangs();
  const Scraped silent = exporter.scrape(node);
  expect_down(silent, Reason::timeout, "connected, but no answer in time");
  EXPECT_GE(silent.took, milliseconds(1000));
  EXPECT_LT(silent.took, milliseconds(1800));
  EXPECT_EQ(redis.connections(), 2);

  redis.works_again();
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 3);
  redis.closes_in("INFO all", 20);
  expect_down(exporter.scrape(node), Reason::closed, "see its log");
  EXPECT_EQ(redis.connections(), 4);
}

TEST(KeptConnection, IsReplacedWhenItIsTooOld) {
  FakeRedis redis;
  answer_all(redis);
  Wiring wiring;
  wiring.settings.max_connection_age = milliseconds(400);
  Exporter exporter(wiring);
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 1);
  exporter.wait(milliseconds(450));  // the age is met within 10 %
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 2);
}

TEST(KeptConnection, TheScrapeThatReplacesItAsksWhatTheNewServerCanAnswer) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  // The server was replaced by one that is too old for ACL, under the same address.
  redis.answers("INFO all", info_reply("5.0.14", std::string(40, 'b')));
  redis.closes_open_connections().forget_commands();
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.received("CONFIG GET protected-mode"), 1);
  EXPECT_EQ(redis.received("ACL GETUSER default"), 0);
}

TEST(KeptConnection, APingGoesInFrontWhenItIsAskedFor) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("PING", "+PONG\r\n");
  Wiring wiring;
  wiring.settings.ping = true;
  Exporter exporter(wiring);
  Node& node = exporter.add(redis);
  for (int scrapes = 1; scrapes <= 2; ++scrapes) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped);
    EXPECT_NE(scraped.value("redis_exporter_last_scrape_ping_time_seconds"), "absent");
    EXPECT_EQ(redis.received("PING"), scrapes);
  }
  redis.hangs(Meets::open_connections);  // the PING is what stays unanswered
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 2);
}

}  // namespace
}  // namespace fleet::test
