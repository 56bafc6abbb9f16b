// SPDX-License-Identifier: Apache-2.0
// IPv4 and IPv6 addresses and prefixes as 16 bytes: IPv4 is the mapped form ::ffff:a.b.c.d, so that
// an IPv4 address and its mapped spelling are one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fleet {

struct IpAddress {
  // "10.0.0.1", "fd00::1"; no brackets, no zone, four full decimal parts. Otherwise none.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  // 169.254.0.0/16 or fe80::/10: addresses of one network link, among them clouds' metadata
  // servers.
  bool is_link_local() const;
  bool operator==(const IpAddress&) const = default;

  std::array<std::uint8_t, 16> bytes{};
};

struct IpPrefix {
  // Whether `address` is of the same family and agrees in the first `bits`.
  bool contains(const IpAddress& address) const;
  // Whether the address has no bit set after the prefix: true of 10.0.0.0/8, not of 10.0.0.1/8.
  bool is_network() const;
  bool operator==(const IpPrefix&) const = default;

  IpAddress address;
  unsigned bits = 128;  // of the 16 bytes: IPv4's length plus 96
};

// The host as it is compared: lower case, an address in its usual spelling.
std::string comparable_host(std::string_view host);

}  // namespace fleet
