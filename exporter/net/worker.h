// SPDX-License-Identifier: Apache-2.0
// A thread for what would keep the loop: files, and hashes of passwords.
#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include "net/deadline.h"

namespace fleet {

class Worker {
 public:
  explicit Worker(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  // Runs `work` on the thread, after what was given before, and returns when it has ended. False
  // when the wait is cancelled: the work then ends without anybody to wait for it, so it owns what
  // it writes to.
  asio::awaitable<bool> run(std::function<void()> work);

 private:
  asio::any_io_executor executor_;
  asio::thread_pool thread_{1};
};

}  // namespace fleet
