// SPDX-License-Identifier: Apache-2.0
#include "net/deadline.h"

#include <gtest/gtest.h>

#include "support/run_coroutine.h"

namespace fleet {
namespace {

using std::chrono::milliseconds;
using test::run_coroutine;

constexpr std::chrono::seconds kFar{5};

asio::awaitable<void> nothing() { co_return; }

// Sets `ended` when it goes, however it goes.
struct Witness {
  explicit Witness(bool& gone) : ended(gone) {}
  ~Witness() { ended = true; }
  bool& ended;
};

asio::awaitable<void> count_for(Clock::duration time, int& steps, bool& ended) {
  const Witness witness(ended);
  ++steps;
  co_await sleep_until(Clock::now() + time);
  ++steps;
}

TEST(FinishedBefore, ATaskThatEndsDoesNotWaitForTheDeadline) {
  const auto task = []() -> asio::awaitable<void> {
    const auto start = Clock::now();
    const bool at_once = co_await finished_before(start + kFar, nothing());
    EXPECT_TRUE(at_once);
    int steps = 0;
    bool ended = false;
    const bool soon =
        co_await finished_before(start + kFar, count_for(milliseconds(5), steps, ended));
    EXPECT_TRUE(soon);
    EXPECT_EQ(steps, 2);
    EXPECT_LT(Clock::now(), start + kFar / 2);
  };
  run_coroutine(task());
}

TEST(FinishedBefore, ATaskThatDoesNotEndHasStoppedAndKeepsWhatItWrote) {
  const auto task = []() -> asio::awaitable<void> {
    const auto start = Clock::now();
    int steps = 0;
    bool ended = false;
    const bool in_time =
        co_await finished_before(start + milliseconds(20), count_for(kFar, steps, ended));
    EXPECT_FALSE(in_time);
    EXPECT_TRUE(ended);
    EXPECT_GE(steps, 1);
    EXPECT_GE(Clock::now(), start + milliseconds(20));
    EXPECT_LT(Clock::now(), start + kFar / 2);
  };
  run_coroutine(task());
}

TEST(FinishedBefore, ADeadlineThatHasPassedIsMet) {
  const auto task = []() -> asio::awaitable<void> {
    const auto start = Clock::now();
    int steps = 0;
    bool ended = false;
    const bool in_time =
        co_await finished_before(start - milliseconds(1), count_for(kFar, steps, ended));
    EXPECT_FALSE(in_time);
    EXPECT_TRUE(ended);
    EXPECT_LT(Clock::now(), start + kFar / 2);
  };
  run_coroutine(task());
}

TEST(FinishedBefore, TheEarlierOfTwoDeadlinesEndsATask) {
  const auto task = []() -> asio::awaitable<void> {
    const auto start = Clock::now();
    int steps = 0;
    bool ended = false;
    const auto inner = [&]() -> asio::awaitable<void> {
      co_await finished_before(start + kFar, count_for(kFar, steps, ended));
    };
    const bool in_time = co_await finished_before(start + milliseconds(20), inner());
    EXPECT_FALSE(in_time);
    EXPECT_TRUE(ended);
    EXPECT_LT(Clock::now(), start + kFar / 2);
  };
  run_coroutine(task());
}

}  // namespace
}  // namespace fleet
