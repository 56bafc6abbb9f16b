// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

TEST(Errorstats, CountsByFirstWord) {
  const Page page = run_collector(kErrorstatsCollector, recorded("redis-7.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("errorstats").success);
  EXPECT_EQ(page.value("redis_errors_total{err=\"NOPERM\"}"), "2");
  EXPECT_EQ(page.value("redis_errors_total{err=\"OOM\"}"), "1");
  EXPECT_EQ(page.value("redis_errors_total{err=\"BUSYGROUP\"}"), "1");
  EXPECT_EQ(page.value("redis_errors_total{err=\"MISCONF\"}"), "0");
}

TEST(Errorstats, DeclaresWhatRulesWatchAtZero) {
  const Page page = page_of(kErrorstatsCollector, "total_error_replies:0\r\n# Errorstats\r\n");
  for (const std::string error :
       {"ERR", "WRONGPASS", "NOAUTH", "NOPERM", "OOM", "MISCONF", "NOREPLICAS", "READONLY",
        "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "MOVED", "ASK", "WRONGTYPE", "NOSCRIPT",
        "EXECABORT"})
    EXPECT_EQ(page.value("redis_errors_total{err=\"" + error + "\"}"), "0") << error;
}

TEST(Errorstats, SumsTheWordsThatScriptsMakeUp) {
  std::string info = "total_error_replies:500\r\n# Errorstats\r\nerrorstat_OOM:count=3\r\n";
  for (int i = 0; i < 200; ++i) info += "errorstat_MINE" + std::to_string(i) + ":count=2\r\n";
  info += "errorstat_NOPERM:count=4\r\n";
  info.insert(info.find("errorstat_MINE3:"), "errorstat_other:count=6\r\n");
  const Page page = page_of(kErrorstatsCollector, info);
  EXPECT_EQ(page.value("redis_errors_total{err=\"MINE127\"}"), "2");
  EXPECT_EQ(page.value("redis_errors_total{err=\"MINE128\"}"), "absent");
  EXPECT_EQ(page.value("redis_errors_total{err=\"other\"}"), "150");
  EXPECT_EQ(page.count("redis_errors_total{err=\"other\"}"), 1u);
  EXPECT_EQ(page.value("redis_errors_total{err=\"OOM\"}"), "3");
  EXPECT_EQ(page.value("redis_errors_total{err=\"NOPERM\"}"), "4");
}

TEST(Errorstats, SkipsARowWithoutACount) {
  const Page page = page_of(
      kErrorstatsCollector,
      "total_error_replies:5\r\n# Errorstats\r\nerrorstat_X:calls=3\r\nerrorstat_Y:count=x");
  EXPECT_EQ(page.value("redis_errors_total{err=\"X\"}"), "absent");
  EXPECT_EQ(page.value("redis_errors_total{err=\"Y\"}"), "absent");
  EXPECT_EQ(page.value("redis_errors_total{err=\"ERR\"}"), "0");
}

TEST(Errorstats, ClaimsNothingForAServerThatDoesNotCount) {
  EXPECT_EQ(page_of(kErrorstatsCollector, "# Server\r\nredis_version:6.0.16\r\n").count("redis_"),
            0);
  const Answers refused = std::move(Answers().add("INFO all", "-NOPERM no permission\r\n"));
  EXPECT_EQ(run_collector(kErrorstatsCollector, refused).count("redis_"), 0);
}

}  // namespace
}  // namespace fleet::test
