// SPDX-License-Identifier: Apache-2.0
// From a conversation to the samples of a node: runs the collectors and adds what the exporter
// itself says about the scrape. No I/O.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/failure.h"
#include "samples/sample_set.h"
#include "scrape/conversation.h"
#include "telemetry/self_metrics.h"

namespace fleet {

// What a scrape of a node came to; immutable, shared by all who asked.
struct NodeReport {
  explicit NodeReport(const Catalogue& catalogue, SampleSet::Size expected = {})
      : samples(catalogue, expected) {}

  struct CollectorFailure {
    std::string_view collector;
    std::string why;
  };

  // How a collector fared.
  struct Run {
    const Collector* collector;
    bool success;
    double seconds;
    std::size_t series;
    bool truncated;  // its limit left something out
  };

  SampleSet samples;
  std::vector<std::shared_ptr<const SampleSet>> checks;  // their results
  bool up = false;
  NodeFacts node;        // known only when up, and of a proxy that refuses INFO not even then
  Failure failure;       // of the node; also set when it is up but not every reply came in time
  std::string rdb_path;  // as the server has it; empty: it was not asked, or does not say
  std::vector<Run> runs;
  std::vector<CollectorFailure> collector_failures;
  ScrapeFacts facts;
};

std::shared_ptr<NodeReport> make_report(const Conversation& talk, const NodeMemory& memory,
                                        const ScrapeSettings& settings, const Catalogue& catalogue,
                                        double seconds,
                                        std::optional<double> own_certificate_not_after);

// The report of a scrape that came to nothing.
std::shared_ptr<const NodeReport> make_failed_report(Failure failure, const Catalogue& catalogue);

}  // namespace fleet
