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
  Waiter waiter{asio::steady_timer(executor, deadline)};
  waiting_.push_back(&waiter);
  co_await waiter.timer.async_wait(no_throw);
  // Who was not served was woken by the deadline or by a cancellation of its own.
  if (waiter.served) co_return Slot(*this);
  waiting_.remove(&waiter);
  co_return Slot();
}

void Slots::release() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  next->served = true;
  next->timer.cancel();
}

}  // namespace fleet
