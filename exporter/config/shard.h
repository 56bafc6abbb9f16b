// SPDX-License-Identifier: Apache-2.0
// Which of several exporters with the same configuration answers for a group: --shard=i/n.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fleet {

struct Shard {
  std::uint32_t index = 0;  // below count
  std::uint32_t count = 1;
  bool operator==(const Shard&) const = default;

  // Whether this exporter is the one for a redis_group. By rendezvous hashing: another count moves
  // the groups of the exporters that come or go, and no others. The same in every build.
  bool owns(std::string_view group) const;
};

}  // namespace fleet
