// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

TEST(Latency, TellsEachEventsSpikes) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add("LATENCY LATEST", "*1\r\n*4\r\n$4\r\nfork\r\n:1795179028\r\n:4\r\n:1250\r\n");
  const Page page = run_collector(kLatencyCollector, answers);
  EXPECT_TRUE(page.outcomes.at("latency").success);
  EXPECT_EQ(page.value("redis_latency_spike_last{event_name=\"fork\"}"), "1795179028");
  EXPECT_EQ(page.value("redis_latency_spike_duration_seconds{event_name=\"fork\"}"), "0.004");
  EXPECT_EQ(page.value("redis_latency_spike_longest_seconds{event_name=\"fork\"}"), "1.25");
}

TEST(Latency, ReadsTheLongerRowsOfValkey) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    const Page page = run_collector(kLatencyCollector, recorded(server + "/standalone"));
    EXPECT_EQ(page.value("redis_latency_spike_duration_seconds{event_name=\"command\"}"), "0.02")
        << server;
  }
}

TEST(Latency, SkipsARowThatIsNoEvent) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add("LATENCY LATEST", "*3\r\n*0\r\n:7\r\n*4\r\n$1\r\na\r\n:1\r\n:2\r\n$1\r\nx\r\n");
  const Page page = run_collector(kLatencyCollector, answers);
  EXPECT_TRUE(page.outcomes.at("latency").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

TEST(Latency, IsNotAskedOfAServerThatIsTooOld) {
  const Page page = run_collector(kLatencyCollector, Answers().add_info({"redis_version:2.8.12"}));
  EXPECT_TRUE(page.outcomes.at("latency").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

TEST(Latency, FailsWithTheServersWords) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  EXPECT_EQ(run_collector(kLatencyCollector, answers).why("latency"), "LATENCY LATEST: no reply");
  answers.add("LATENCY LATEST", "-NOPERM no permission\r\n");
  EXPECT_EQ(run_collector(kLatencyCollector, answers).why("latency"),
            "LATENCY LATEST: NOPERM no permission");
}

}  // namespace
}  // namespace fleet::test
