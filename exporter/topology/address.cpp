// SPDX-License-Identifier: Apache-2.0
#include "topology/address.h"

#include <arpa/inet.h>

#include <array>

#include "base/characters.h"
#include "config/ip_address.h"

namespace fleet {

bool HostPort::usable() const {
  if (port == 0 || host.size() > kLongestHost) return false;
  if (host.find(':') != std::string::npos) return IpAddress::parse(host).has_value();
  return consists_of(host, "-._");
}

std::string display(const HostPort& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

std::string comparable_host(std::string_view host) {
  const auto address = IpAddress::parse(host);
  if (!address) return to_lower(host);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->is_v4()) {
    inet_ntop(AF_INET, address->bytes.data() + 12, text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, address->bytes.data(), text.data(), text.size());
  }
  return text.data();
}

}  // namespace fleet
