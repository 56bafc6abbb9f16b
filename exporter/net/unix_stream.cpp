// SPDX-License-Identifier: Apache-2.0
#include <sys/un.h>

#include <boost/asio/local/stream_protocol.hpp>

#include "net/socket_stream.h"

namespace fleet {
using Protocol = asio::local::stream_protocol;

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
  auto stream = std::make_unique<SocketStream<Protocol::socket>>(std::move(socket));
  co_return Connected(std::move(stream), Failure());
}

}  // namespace fleet
