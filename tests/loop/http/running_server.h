// SPDX-License-Identifier: Apache-2.0
// A server on a free port of loopback with a loop and a thread of its own, so that a test may talk
// to it with blocking sockets.
#pragma once

#include <cstdint>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "http/server.h"

namespace fleet::test {

class RunningServer {
 public:
  explicit RunningServer(http::Handler handler, http::ServerLimits limits = {});
  // Stops, when the test has not.
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  std::uint16_t port() const { return port_; }
  asio::any_io_executor executor() { return loop_.get_executor(); }
  // Runs a task in the loop, which must not have ended, and waits for its end.
  void run(asio::awaitable<void> task);
  // Begins to stop; ended() waits for the end and says how long all of it took.
  void begin_stop();
  Clock::duration ended();

 private:
  asio::awaitable<void> stop_server();

  asio::io_context loop_{1};
  SelfMetrics self_{{"0", "0", "0"}};
  http::Complaints complaints_{self_};
  http::Server server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  bool stopping_ = false;
  Clock::time_point stopped_at_{};
};

}  // namespace fleet::test
