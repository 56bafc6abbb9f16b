// SPDX-License-Identifier: Apache-2.0
#include "config/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "base/characters.h"

namespace fleet {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

// The bits of byte `index` that lie within the first `bits`.
std::uint8_t mask_of(std::size_t index, unsigned bits) {
  const unsigned before = static_cast<unsigned>(index) * 8;
  if (bits <= before) return 0;
  if (bits >= before + 8) return 0xff;
  return static_cast<std::uint8_t>(0xff << (before + 8 - bits));
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMapped.size()) == 1)
    return address;
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

bool IpAddress::is_link_local() const {
  if (is_v4()) return bytes[12] == 169 && bytes[13] == 254;
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

bool IpPrefix::contains(const IpAddress& other) const {
  // ::/0 lists IPv6; without this it would list IPv4 by its mapped form too.
  if (address.is_v4() != other.is_v4()) return false;
  for (std::size_t i = 0; i < address.bytes.size(); ++i)
    if (((address.bytes[i] ^ other.bytes[i]) & mask_of(i, bits)) != 0) return false;
  return true;
}

bool IpPrefix::is_network() const {
  if (address.is_v4() && bits < kMappedBits) return false;
  for (std::size_t i = 0; i < address.bytes.size(); ++i)
    if ((address.bytes[i] & ~mask_of(i, bits)) != 0) return false;
  return true;
}

std::string comparable_host(std::string_view host) {
  const auto address = IpAddress::parse(host);
  if (!address) return to_lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->is_v4()) {
    inet_ntop(AF_INET, address->bytes.data() + 12, text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, address->bytes.data(), text.data(), text.size());
  }
  return text.data();
}

}  // namespace fleet
