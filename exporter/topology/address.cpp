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

}  // namespace fleet
