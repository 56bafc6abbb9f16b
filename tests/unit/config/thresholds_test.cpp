// SPDX-License-Identifier: Apache-2.0
#include "config/thresholds.h"

#include <string_view>

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(Thresholds, SeveritiesAreNamedAsRulesNameThem) {
  EXPECT_EQ(name_of(Severity::info), "info");
  EXPECT_EQ(name_of(Severity::warning), "warning");
  EXPECT_EQ(name_of(Severity::critical), "critical");
}

TEST(Thresholds, NamesAreShortSnakeCase) {
  for (const Threshold& threshold : thresholds()) {
    SCOPED_TRACE(threshold.name);
    EXPECT_LE(threshold.name.size(), 40U);
    EXPECT_EQ(threshold.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
    EXPECT_EQ(threshold.name.find("__"), std::string_view::npos);
    EXPECT_TRUE(threshold.name.front() >= 'a' && threshold.name.front() <= 'z');
    EXPECT_NE(threshold.name.back(), '_');
  }
}

TEST(Thresholds, UnitsAreBaseUnits) {
  for (const Threshold& threshold : thresholds()) {
    SCOPED_TRACE(threshold.name);
    for (std::string_view unit : {"_percent", "_days", "_hours", "_minutes", "_milliseconds", "_ms",
                                  "_usec", "_kb", "_mb", "_kib", "_mib"}) {
      EXPECT_FALSE(threshold.name.ends_with(unit));
    }
  }
}

TEST(Thresholds, DefaultsAreWhatAnOverrideMaySay) {
  for (const Threshold& threshold : thresholds()) {
    SCOPED_TRACE(threshold.name);
    EXPECT_GE(threshold.least, 0);
    EXPECT_LT(threshold.least, threshold.most);
    EXPECT_LE(threshold.least, threshold.value);
    EXPECT_LE(threshold.value, threshold.most);
  }
}

TEST(Thresholds, EachIsOneSentence) {
  for (const Threshold& threshold : thresholds()) {
    SCOPED_TRACE(threshold.name);
    EXPECT_TRUE(threshold.about.ends_with('.'));
    EXPECT_EQ(threshold.about.find(". "), std::string_view::npos);
    EXPECT_LE(threshold.about.size(), 100U);
    EXPECT_TRUE(threshold.about.front() >= 'A' && threshold.about.front() <= 'Z');
  }
}

// Sorted, so that the severities of a name are neighbours: the graver one fires later.
TEST(Thresholds, SeveritiesOfANameGoTheSameWay) {
  const Threshold* previous = nullptr;
  int pairs = 0;
  for (const Threshold& threshold : thresholds()) {
    if (previous && previous->name == threshold.name) {
      SCOPED_TRACE(threshold.name);
      ++pairs;
      EXPECT_LT(previous->severity, threshold.severity);
      EXPECT_EQ(previous->below, threshold.below);
      EXPECT_EQ(previous->about, threshold.about);
      EXPECT_EQ(previous->least, threshold.least);
      EXPECT_EQ(previous->most, threshold.most);
      EXPECT_TRUE(threshold.below ? previous->value > threshold.value
                                  : previous->value < threshold.value);
    }
    previous = &threshold;
  }
  EXPECT_GE(pairs, 8);
}

}  // namespace
}  // namespace fleet
