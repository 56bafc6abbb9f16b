// SPDX-License-Identifier: Apache-2.0
// The rules of names are checked while tables are compiled: what compiles here is allowed, and what
// is not allowed is asked of the functions behind them.
#include "samples/metric.h"

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(Metric, NamesArePlain) {
  EXPECT_TRUE(metric_rules::valid_name("redis_memory_used_bytes"));
  EXPECT_FALSE(metric_rules::valid_name("memory_used_bytes"));
  EXPECT_FALSE(metric_rules::valid_name("redis_memoryUsed"));
  EXPECT_FALSE(metric_rules::valid_name("redis_memory:used"));
  EXPECT_FALSE(metric_rules::valid_name("redis_memory-used"));
}

TEST(Metric, OnlyLegacyNamesBreakTheRules) {
  constexpr Metric kGauge = gauge("redis_test_seconds", "A test.");
  constexpr Metric kCounter = counter("redis_tests_total", "Tests.", "kind");
  constexpr Metric kLegacy = legacy(Type::counter, "redis_tests", "Tests.");
  EXPECT_FALSE(kGauge.legacy);
  EXPECT_EQ(kCounter.type, Type::counter);
  EXPECT_EQ(kCounter.labels, "kind");
  EXPECT_TRUE(kLegacy.legacy);
}

TEST(Metric, SaysWhereItsValueComesFrom) {
  constexpr Metric kMetric = gauge("redis_test", "A test.").source("INFO test").since("7.0");
  EXPECT_EQ(kMetric.name, "redis_test");
  EXPECT_EQ(kMetric.source_text, "INFO test");
  EXPECT_EQ(kMetric.since_text, "7.0");
}

}  // namespace
}  // namespace fleet
