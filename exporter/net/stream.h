// SPDX-License-Identifier: Apache-2.0
// A connected byte stream, whatever carries it, and the three ways to get one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include "base/failure.h"
#include "net/deadline.h"

namespace fleet {

class TlsClient;

struct IoResult {
  boost::system::error_code error;
  std::size_t size;
};

// What a handshake agreed on, as OpenSSL names it.
struct TlsSession {
  std::string_view version, cipher;
};

class Stream {
 public:
  virtual ~Stream() = default;
  virtual asio::awaitable<IoResult> read_some(asio::mutable_buffer into) = 0;
  virtual asio::awaitable<IoResult> write(asio::const_buffer all) = 0;
  // Unix time at which the first certificate of the server's chain expires; none without TLS.
  virtual std::optional<double> peer_certificate_not_after() const { return std::nullopt; }
  virtual std::optional<TlsSession> tls_session() const { return std::nullopt; }
};

// A stream, or why there is none.
struct Connected {
  Connected(std::unique_ptr<Stream> connected, Failure why)
      : stream(std::move(connected)), failure(std::move(why)) {}
  std::unique_ptr<Stream> stream;
  Failure failure;
};

asio::awaitable<Connected> connect_tcp(asio::ip::address address, std::uint16_t port);
// `server_name` is sent (SNI, unless it is an address) and must be in the server's certificate.
// `tcp_done` is set before the handshake begins.
asio::awaitable<Connected> connect_tls(asio::ip::address address, std::uint16_t port,
                                       std::string server_name, const TlsClient& tls,
                                       Clock::time_point& tcp_done);
asio::awaitable<Connected> connect_unix(std::string path);

// The reason behind a system error of connect, read or write, with a sentence.
Failure network_failure(const boost::system::error_code& error, const std::string& doing);

}  // namespace fleet
