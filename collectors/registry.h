// SPDX-License-Identifier: Apache-2.0
// The one list of collectors, and the frame that runs one of them.
#pragma once

#include <span>
#include <string_view>

#include "collectors/collector.h"
#include "samples/catalogue.h"

namespace fleet {

extern const Collector kServerCollector, kClientsCollector, kMemoryCollector, kPersistenceCollector,
    kStatsCollector, kReplicationCollector, kCpuCollector, kKeyspaceCollector,
    kCommandstatsCollector, kErrorstatsCollector, kLatencystatsCollector, kLatencyCollector,
    kLatencyHistogramCollector, kSlowlogCollector, kCommandlogCollector, kConfigCollector,
    kSecurityCollector, kClusterCollector, kClusterNodesCollector, kSentinelCollector,
    kSentinelMastersCollector, kSentinelConfigCollector, kModulesCollector, kClientListCollector,
    kTile38Collector;

// In the order in which their families stand on a page.
std::span<const Collector* const> all_collectors();

// Null when there is none of that name.
const Collector* find_collector(std::string_view name);

// Declares what the collectors emit, in their order.
void declare_metrics(std::span<const Collector* const> collectors, Catalogue& catalogue);

// Emits the collector's fields and calls its function.
Outcome run(const Collector& collector, const Input& input, SampleSet& out);

}  // namespace fleet
