// SPDX-License-Identifier: Apache-2.0
// The page of one collector: from what a server answered, or from INFO's text alone.
#pragma once

#include <filesystem>
#include <string_view>

#include "collectors/registry.h"
#include "support/collector_runner.h"

namespace fleet::test {

// `scenario` is a folder of tests/fixtures, "redis-7.0/standalone".
inline Answers recorded(std::string_view scenario) {
  return Answers(std::filesystem::path(FIXTURES_FOLDER) / scenario);
}

inline Page page_of(const Collector& collector, std::string_view info_text,
                    const CollectorOptions& options = {}) {
  return run_collector(collector, Answers().add_info_text(info_text), options);
}

}  // namespace fleet::test
