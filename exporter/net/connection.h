// SPDX-License-Identifier: Apache-2.0
// A stream that speaks RESP: sends a batch of commands, collects what comes back. What was
// collected before a deadline stays.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/address.hpp>

#include "base/failure.h"
#include "net/stream.h"
#include "resp/reply_buffer.h"

namespace fleet {

class Connection {
 public:
  Connection(std::unique_ptr<Stream> stream, asio::ip::address address, unsigned tls_generation,
             Clock::time_point replace_at)
      : stream_(std::move(stream)),
        address_(std::move(address)),
        tls_generation_(tls_generation),
        replace_at_(replace_at) {}

  asio::awaitable<Failure> send(const std::string& batch);

  // Reads until `replies` holds `expected` replies. May be cancelled and called again with the same
  // buffer: nothing that came is lost. `first_byte` is set when the first of them comes.
  asio::awaitable<Failure> receive(std::size_t expected, ReplyBuffer& replies,
                                   Clock::time_point* first_byte = nullptr);

  // Reads until `replies` holds at least so many, and leaves it open for more: of a server that
  // also sends what it was not asked for. May be cancelled likewise.
  asio::awaitable<Failure> receive_more(std::size_t least, ReplyBuffer& replies,
                                        Clock::time_point* first_byte = nullptr);

  const asio::ip::address& address() const { return address_; }
  unsigned tls_generation() const { return tls_generation_; }
  Clock::time_point replace_at() const { return replace_at_; }
  std::optional<double> peer_certificate_not_after() const {
    return stream_->peer_certificate_not_after();
  }
  std::optional<TlsSession> tls_session() const { return stream_->tls_session(); }

 private:
  std::unique_ptr<Stream> stream_;
  asio::ip::address address_;
  unsigned tls_generation_;
  Clock::time_point replace_at_;  // age limit
};

// About `time` from now, within 10 %: what a fleet does to its nodes now and then must not meet all
// of them at once.
Clock::time_point about(Clock::duration time);

}  // namespace fleet
