// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

const std::string kName = "redis_latency_percentiles_usec";

TEST(Latencystats, TakesTheQuantileAsTheServerWritesIt) {
  const Page page =
      page_of(kLatencystatsCollector,
              "# Commandstats\r\ncmdstat_set:calls=7,usec=21\r\n"
              "cmdstat_config|set:calls=4,usec=22\r\ncmdstat_eval_ro:calls=1,usec=8\r\n"
              "# Latencystats\r\n"
              "latency_percentiles_usec_set:p50=2.007,p99=10.047,p99.9=10.047\r\n"
              "latency_percentiles_usec_config|set:p50=2.007\r\n"
              "latency_percentiles_usec_eval_ro:p50=8.031\r\n");
  EXPECT_TRUE(page.outcomes.at("latencystats").success);
  EXPECT_EQ(page.value(kName + "{cmd=\"set\",quantile=\"50\"}"), "2.007");
  EXPECT_EQ(page.value(kName + "{cmd=\"set\",quantile=\"99\"}"), "10.047");
  EXPECT_EQ(page.value(kName + "{cmd=\"set\",quantile=\"99.9\"}"), "10.047");
  EXPECT_EQ(page.value(kName + "_sum{cmd=\"set\"}"), "21");
  EXPECT_EQ(page.value(kName + "_count{cmd=\"set\"}"), "7");
  EXPECT_EQ(page.value(kName + "_sum{cmd=\"config|set\"}"), "22");
  EXPECT_EQ(page.value(kName + "_sum{cmd=\"eval_ro\"}"), "8");
}

TEST(Latencystats, GivesEachRowOfARealServerItsSum) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    const Page page = run_collector(kLatencystatsCollector, recorded(server + "/standalone"));
    const std::size_t rows = page.count(kName + "_sum{");
    EXPECT_GT(rows, 60u) << server;
    EXPECT_EQ(page.count(kName + "_count{"), rows) << server;
    EXPECT_EQ(page.count(kName + "{"), 3 * rows) << server;
  }
}

TEST(Latencystats, EmitsNoQuantileOfAnEmptyRow) {
  const Page page = page_of(kLatencystatsCollector,
                            "# Commandstats\r\ncmdstat_get:calls=2,usec=5\r\n"
                            "# Latencystats\r\nlatency_percentiles_usec_get:\r\n"
                            "latency_percentiles_usec_set:p50=1.003\r\n");
  EXPECT_EQ(page.value(kName + "_sum{cmd=\"get\"}"), "5");
  EXPECT_EQ(page.value(kName + "_count{cmd=\"get\"}"), "2");
  EXPECT_EQ(page.count("redis_"), 2) << "a command without a row has neither sum nor count";
}

TEST(Latencystats, LeavesOutWhatIsOverTheLimit) {
  CollectorOptions options;
  options.commands_limit = 1;
  const Page page = page_of(kLatencystatsCollector,
                            "# Commandstats\r\ncmdstat_get:calls=2,usec=5\r\n"
                            "cmdstat_set:calls=2,usec=5\r\n"
                            "# Latencystats\r\nlatency_percentiles_usec_get:p50=1.0\r\n"
                            "latency_percentiles_usec_set:p50=1.0\r\n",
                            options);
  EXPECT_EQ(page.value(kName + "{cmd=\"get\",quantile=\"50\"}"), "1");
  EXPECT_EQ(page.count("redis_"), 3);
}

TEST(Latencystats, EmitsNothingForAServerWithoutThem) {
  EXPECT_EQ(page_of(kLatencystatsCollector,
                    "# Server\r\nredis_version:6.2.6\r\n# Commandstats\r\n"
                    "cmdstat_get:calls=2,usec=5\r\n")
                .count("redis_"),
            0);
  const Answers refused = std::move(Answers().add("INFO all", "-NOPERM no permission\r\n"));
  EXPECT_EQ(run_collector(kLatencystatsCollector, refused).count("redis_"), 0);
}

}  // namespace
}  // namespace fleet::test
