// SPDX-License-Identifier: Apache-2.0
#include "net/worker.h"

#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/log.h"
#include "net/event.h"

namespace fleet {

asio::awaitable<bool> Worker::run(std::function<void()> work) {
  struct Done {
    explicit Done(const asio::any_io_executor& executor) : event(executor) {}
    bool ended = false;
    Event event;
  };
  const auto done = std::make_shared<Done>(executor_);
  asio::post(thread_, [done, executor = executor_, work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& error) {
      log::error("internal error", {{"error", error.what()}});
    }
    asio::post(executor, [done] {
      done->ended = true;
      done->event.notify();
    });
  });
  while (!done->ended) {
    const bool woken = co_await done->event.wait();
    if (!woken) co_return false;
  }
  co_return true;
}

}  // namespace fleet
