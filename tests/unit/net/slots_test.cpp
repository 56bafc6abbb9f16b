// SPDX-License-Identifier: Apache-2.0
#include "net/slots.h"

#include <string>

#include <gtest/gtest.h>

#include "net/task_group.h"
#include "support/run_coroutine.h"

namespace fleet {
namespace {

using std::chrono::milliseconds;
using test::run_coroutine;

constexpr std::chrono::seconds kFar{5};

// Waits for a slot, gives it back at once, and appends its name, or '-' when it had none.
asio::awaitable<void> visit(Slots& slots, Clock::time_point deadline, char name,
                            std::string& served) {
  const Slots::Slot slot = co_await slots.acquire(deadline);
  served += slot ? name : '-';
}

TEST(Slots, AreGivenUntilNoneIsLeftAndGivenBack) {
  const auto task = []() -> asio::awaitable<void> {
    Slots slots(2);
    const auto deadline = Clock::now() + milliseconds(10);
    Slots::Slot one = co_await slots.acquire(deadline);
    const Slots::Slot two = co_await slots.acquire(deadline);
    EXPECT_TRUE(one);
    EXPECT_TRUE(two);
    EXPECT_FALSE(slots.available());
    one = Slots::Slot();
    EXPECT_TRUE(slots.available());
  };
  run_coroutine(task());
}

TEST(Slots, WaitingEndsAtTheDeadlineWithNone) {
  const auto task = []() -> asio::awaitable<void> {
    Slots slots(1);
    const auto start = Clock::now();
    Slots::Slot held = co_await slots.acquire(start + kFar);
    const Slots::Slot none = co_await slots.acquire(start + milliseconds(20));
    EXPECT_FALSE(none);
    EXPECT_GE(Clock::now(), start + milliseconds(20));
    EXPECT_LT(Clock::now(), start + kFar / 2);
    held = Slots::Slot();
    EXPECT_TRUE(slots.available());  // who gave up is not served any more
  };
  run_coroutine(task());
}

TEST(Slots, WaitersAreServedInTheirOrder) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    Slots slots(1);
    TaskGroup tasks(executor);
    std::string served;
    const auto deadline = Clock::now() + kFar;
    Slots::Slot held = co_await slots.acquire(deadline);
    for (const char name : {'a', 'b', 'c'})
      tasks.spawn("visit", visit(slots, deadline, name, served));
    co_await sleep_until(Clock::now() + milliseconds(5));  // all three wait
    EXPECT_EQ(served, "");
    held = Slots::Slot();
    co_await tasks.join();
    EXPECT_EQ(served, "abc");
    EXPECT_TRUE(slots.available());
  };
  run_coroutine(task());
}

TEST(Slots, AWaiterThatComesBeforeAServedOneWokeTakesNothingFromIt) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    Slots slots(1);
    TaskGroup tasks(executor);
    std::string served;
    const auto start = Clock::now();
    Slots::Slot held = co_await slots.acquire(start + kFar);
    tasks.spawn("visit", visit(slots, start + kFar, 'a', served));
    co_await sleep_until(Clock::now() + milliseconds(5));
    held = Slots::Slot();  // 'a' is served, and wakes in the next turn of the loop
    co_await visit(slots, start + kFar, 'b', served);
    co_await tasks.join();
    EXPECT_EQ(served, "ab");
    EXPECT_LT(Clock::now(), start + kFar / 2);
    EXPECT_TRUE(slots.available());
  };
  run_coroutine(task());
}

TEST(Slots, AWaiterThatIsCancelledLeavesItsPlaceToTheNext) {
  const auto task = []() -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    Slots slots(1);
    TaskGroup tasks(executor), cancelled(executor);
    std::string served;
    const auto deadline = Clock::now() + kFar;
    Slots::Slot held = co_await slots.acquire(deadline);
    cancelled.spawn("visit", visit(slots, deadline, 'a', served));
    tasks.spawn("visit", visit(slots, deadline, 'b', served));
    co_await sleep_until(Clock::now() + milliseconds(5));
    cancelled.cancel();
    co_await cancelled.join();
    held = Slots::Slot();
    co_await tasks.join();
    EXPECT_EQ(served, "-b");
  };
  run_coroutine(task());
}

}  // namespace
}  // namespace fleet
