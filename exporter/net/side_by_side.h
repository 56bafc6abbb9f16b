// SPDX-License-Identifier: Apache-2.0
// Tasks that run at the same time, and the wait for all of them.
#pragma once

#include <memory>
#include <string>

#include "net/event.h"
#include "net/task_group.h"

namespace fleet {

class SideBySide {
 public:
  // `tasks` must outlive this.
  SideBySide(TaskGroup& tasks, const asio::any_io_executor& executor)
      : tasks_(tasks), running_(std::make_shared<Running>(executor)) {}

  // The task keeps alive what it uses: the one who waits may be cancelled first.
  void spawn(std::string name, asio::awaitable<void> task);

  // Suspends until all have ended; false when the caller was cancelled.
  asio::awaitable<bool> all();

 private:
  struct Running {
    explicit Running(const asio::any_io_executor& executor) : none_left(executor) {}
    std::size_t count = 0;
    Event none_left;
  };
  static asio::awaitable<void> run(std::shared_ptr<Running> running, asio::awaitable<void> task);

  TaskGroup& tasks_;
  const std::shared_ptr<Running> running_;
};

}  // namespace fleet
