// SPDX-License-Identifier: Apache-2.0
#include "config/shard.h"

namespace fleet {
namespace {

// FNV-1a, and the finish of MurmurHash3: the weights of neighbouring shards must not be alike.
std::uint64_t weight(std::string_view group, std::uint32_t shard) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto take = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3U; };
  for (const char c : group) take(static_cast<unsigned char>(c));
  for (int shift = 0; shift < 32; shift += 8) take(static_cast<unsigned char>(shard >> shift));
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33);
}

}  // namespace

bool Shard::owns(std::string_view group) const {
  std::uint32_t best = 0;
  std::uint64_t heaviest = weight(group, 0);
  for (std::uint32_t i = 1; i < count; ++i) {
    const std::uint64_t one = weight(group, i);
    if (one <= heaviest) continue;
    heaviest = one;
    best = i;
  }
  return best == index;
}

}  // namespace fleet
