// SPDX-License-Identifier: Apache-2.0
#include "net/side_by_side.h"

#include <utility>

namespace fleet {

void SideBySide::spawn(std::string name, asio::awaitable<void> task) {
  ++running_->count;
  tasks_.spawn(std::move(name), run(running_, std::move(task)));
}

asio::awaitable<bool> SideBySide::all() {
  const std::shared_ptr<Running> running = running_;
  while (running->count > 0) {
    const bool woken = co_await running->none_left.wait();
    if (!woken) co_return false;
  }
  co_return true;
}

asio::awaitable<void> SideBySide::run(std::shared_ptr<Running> running,
                                      asio::awaitable<void> task) {
  // However the task ends.
  class Ended {
   public:
    explicit Ended(Running& all) : all_(all) {}
    ~Ended() {
      if (--all_.count == 0) all_.none_left.notify();
    }
    Ended(const Ended&) = delete;
    Ended& operator=(const Ended&) = delete;

   private:
    Running& all_;
  };
  const Ended ended(*running);
  co_await std::move(task);
}

}  // namespace fleet
