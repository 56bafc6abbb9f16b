// SPDX-License-Identifier: Apache-2.0
// Every metric but those of collectors and of the exporter's own process.
#pragma once

#include <span>

#include "checks/check_metrics.h"
#include "samples/catalogue.h"
#include "scrape/fleet_metrics.h"
#include "scrape/node_metrics.h"
#include "scrape/truth_metrics.h"

namespace fleet {

inline constexpr std::span<const Metric* const> kMetricTables[] = {kNodeMetrics, kFleetMetrics,
                                                                   kTruthMetrics, kCheckMetrics};

inline void declare_tables(Catalogue& catalogue) {
  for (const auto& table : kMetricTables)
    for (const Metric* metric : table) catalogue.declare(*metric);
}

}  // namespace fleet
