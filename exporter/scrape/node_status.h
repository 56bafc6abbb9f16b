// SPDX-License-Identifier: Apache-2.0
// How nodes and groups are doing, for people: what the last scrape of each came to.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fleet {

struct NodeStatus {
  double ended = 0;    // Unix seconds, of the last scrape; 0: there was none
  double seconds = 0;  // that it took
  bool up = false;
  std::string reason = {};   // one of redis_exporter_last_scrape_error's; empty: none
  std::string message = {};  // what is wrong and what to do; empty: nothing
  // Collectors that did not succeed, each with the reason and, of a missing right, what grants it.
  std::vector<std::string> failed_collectors = {};
  std::string role = {};     // as INFO has it: "master", "slave", "sentinel"
  std::string version = {};  // "7.0.15", "Valkey 8.1.3"; empty: not known
};

struct GroupStatus {
  std::string name = {};  // empty: of the flags
  std::string kind = {};  // "sentinel", "cluster", "nodes"
  std::size_t nodes = 0;
  bool own = true;               // of this exporter's shard
  bool has_discovery = false;    // and if it has:
  bool discovery_tried = false;  // a round has ended
  bool discovery_works = false;  // the last one was good
  double last_discovery = 0;     // Unix seconds, of the last good one; 0: never
  std::string problem = {};      // of the last one
};

}  // namespace fleet
