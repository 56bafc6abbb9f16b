// SPDX-License-Identifier: Apache-2.0
// From a target to a connected stream: name, address, socket, TLS. Knows at which stage it is, so
// that a deadline that passes names the cause.
#pragma once

#include <functional>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "config/target.h"
#include "net/resolver.h"
#include "net/slots.h"
#include "net/stream.h"
#include "net/tls_client.h"

namespace fleet {

// Where an attempt to connect stands. Written while connect() runs, read when its deadline passed.
struct ConnectProgress {
  enum class Stage { resolve, connect, handshake };
  Stage stage = Stage::resolve;
  asio::ip::address address;    // that is, or was, connected to; unspecified for Unix sockets
  unsigned tls_generation = 0;  // of the certificates in use
};

// What the exporter shares between all its connections.
class Connector {
 public:
  // Which addresses a target may have; empty: all.
  using AddressFilter = std::function<bool(const asio::ip::address&)>;

  static constexpr std::size_t kConnects = 128;   // in flight, all nodes together
  static constexpr std::size_t kHandshakes = 32;  // TLS handshakes among them

  Connector(Resolver& resolver, TlsClient& tls, std::size_t connects = kConnects)
      : resolver_(resolver), tls_(tls), connects_(connects), handshakes_(kHandshakes) {}

  // A place among the connects in flight; a node's budget starts when it has one.
  asio::awaitable<Slots::Slot> connect_slot(Clock::time_point deadline);
  bool connect_slot_free() const { return connects_.available(); }

  // Tries the target's addresses in turn, each with its share of the time until `deadline`. A
  // lookup is not bounded by it: wrap the call in finished_before().
  asio::awaitable<Connected> connect(const Target& target, const AddressFilter& filter,
                                     Clock::time_point deadline, ConnectProgress& progress);

  // Whether a connection to `address` still leads to where the target's name points.
  bool still_points_to(const Target& target, const asio::ip::address& address) const;

  TlsClient& tls() { return tls_; }

 private:
  asio::awaitable<void> connect_address(const Target& target, asio::ip::address address,
                                        Clock::time_point deadline, ConnectProgress& progress,
                                        Connected& connected);

  Resolver& resolver_;
  TlsClient& tls_;
  Slots connects_;
  Slots handshakes_;
};

// What it means that the budget ended while connect() stood where `progress` says.
Failure timed_out(const Target& target, const ConnectProgress& progress);

}  // namespace fleet
