// SPDX-License-Identifier: Apache-2.0
#include "net/slots.h"

#include <boost/asio/this_coro.hpp>

namespace fleet {

asio::awaitable<Slots::Slot> Slots::acquire(Clock::time_point deadline) {
  if (free_ > 0) {
    --free_;
    co_return Slot(*this);
  }
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, deadline);
  const auto place = waiting_.insert(waiting_.end(), &timer);
  co_await timer.async_wait(no_throw);
  // release() takes the one it serves out of the list and cancels its timer; whoever still stands
  // in the list was woken by the deadline or by a cancellation of its own.
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if (it != place) continue;
    waiting_.erase(it);
    co_return Slot();
  }
  co_return Slot(*this);
}

void Slots::release() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  asio::steady_timer* next = waiting_.front();
  waiting_.pop_front();
  next->cancel();
}

}  // namespace fleet
