// SPDX-License-Identifier: Apache-2.0
#include "topology/rewrite.h"

#include "base/text.h"

namespace fleet {
namespace {

bool fits(const Rewrite& rewrite, const HostPort& announced) {
  if (rewrite.port != 0 && rewrite.port != announced.port) return false;
  if (!rewrite.network) return equal_ignoring_case(rewrite.host, announced.host);
  const auto address = IpAddress::parse(announced.host);
  return address && rewrite.network->contains(*address);
}

}  // namespace

std::optional<HostPort> rewritten(std::span<const Rewrite> rewrites, const HostPort& announced) {
  for (const Rewrite& rewrite : rewrites) {
    if (!fits(rewrite, announced)) continue;
    return HostPort{rewrite.to_host.empty() ? announced.host : rewrite.to_host,
                    rewrite.to_port == 0 ? announced.port : rewrite.to_port};
  }
  return std::nullopt;
}

}  // namespace fleet
