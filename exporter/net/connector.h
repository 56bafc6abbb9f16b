// SPDX-License-Identifier: Apache-2.0
// From a target to a connected stream: name, address, socket, TLS. Knows at which stage it is, so
// that a deadline that passes names the cause.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "config/target.h"
#include "net/connection.h"
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

  // For who asks how a scrape went. When steps ended, of the last address; the epoch: they did not.
  struct Failed {
    asio::ip::address address;
    Failure failure;
  };
  std::vector<asio::ip::address> addresses;  // that the name has
  std::vector<Failed> failed;                // of them
  Clock::time_point resolved{}, tcp_done{}, ready{};
};

// How much of connecting is in progress at once, all nodes together.
struct ConnectLimits {
  static constexpr std::size_t kConnects = 128;
  static constexpr std::size_t kConnectsToHost = 32;  // among them: all its ports may hang at once
  static constexpr std::size_t kHandshakes = 32;      // among them: with TLS

  explicit ConnectLimits(std::size_t connect_limit = kConnects)
      : connects(connect_limit), handshakes(kHandshakes) {}
  // Those to one host, for as long as somebody has it.
  std::shared_ptr<Slots> to_host(const std::string& host);
  bool available(const std::string& host) const;

  Slots connects;
  Slots handshakes;

 private:
  std::map<std::string, std::weak_ptr<Slots>> hosts_;
};

// A place among the connects in progress, among those to its host, and, with TLS, among those that
// shake hands.
struct ConnectSlot {
  ConnectSlot() = default;
  ConnectSlot(ConnectSlot&&) noexcept = default;
  ConnectSlot& operator=(ConnectSlot&&) = delete;  // would end `host` before what belongs to it
  explicit operator bool() const { return static_cast<bool>(among_all); }

  std::shared_ptr<Slots> host;  // null: a Unix socket
  Slots::Slot to_host;
  Slots::Slot handshake;
  Slots::Slot among_all;
};

// Makes the connections of nodes that are reached with the same certificates.
class Connector {
 public:
  // Which addresses a target may have; empty: all.
  using AddressFilter = std::function<bool(const asio::ip::address&)>;

  // All must outlive the connector.
  Connector(Resolver& resolver, TlsClient& tls, ConnectLimits& limits)
      : resolver_(resolver), tls_(tls), limits_(limits) {}

  // A place among the connects in flight; a node's budget starts when it has one.
  asio::awaitable<ConnectSlot> connect_slot(const Target& target, Clock::time_point deadline);
  bool connect_slot_free(const Target& target) const;

  // Tries the target's addresses in turn, each with its share of the time until `deadline`. A
  // lookup is not bounded by it: wrap the call in finished_before(). The slot's turn to shake hands
  // ends with the handshake; what is asked then needs none.
  asio::awaitable<Connected> connect(const Target& target, const AddressFilter& filter,
                                     Clock::time_point deadline, ConnectSlot& slot,
                                     ConnectProgress& progress);

  // Whether a kept connection may be used again, or why not: it is too old, does not lead to where
  // the target's name points now, or was not made with the certificates in use.
  enum class Reuse : std::uint8_t { yes, aged, moved, other_certificates };
  Reuse reuse(const Target& target, const Connection& connection) const;
  bool may_reuse(const Target& target, const Connection& connection) const {
    return reuse(target, connection) == Reuse::yes;
  }

  // The addresses that the target's name is known to have; none for what is no name.
  std::vector<asio::ip::address> known_addresses(const Target& target) const;
  // What a server's certificate must be for.
  std::string server_name(const Target& target) const;

  TlsClient& tls() { return tls_; }

 private:
  std::string host_of(const Target& target) const;
  asio::awaitable<void> connect_address(const Target& target, asio::ip::address address,
                                        ConnectProgress& progress, Connected& connected);
  bool still_points_to(const Target& target, const asio::ip::address& address) const;

  Resolver& resolver_;
  TlsClient& tls_;
  ConnectLimits& limits_;
};

// What it means that the budget ended while connect() stood where `progress` says.
Failure timed_out(const Target& target, const ConnectProgress& progress);

}  // namespace fleet
