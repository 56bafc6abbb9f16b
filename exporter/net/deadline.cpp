// SPDX-License-Identifier: Apache-2.0
#include "net/deadline.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace fleet {

asio::awaitable<void> sleep_until(Clock::time_point when) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, when);
  co_await timer.async_wait(no_throw);
}

asio::awaitable<bool> finished_before(Clock::time_point deadline, asio::awaitable<void> task) {
  using namespace asio::experimental::awaitable_operators;
  auto both = std::move(task) || sleep_until(deadline);
  const auto winner = co_await std::move(both);
  co_return winner.index() == 0;
}

}  // namespace fleet
