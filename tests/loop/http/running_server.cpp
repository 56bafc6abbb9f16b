// SPDX-License-Identifier: Apache-2.0
#include "loop/http/running_server.h"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>

namespace fleet::test {

RunningServer::RunningServer(http::Handler handler, http::ServerLimits limits)
    : server_(loop_.get_executor(), std::move(handler), complaints_, limits) {
  const std::string problem = server_.listen("127.0.0.1", 0);
  if (!problem.empty()) throw std::runtime_error(problem);
  port_ = server_.port();
  asio::co_spawn(loop_, server_.run(), asio::detached);
  thread_ = std::thread([this] { loop_.run(); });
}

RunningServer::~RunningServer() {
  if (!stopping_) begin_stop();
  if (thread_.joinable()) ended();
}

void RunningServer::run(asio::awaitable<void> task) {
  asio::co_spawn(loop_, std::move(task), asio::use_future).get();
}

void RunningServer::begin_stop() {
  stopping_ = true;
  stopped_at_ = Clock::now();
  asio::co_spawn(loop_, stop_server(), asio::detached);
}

// The loop ends by itself once nothing is left to do: a task that outlives stop() would show as a
// test that does not end.
Clock::duration RunningServer::ended() {
  thread_.join();
  return Clock::now() - stopped_at_;
}

asio::awaitable<void> RunningServer::stop_server() { co_await server_.stop(); }

}  // namespace fleet::test
