// SPDX-License-Identifier: Apache-2.0
// What a Sentinel is asked about each of its masters: commands whose names come from INFO.
#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/exporter.h"

namespace fleet::test {
namespace {

constexpr std::string_view kEmpty = "*0\r\n";
constexpr std::string_view kQuorum = "+OK 3 usable Sentinels.\r\n";

std::string info_of(std::initializer_list<std::string_view> masters) {
  std::string text =
      "redis_version:7.0.15\r\nredis_mode:sentinel\r\nrun_id:" + std::string(40, 'a') +
      "\r\n# Sentinel\r\n";
  int row = 0;
  for (const std::string_view name : masters)
    text.append("master" + std::to_string(row++) + ":name=")
        .append(name)
        .append(",status=ok,address=10.0.0.1:6379,slaves=0,sentinels=1\r\n");
  return bulk(text);
}

// A Sentinel that watches these, and answers for each of `a`, `b b` and `c`.
void watches(FakeRedis& sentinel, std::initializer_list<std::string_view> masters) {
  sentinel.answers("INFO all", info_of(masters)).answers("SENTINEL MASTERS", kEmpty);
  for (const std::string name : {"a", "b b", "c"})
    sentinel.answers("SENTINEL CKQUORUM " + name, kQuorum)
        .answers("SENTINEL SENTINELS " + name, kEmpty)
        .answers("SENTINEL REPLICAS " + name, kEmpty);
}

std::string reachable(std::string_view name) {
  return "redis_sentinel_quorum_reachable{master_name=\"" + std::string(name) + "\"}";
}

class SentinelMasters : public testing::Test {
 protected:
  static Wiring wiring() {
    Wiring wiring;
    wiring.settings.collectors = {&kSentinelMastersCollector};
    return wiring;
  }
  FakeRedis sentinel_;
  Exporter exporter_{wiring()};
};

TEST_F(SentinelMasters, AreAskedAboutOneByOneInOneRoundTrip) {
  watches(sentinel_, {"a", "b b"});
  Node& node = exporter_.add(sentinel_);
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter_.scrape(node);
    expect_up(scraped);
    EXPECT_EQ(scraped.value(reachable("a")), "1");
    EXPECT_EQ(scraped.value(reachable("b b")), "1");
  }
  EXPECT_EQ(sentinel_.connections(), 1);
  EXPECT_EQ(sentinel_.received("SENTINEL CKQUORUM b b"), 2);
}

TEST_F(SentinelMasters, ThatComeAndGoFailNothing) {
  watches(sentinel_, {"a"});
  Node& node = exporter_.add(sentinel_);
  expect_up(exporter_.scrape(node));
  watches(sentinel_, {"a", "c"});
  const Scraped met = exporter_.scrape(node);  // what INFO says now is asked about next time
  expect_up(met);
  EXPECT_EQ(met.value(reachable("a")), "1");
  EXPECT_EQ(met.value(reachable("c")), "absent");
  EXPECT_EQ(exporter_.scrape(node).value(reachable("c")), "1");
  watches(sentinel_, {"c"});
  for (const char* what : {"CKQUORUM", "SENTINELS", "REPLICAS"})
    sentinel_.answers("SENTINEL " + std::string(what) + " a",
                      "-ERR No such master with that name\r\n");
  for (int i = 0; i < 2; ++i) {
    const Scraped left = exporter_.scrape(node);
    expect_up(left);
    EXPECT_EQ(left.value(reachable("a")), "absent");
    EXPECT_EQ(left.value(reachable("c")), "1");
  }
}

TEST_F(SentinelMasters, AreNotAskedAboutAgainByACommandThatWasRefused) {
  watches(sentinel_, {"a", "c"});
  for (const char* name : {"a", "c"})
    sentinel_.answers("SENTINEL CKQUORUM " + std::string(name), "-NOPERM no permission\r\n");
  Node& node = exporter_.add(sentinel_);
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter_.scrape(node);
    expect_up(scraped, false);
    ASSERT_EQ(scraped.report->collector_failures.size(), 1u);
    EXPECT_EQ(scraped.report->collector_failures[0].why, "SENTINEL CKQUORUM: NOPERM no permission");
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "1");
    EXPECT_EQ(scraped.value("redis_sentinel_healthy_replicas{master_name=\"c\"}"), "0");
  }
  EXPECT_EQ(sentinel_.received("SENTINEL CKQUORUM a"), 1);
  EXPECT_EQ(sentinel_.received("SENTINEL CKQUORUM c"), 1);
  EXPECT_EQ(sentinel_.received("SENTINEL REPLICAS a"), 3);
}

TEST_F(SentinelMasters, WithoutAQuorumAreAskedAboutAgain) {
  watches(sentinel_, {"a"});
  sentinel_.answers("SENTINEL CKQUORUM a", "-NOQUORUM 1 usable Sentinels.\r\n");
  Node& node = exporter_.add(sentinel_);
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter_.scrape(node);
    expect_up(scraped);
    EXPECT_EQ(scraped.value(reachable("a")), "0");
  }
  EXPECT_EQ(sentinel_.received("SENTINEL CKQUORUM a"), 2);
}

}  // namespace
}  // namespace fleet::test
