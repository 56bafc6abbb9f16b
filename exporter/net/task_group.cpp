// SPDX-License-Identifier: Apache-2.0
#include "net/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/log.h"

namespace fleet {

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_(std::move(executor)), empty_(executor_, Clock::time_point::max()) {}

void TaskGroup::spawn(std::string name, asio::awaitable<void> task) {
  const auto entry = tasks_.emplace(tasks_.end());
  entry->name = std::move(name);
  auto ended = [this, entry](std::exception_ptr error) {
    if (error) {
      try {
        std::rethrow_exception(error);
      } catch (const boost::system::system_error& e) {
        // So Asio ends a coroutine that awaits after its cancellation.
        if (e.code() != asio::error::operation_aborted)
          log::error("task failed", {{"task", entry->name}, {"error", e.what()}});
      } catch (const std::exception& e) {
        log::error("task failed", {{"task", entry->name}, {"error", e.what()}});
      }
    }
    tasks_.erase(entry);
    if (tasks_.empty()) empty_.cancel();
  };
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(entry->signal.slot(), std::move(ended)));
}

void TaskGroup::cancel() {
  // A task that ends at once leaves the list while it is walked.
  for (auto it = tasks_.begin(); it != tasks_.end();)
    (it++)->signal.emit(asio::cancellation_type::all);
}

asio::awaitable<void> TaskGroup::join() {
  while (!tasks_.empty()) co_await empty_.async_wait(no_throw);
}

}  // namespace fleet
