// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>

#include "net/socket_stream.h"

namespace fleet {
asio::awaitable<Connected> connect_tcp(asio::ip::address address, std::uint16_t port) {
  const auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::socket socket(executor);
  const asio::ip::tcp::endpoint endpoint(address, port);
  const auto [error] = co_await socket.async_connect(endpoint, no_throw);
  if (error) {
    Failure failure = network_failure(error, "connect");
    co_return Connected(nullptr, std::move(failure));
  }
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  auto stream = std::make_unique<SocketStream<asio::ip::tcp::socket>>(std::move(socket));
  co_return Connected(std::move(stream), Failure());
}

Failure network_failure(const boost::system::error_code& error, const std::string& doing) {
  using namespace boost::asio;
  const std::string what = doing + ": " + error.message();
  if (error == error::connection_refused)
    return {Reason::refused,
            what + "; nobody listens there: check address and port, and that the server runs"};
  if (error == error::timed_out)
    return {Reason::timeout, what + "; the host does not answer: check address and firewall"};
  if (error == error::host_unreachable || error == error::network_unreachable ||
      error == error::network_down || error == error::address_family_not_supported)
    return {Reason::unreachable, what + "; no route to the host: check address and network"};
  if (error == error::no_descriptors)
    return {Reason::limit, what + "; raise the exporter's limit of open files (ulimit -n)"};
  if (error == error::access_denied)
    return {Reason::unreachable, what + "; the exporter's user may not open it"};
  if (error == boost::system::errc::no_such_file_or_directory)
    return {Reason::unreachable, what + "; no socket file there: check the path"};
  // With TLS 1.3 the server judges the client's certificate after the client's handshake has ended.
  if (error.category() == error::get_ssl_category())
    return {Reason::tls, what +
                             "; check whether the server asks for a client certificate, and trusts "
                             "this one (--tls-client-cert-file)"};
  return {Reason::closed, what + "; the server ended the connection: see its log"};
}

}  // namespace fleet
