// SPDX-License-Identifier: Apache-2.0
// Wakes the coroutines of one thread that wait for something to become true.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/deadline.h"

namespace fleet {

class Event {
 public:
  explicit Event(const asio::any_io_executor& executor)
      : timer_(executor, Clock::time_point::max()) {}

  // Wakes all that wait now.
  void notify() { timer_.cancel(); }

  // Suspends until notify(); false when the caller was cancelled. What is waited for is looked at
  // again: while (!ended) if (!co_await event.wait()) co_return;
  asio::awaitable<bool> wait() {
    co_await timer_.async_wait(no_throw);
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return !is_cancelled(state);
  }

 private:
  asio::steady_timer timer_;
};

}  // namespace fleet
