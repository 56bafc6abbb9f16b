// SPDX-License-Identifier: Apache-2.0
// Deadlines are absolute, made once and passed down.
#pragma once

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace fleet {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// Completion token of every operation: errors are values. Required inside finished_before(): an
// operation that throws there would leave it waiting for the deadline.
inline constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// Whether a coroutine was cancelled, from `co_await asio::this_coro::cancellation_state`. Its next
// co_await would throw.
inline bool is_cancelled(const asio::cancellation_state& state) {
  return state.cancelled() != asio::cancellation_type::none;
}

// Runs `task` until it ends or the deadline passes, whichever is first, and says whether it ended.
// The task is cancelled and has stopped before this returns, so it may refer to the caller's
// locals; what it wrote there before the deadline is kept.
asio::awaitable<bool> finished_before(Clock::time_point deadline, asio::awaitable<void> task);

// Suspends until then, or until cancelled.
asio::awaitable<void> sleep_until(Clock::time_point when);

}  // namespace fleet
