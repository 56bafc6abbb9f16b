// SPDX-License-Identifier: Apache-2.0
#include "net/task_group.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "support/run_coroutine.h"

namespace fleet {
namespace {

using std::chrono::milliseconds;
using test::run_coroutine;

constexpr std::chrono::seconds kFar{5};

asio::awaitable<void> sleep_and_count(Clock::duration time, int& ended) {
  co_await sleep_until(Clock::now() + time);
  ++ended;
}

asio::awaitable<void> throw_soon() {
  co_await sleep_until(Clock::now() + milliseconds(2));
  throw std::runtime_error("a mistake");
}

TEST(TaskGroup, JoinsWhenAllTasksHaveEnded) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    TaskGroup tasks(executor);
    int ended = 0;
    for (const int time : {1, 20, 5}) tasks.spawn("t", sleep_and_count(milliseconds(time), ended));
    EXPECT_EQ(tasks.size(), 3u);
    co_await tasks.join();
    EXPECT_EQ(ended, 3);
    EXPECT_EQ(tasks.size(), 0u);
  };
  run_coroutine(task());
}

TEST(TaskGroup, WithoutTasksJoinsAtOnceAndMayBeUsedAgain) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    TaskGroup tasks(executor);
    int ended = 0;
    co_await tasks.join();
    for (int round = 1; round <= 2; ++round) {
      tasks.spawn("t", sleep_and_count(milliseconds(1), ended));
      co_await tasks.join();
      EXPECT_EQ(ended, round);
    }
  };
  run_coroutine(task());
}

TEST(TaskGroup, CancelEndsWhatSleeps) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    TaskGroup tasks(executor);
    const auto start = Clock::now();
    int ended = 0;
    for (int i = 0; i < 3; ++i) tasks.spawn("t", sleep_and_count(kFar, ended));
    co_await sleep_until(start + milliseconds(5));
    tasks.cancel();
    co_await tasks.join();
    EXPECT_EQ(ended, 3);
    EXPECT_LT(Clock::now(), start + kFar / 2);
  };
  run_coroutine(task());
}

TEST(TaskGroup, CancelEndsATaskThatHasNotBegun) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    TaskGroup tasks(executor);
    const auto start = Clock::now();
    int ended = 0;
    tasks.spawn("t", sleep_and_count(kFar, ended));
    tasks.cancel();
    co_await tasks.join();
    EXPECT_LT(Clock::now(), start + kFar / 2);
  };
  run_coroutine(task());
}

TEST(TaskGroup, ATaskThatThrowsLeavesTheOthersAlone) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    TaskGroup tasks(executor);
    int ended = 0;
    tasks.spawn("throws", throw_soon());
    tasks.spawn("t", sleep_and_count(milliseconds(10), ended));
    co_await tasks.join();
    EXPECT_EQ(ended, 1);
  };
  run_coroutine(task());
}

}  // namespace
}  // namespace fleet
