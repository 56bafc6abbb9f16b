// SPDX-License-Identifier: Apache-2.0
#include "scrape/event_counts.h"

#include <gtest/gtest.h>

#include "scrape/sentinel_events.h"

namespace fleet::test {
namespace {

constexpr std::string_view kSwitched = "m 10.0.0.1 1 10.0.0.2 1";

class EventCountsTest : public testing::Test {
 protected:
  static int place(std::string_view channel) {
    return event_of(channel, channel == "+tilt" ? "" : kSwitched, "m");
  }
  double count(int event) const { return counts_.counts()[static_cast<std::size_t>(event)]; }

  EventCounts counts_;
  EventCounts::Time now_{};
  const int switch_ = place("+switch-master");
};

TEST_F(EventCountsTest, WhatAllTellIsOneEvent) {
  for (const std::size_t sentinel : {0U, 1U, 2U}) counts_.tell(sentinel, switch_, kSwitched, now_);
  EXPECT_EQ(count(switch_), 1);
}

TEST_F(EventCountsTest, HowManyAgreedIsNotWhatHappened) {
  counts_.tell(0, place("+switch-master"), "master m 10.0.0.1 1 #quorum 2/2", now_);
  counts_.tell(1, place("+switch-master"), "master m 10.0.0.1 1 #quorum 3/2", now_);
  EXPECT_EQ(count(switch_), 1);
}

TEST_F(EventCountsTest, OneThatASentinelTellsAgainIsAnother) {
  for (int i = 0; i < 2; ++i)
    for (const std::size_t sentinel : {0U, 1U}) counts_.tell(sentinel, switch_, kSwitched, now_);
  EXPECT_EQ(count(switch_), 2);
}

TEST_F(EventCountsTest, NoneIsLostWhenEachTimeAnotherSentinelIsAway) {
  const auto tell_all_but = [&](std::size_t away, std::string_view words) {
    for (const std::size_t sentinel : {0U, 1U, 2U})
      if (sentinel != away) counts_.tell(sentinel, switch_, words, now_);
    now_ += std::chrono::minutes(5);
  };
  tell_all_but(0, "m 10.0.0.1 1 10.0.0.2 1");
  tell_all_but(1, "m 10.0.0.2 1 10.0.0.3 1");
  tell_all_but(2, "m 10.0.0.3 1 10.0.0.1 1");
  EXPECT_EQ(count(switch_), 3);
}

TEST_F(EventCountsTest, OtherWordsOrALaterTimeAreAnotherEvent) {
  counts_.tell(0, switch_, kSwitched, now_);
  counts_.tell(1, switch_, "m 10.0.0.2 1 10.0.0.1 1", now_);
  EXPECT_EQ(count(switch_), 2);
  counts_.tell(1, switch_, kSwitched, now_ + EventCounts::kSame + std::chrono::seconds(1));
  EXPECT_EQ(count(switch_), 3);
}

TEST_F(EventCountsTest, WhatASentinelTellsOfItselfIsItsOwn) {
  counts_.tell(0, place("+tilt"), "#tilt mode entered", now_);
  counts_.tell(1, place("+tilt"), "#tilt mode entered", now_);
  EXPECT_EQ(count(place("+tilt")), 2);
}

TEST_F(EventCountsTest, RemembersNoMoreThanItMay) {
  for (std::size_t i = 0; i < 2 * EventCounts::kMostOccasions; ++i)
    counts_.tell(0, switch_, "m " + std::to_string(i), now_);
  EXPECT_EQ(count(switch_), 2 * EventCounts::kMostOccasions);
}

}  // namespace
}  // namespace fleet::test
