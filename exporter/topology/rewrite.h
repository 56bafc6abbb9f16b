// SPDX-License-Identifier: Apache-2.0
// What to connect to instead of an address that servers announce and that cannot be reached from
// here: Group::rewrites, applied.
#pragma once

#include <optional>
#include <span>

#include "config/group.h"
#include "topology/address.h"

namespace fleet {

// What the first rewrite that fits makes of the address; none when none fits. Networks fit literal
// addresses only, hosts fit whatever the case.
std::optional<HostPort> rewritten(std::span<const Rewrite> rewrites, const HostPort& announced);

}  // namespace fleet
