// SPDX-License-Identifier: Apache-2.0
// The stream over a connected socket.
#pragma once

#include <utility>

#include <boost/asio/write.hpp>

#include "net/stream.h"

namespace fleet {

template <class Socket>
class SocketStream final : public Stream {
 public:
  explicit SocketStream(Socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<IoResult> read_some(asio::mutable_buffer into) override {
    const auto [error, size] = co_await socket_.async_read_some(into, no_throw);
    co_return IoResult{error, size};
  }
  asio::awaitable<IoResult> write(asio::const_buffer all) override {
    const auto [error, size] = co_await asio::async_write(socket_, all, no_throw);
    co_return IoResult{error, size};
  }

 private:
  Socket socket_;
};

}  // namespace fleet
