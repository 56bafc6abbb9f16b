// SPDX-License-Identifier: Apache-2.0
// / and /status.json: how the fleet is doing, for people and for programs. The page needs no
// JavaScript; with it, it refreshes, filters and sorts. It loads nothing from elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"
#include "scrape/fleet.h"

namespace fleet::http {

// How the configuration is doing; whoever reads it keeps this.
struct ConfigurationStatus {
  double read = 0;                         // Unix seconds, of the one in use
  std::vector<std::string> warnings = {};  // of the one in use
  std::string problem = {};                // of the one that was read last; empty: it is in use
  std::uint64_t reads = 0;                 // that have ended, good or bad
};

struct Status {
  std::string version = {};
  double now = 0;  // Unix seconds
  const ConfigurationStatus* configuration = nullptr;
  std::vector<GroupStatus> groups = {};
  std::vector<const Fleet::Member*> members = {};
  std::string telemetry_path = {};
  bool has_scrape = true;          // /scrape and /sd
  bool has_cluster_nodes = false;  // /discover-cluster-nodes
};

Response status_page(const Status& status);
Response status_json(const Status& status);

// What the page loads: /status.css and /status.js. Null: another path.
const std::string_view* status_asset(std::string_view path);

}  // namespace fleet::http
