// SPDX-License-Identifier: Apache-2.0
// Servers that send more than any sane one: the scrape fails, the exporter's memory does not grow.
#include <fstream>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/exporter.h"

namespace fleet::test {
namespace {

// Most memory that the process ever had resident since the last call to forget_peak(), in bytes.
std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) << 10;
  return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsOurs = false;  // sanitizers keep what was freed
#else
constexpr bool kMemoryIsOurs = true;
#endif

TEST(TooLarge, AnInfoOf64MegabytesIsRefusedInBoundedMemory) {
  FakeRedis redis;
  redis.pours("INFO all", 64 << 20);
  Wiring wiring;
  wiring.settings.node_timeout = std::chrono::seconds(5);
  Exporter exporter(wiring);
  Node& node = exporter.add(redis);
  forget_peak();
  const std::size_t before = peak_memory();
  const Scraped scraped = exporter.scrape(node);
  expect_down(scraped, Reason::too_large, "is this a Redis server");
  EXPECT_LE(scraped.report->facts.bytes, ReplyBuffer::kMaxBytes + (64 << 10));
  ASSERT_GT(before, 0u);
  if (kMemoryIsOurs) {
    // The text, and while it grows its copy.
    EXPECT_LT(peak_memory() - before, 40u << 20);
  }
}

TEST(TooLarge, AnArrayOf100MillionElementsIsRefusedWhenItIsAnnounced) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("SLOWLOG GET 1", "*100000000\r\n");
  Exporter exporter;
  Node& node = exporter.add(redis);
  forget_peak();
  const std::size_t before = peak_memory();
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped, false);
    EXPECT_EQ(scraped.report->failure.reason, Reason::too_large);
    EXPECT_NE(scraped.report->failure.message.find("array elements"), std::string::npos);
    EXPECT_EQ(scraped.value("redis_slowlog_length"), "3");
    EXPECT_EQ(scraped.success("security"), "0");
    EXPECT_LT(scraped.took, milliseconds(900));
  }
  if (kMemoryIsOurs) {
    EXPECT_LT(peak_memory() - before, 16u << 20);
  }
}

TEST(TooLarge, AnArrayInInfosPlaceIsDown) {
  FakeRedis redis;
  redis.answers("INFO all", "*100000000\r\n");
  Exporter exporter;
  expect_down(exporter.scrape(exporter.add(redis)), Reason::too_large, "array elements");
}

TEST(TooLarge, MoreFieldsThanTheCapLeaveTheRestUnread) {
  std::string fields;
  for (std::size_t i = 0; i <= Info::kMaxFields; ++i)
    fields += "field_" + std::to_string(i) + ":1\r\n";
  FakeRedis redis;
  answer_all(redis);
  redis.answers("INFO all", info_reply("7.0.15", std::string(40, 'a'), fields));
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(redis));
  expect_up(scraped, false);
  EXPECT_EQ(scraped.report->failure.reason, Reason::too_large);
  EXPECT_NE(scraped.report->failure.message.find("more fields or series"), std::string::npos);
  EXPECT_EQ(scraped.value("redis_slowlog_length"), "3");
}

TEST(TooLarge, MoreSeriesThanTheCapLeaveAPageOfWhatTheExporterSays) {
  // Every row of Keyspace gives several series.
  std::string rows = "# Keyspace\r\n";
  for (int i = 0; i < 60'000; ++i)
    rows += "db" + std::to_string(i) + ":keys=1,expires=1,avg_ttl=1,subexpiry=1\r\n";
  FakeRedis redis;
  answer_all(redis);
  redis.answers("CONFIG GET databases", "*2\r\n$9\r\ndatabases\r\n$2\r\n16\r\n");
  redis.answers("INFO all", info_reply("7.0.15", std::string(40, 'a'), rows));
  Wiring wiring;
  wiring.settings.collectors.push_back(&kKeyspaceCollector);
  wiring.settings.node_timeout = std::chrono::seconds(5);
  Exporter exporter(wiring);
  const Scraped scraped = exporter.scrape(exporter.add(redis));
  expect_up(scraped, false);
  EXPECT_EQ(scraped.report->failure.reason, Reason::too_large);
  EXPECT_EQ(scraped.value("redis_slowlog_length"), "absent");
  EXPECT_EQ(scraped.success("keyspace"), "0");
}

}  // namespace
}  // namespace fleet::test
