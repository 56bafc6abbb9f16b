// SPDX-License-Identifier: Apache-2.0
// What /sd answers: Prometheus's HTTP service discovery of all nodes, each to be scraped through
// /scrape?target=.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scrape/fleet.h"

namespace fleet::http {

// `exporter` is the host:port at which Prometheus reaches the exporter.
std::string sd_json(std::span<const Fleet::Member* const> members, std::string_view exporter);

}  // namespace fleet::http
