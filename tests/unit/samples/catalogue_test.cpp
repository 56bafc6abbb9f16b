// SPDX-License-Identifier: Apache-2.0
#include "samples/catalogue.h"

#include <deque>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace fleet {
namespace {

constexpr Metric kFirst = gauge("redis_first", "The first.");
constexpr Metric kSecond = gauge("redis_second", "The second.");
constexpr Metric kFirstAgain = gauge("redis_first", "Another of that name.");

TEST(Catalogue, NumbersMetricsInTheirOrder) {
  Catalogue catalogue;
  catalogue.declare(kFirst);
  catalogue.declare(kSecond);
  EXPECT_EQ(catalogue.size(), 2u);
  EXPECT_EQ(catalogue.ordinal(kFirst), 0u);
  EXPECT_EQ(catalogue.ordinal(kSecond), 1u);
  EXPECT_EQ(&catalogue.metric(1), &kSecond);
}

TEST(Catalogue, RefusesANameTwice) {
  Catalogue catalogue;
  catalogue.declare(kFirst);
  EXPECT_THROW(catalogue.declare(kFirst), std::logic_error);
  EXPECT_THROW(catalogue.declare(kFirstAgain), std::logic_error);
}

TEST(Catalogue, DoesNotKnowWhatWasNotDeclared) {
  Catalogue catalogue;
  catalogue.declare(kFirst);
  EXPECT_THROW(catalogue.ordinal(kSecond), std::logic_error);
  EXPECT_THROW(catalogue.ordinal(kFirstAgain), std::logic_error) << "the address is the identity";
}

TEST(Catalogue, GrowsWithItsMetrics) {
  std::deque<std::string> names;
  std::deque<Metric> metrics;
  Catalogue catalogue;
  for (int i = 0; i < 1500; ++i) {
    names.push_back("redis_" + std::to_string(i));
    metrics.push_back({.name = names.back(), .help = "One of many."});
    catalogue.declare(metrics.back());
  }
  for (std::uint32_t i = 0; i < metrics.size(); ++i) ASSERT_EQ(catalogue.ordinal(metrics[i]), i);
}

}  // namespace
}  // namespace fleet
