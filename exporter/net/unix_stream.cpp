// SPDX-License-Identifier: Apache-2.0
#include <sys/un.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include "net/stream.h"

namespace fleet {
namespace {

using Protocol = asio::local::stream_protocol;

class UnixStream final : public Stream {
 public:
  explicit UnixStream(Protocol::socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<IoResult> read_some(asio::mutable_buffer into) override {
    const auto [error, size] = co_await socket_.async_read_some(into, no_throw);
    co_return IoResult{error, size};
  }
  asio::awaitable<IoResult> write(asio::const_buffer all) override {
    const auto [error, size] = co_await asio::async_write(socket_, all, no_throw);
    co_return IoResult{error, size};
  }

 private:
  Protocol::socket socket_;
};

}  // namespace

asio::awaitable<Connected> connect_unix(std::string path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    Failure failure(Reason::unreachable, "the socket's path is longer than Unix allows: " + path);
    co_return Connected(nullptr, std::move(failure));
  }
  const auto executor = co_await asio::this_coro::executor;
  Protocol::socket socket(executor);
  const Protocol::endpoint endpoint(path);
  const auto [error] = co_await socket.async_connect(endpoint, no_throw);
  if (error) {
    Failure failure = network_failure(error, "connect to " + path);
    co_return Connected(nullptr, std::move(failure));
  }
  auto stream = std::make_unique<UnixStream>(std::move(socket));
  co_return Connected(std::move(stream), Failure());
}

}  // namespace fleet
