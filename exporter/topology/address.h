// SPDX-License-Identifier: Apache-2.0
// A node's address as servers announce it to each other: an IP address, or a name where they are
// configured to announce names.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fleet {

struct HostPort {
  static constexpr std::size_t kLongestHost = 253;  // of a name in DNS

  std::string host = {};   // no brackets; empty: not known
  std::uint16_t port = 0;  // 0: not known
  auto operator<=>(const HostPort&) const = default;

  // Whether it can be connected to. What a server sends as a host may be anything; one that is
  // neither an address nor a name of letters, digits, dots, hyphens and underscores is none.
  bool usable() const;
};

// "10.0.0.5:6379", "[fd00::1]:6379".
std::string display(const HostPort& address);

}  // namespace fleet
