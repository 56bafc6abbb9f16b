// SPDX-License-Identifier: Apache-2.0
// Runs coroutines to their end in a test. What the coroutine throws is thrown here; one that hangs
// fails the test after 10 s.
#pragma once

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "net/deadline.h"

namespace fleet::test {

inline constexpr std::chrono::seconds kLongestTest{10};

// Runs `task` in `loop`, which may hold other work that goes on meanwhile and is left in it.
inline void run_in(asio::io_context& loop, asio::awaitable<void> task) {
  bool ended = false;
  std::exception_ptr thrown;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error) {
    thrown = error;
    ended = true;
  });
  const auto limit = Clock::now() + kLongestTest;
  loop.restart();
  while (!ended && loop.run_one_until(limit) > 0) {
  }
  if (!ended) {
    // Now, because what is thrown is shown only after the destructors on the way.
    ADD_FAILURE() << "the coroutine did not end";
    throw std::runtime_error("the coroutine did not end");
  }
  if (thrown) std::rethrow_exception(thrown);
}

// The same in an io_context of its own.
inline void run_coroutine(asio::awaitable<void> task) {
  asio::io_context loop(1);
  run_in(loop, std::move(task));
}

}  // namespace fleet::test
