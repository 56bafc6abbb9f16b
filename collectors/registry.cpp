// SPDX-License-Identifier: Apache-2.0
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr const Collector* kCollectors[] = {
    &kServerCollector,
    &kClientsCollector,
    &kMemoryCollector,
    &kPersistenceCollector,
    &kStatsCollector,
    &kReplicationCollector,
    &kCpuCollector,
    &kKeyspaceCollector,
    &kCommandstatsCollector,
    &kErrorstatsCollector,
    &kLatencystatsCollector,
    &kLatencyCollector,
    &kLatencyHistogramCollector,
    &kSlowlogCollector,
    &kCommandlogCollector,
    &kConfigCollector,
    &kSecurityCollector,
    &kClusterCollector,
    &kClusterNodesCollector,
    &kSentinelCollector,
    &kSentinelMastersCollector,
    &kSentinelConfigCollector,
    &kModulesCollector,
    &kClientListCollector,
    &kTile38Collector,
};

}  // namespace

std::span<const Collector* const> all_collectors() { return kCollectors; }

const Collector* find_collector(std::string_view name) {
  for (const Collector* collector : kCollectors)
    if (collector->name == name) return collector;
  return nullptr;
}

void declare_metrics(std::span<const Collector* const> collectors, Catalogue& catalogue) {
  for (const Collector* collector : collectors) {
    for (const InfoField& field : collector->fields) catalogue.declare(field.metric);
    for (const InfoField& column : collector->columns) catalogue.declare(column.metric);
    for (const Metric* metric : collector->metrics) catalogue.declare(*metric);
  }
}

Outcome run(const Collector& collector, const Input& input, SampleSet& out) {
  emit_fields(input.info, collector.fields, out);
  return collector.collect != nullptr ? collector.collect(input, out) : Outcome::ok();
}

}  // namespace fleet
