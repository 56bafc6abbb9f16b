// SPDX-License-Identifier: Apache-2.0
// Owns coroutines that live on their own: each is started here, none is detached, and join()
// cancels all and waits until they have stopped.
#pragma once

#include <list>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/deadline.h"

namespace fleet {

class TaskGroup {
 public:
  // An exception that leaves a task is a programming error: it is logged with the task's name.
  explicit TaskGroup(asio::any_io_executor executor);

  void spawn(std::string name, asio::awaitable<void> task);
  // Asks all tasks to stop.
  void cancel();
  // Suspends until none is left.
  asio::awaitable<void> join();
  std::size_t size() const { return tasks_.size(); }

 private:
  struct Task {
    std::string name;
    asio::cancellation_signal signal;
  };
  asio::any_io_executor executor_;
  std::list<Task> tasks_;
  asio::steady_timer empty_;
};

}  // namespace fleet
