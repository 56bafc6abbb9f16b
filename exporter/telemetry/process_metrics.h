// SPDX-License-Identifier: Apache-2.0
// The process_* metrics that every Prometheus client library has, read from the kernel when asked
// for.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace fleet {

class ProcessMetrics : public prometheus::Collectable {
 public:
  ProcessMetrics();
  ~ProcessMetrics() override;
  ProcessMetrics(const ProcessMetrics&) = delete;
  ProcessMetrics& operator=(const ProcessMetrics&) = delete;
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  double start_time_;  // Unix seconds
  int statm_;          // kept open: opening a file of /proc takes longer than reading it
};

}  // namespace fleet
