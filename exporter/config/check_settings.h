// SPDX-License-Identifier: Apache-2.0
// What flags and configuration say about looking into the data of a node.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "config/key_list.h"

namespace fleet {

// What flags and configuration take, at most.
inline constexpr std::size_t kMostBatch = 100'000;
inline constexpr std::size_t kMostKeys = 50'000;
inline constexpr std::size_t kMostGroups = 10'000;
inline constexpr std::size_t kMostScriptBytes = 1 << 20;

// A Lua script of the operator's.
struct Script {
  std::string path;  // as given: the label `filename`
  std::string text;
  bool operator==(const Script&) const = default;
};

struct CheckSettings {
  std::vector<KeyPattern> keys = {};            // --check-keys
  std::vector<KeyPattern> single_keys = {};     // --check-single-keys: never patterns
  std::vector<KeyPattern> count_keys = {};      // --count-keys
  std::vector<KeyPattern> streams = {};         // --check-streams
  std::vector<KeyPattern> single_streams = {};  // --check-single-streams: never patterns
  std::vector<std::string> key_groups = {};  // --check-key-groups: Lua patterns, the first counts
  std::vector<Script> scripts = {};          // --script
  bool search = false;                       // --include-search-indexes-metrics
  std::string search_indexes = ".*";  // --check-search-indexes: regular expression of their names

  std::size_t batch = 1000;        // --check-keys-batch-size: keys that one SCAN looks at, at most
  std::size_t most_keys = 10000;   // --check-keys-limit: that patterns may find on a node
  std::size_t most_groups = 100;   // --max-distinct-key-groups
  bool values = true;              // --disable-exporting-key-values
  bool consumers = true;           // --streams-exclude-consumer-metrics
  bool on_masters = true;          // --skip-checkkeys-for-role-master
  bool on_replicas = true;         // not with --is-cluster, which has the masters for that
  bool read_only_scripts = false;  // --lua-script-read-only
  // --check-keys-interval: from one walk through the keys to the next, unless both are short.
  std::chrono::nanoseconds interval = std::chrono::seconds(30);
  // --check-keys-server-share: of the server's time, at most.
  double share = 0.05;

  // Whether there is anything to look at.
  bool any() const {
    return !keys.empty() || !single_keys.empty() || !count_keys.empty() || !streams.empty() ||
           !single_streams.empty() || !key_groups.empty() || !scripts.empty() || search;
  }
  bool operator==(const CheckSettings&) const = default;
};

}  // namespace fleet
