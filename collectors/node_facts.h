// SPDX-License-Identifier: Apache-2.0
// What INFO tells about a node that decides what it can be asked: kind, version, flavour.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/version.h"
#include "resp/info.h"

namespace fleet {

enum NodeKinds : std::uint8_t { kMaster = 1, kReplica = 2, kSentinel = 4, kData = 3, kAny = 7 };

struct NodeFacts {
  static constexpr std::size_t kMostMasters = 128;
  static constexpr std::size_t kLongestName = 512;  // of a master

  bool known = false;  // false: INFO was never answered
  std::uint8_t kind = kMaster;
  Version version = 0;         // redis_version; Valkey says 7.2.4 here
  Version valkey_version = 0;  // 0: not Valkey
  bool tile38 = false;         // it has an INFO, and else little that a Redis has
  bool dragonfly = false;
  bool cluster_enabled = false;
  bool loading = false;
  // Whether a module for search is loaded; none when INFO has no list of modules.
  std::optional<bool> search_module = {};
  // Connections that CLIENT LIST would show, those of replicas too; infinite when INFO does not
  // tell.
  double clients = 0;
  std::string run_id;
  std::string role;  // "master", "slave", "sentinel", as INFO has it; of Dragonfly also "replica"
  // Masters that a Sentinel watches and that it is asked about one by one: the first in the order
  // of their names, at most kMostMasters, none whose name is longer than kLongestName.
  std::vector<std::string> masters;
  double start_time = 0;  // Unix seconds, the same value from scrape to scrape of one run_id

  // CONFIG GET takes several names since Redis 7.0; on Dragonfly one, whatever redis_version says.
  bool takes_several_settings() const { return version >= 0x070000 && !dragonfly; }
};

// The facts after an answer to INFO that came at `now` (Unix seconds). `before` keeps the start
// time from jittering by the second that uptime is rounded to.
NodeFacts facts_of(const Info& info, double now, const NodeFacts& before = {});

}  // namespace fleet
