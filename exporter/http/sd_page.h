// SPDX-License-Identifier: Apache-2.0
// Prometheus's HTTP service discovery: what /sd answers has all nodes, each to be scraped through
// /scrape?target=.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scrape/fleet.h"

namespace fleet::http {

// `exporter` is the host:port at which Prometheus reaches the exporter.
std::string sd_json(std::span<const Fleet::Member* const> members, std::string_view exporter);

// /discover-cluster-nodes: the nodes of the Cluster of --redis.addr as redis_exporter lists them,
// by URI.
std::string cluster_json(std::span<const FoundNode> nodes);

}  // namespace fleet::http
