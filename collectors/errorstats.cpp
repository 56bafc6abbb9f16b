// SPDX-License-Identifier: Apache-2.0
// INFO errorstats: error replies by their first word.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Metric kErrors =
    counter("redis_errors_total", "Error replies that begin with this word.", "err")
        .source("INFO errorstat_ERR count")
        .since("6.2");
constexpr const Metric* kMetrics[] = {&kErrors};

// Rules watch these, so their counters exist before they first happen.
constexpr std::array<std::string_view, 21> kExpected = {
    "ERR",      "NOAUTH",     "WRONGPASS",   "NOPERM",     "OOM",       "MISCONF",  "NOREPLICAS",
    "READONLY", "LOADING",    "BUSY",        "MASTERDOWN", "WRONGTYPE", "NOSCRIPT", "EXECABORT",
    "DENIED",   "UNKILLABLE", "CLUSTERDOWN", "CROSSSLOT",  "MOVED",     "ASK",      "TRYAGAIN"};

// Newer servers stop counting at this many words (scripts make up their own); older ones do not.
constexpr std::size_t kMaxErrors = 128;
constexpr std::string_view kOther = "other";  // the rest, and what scripts call so

Outcome collect(const Input& input, SampleSet& out) {
  // Came with Errorstats, which is empty until the first error.
  if (!input.info.find("total_error_replies")) return Outcome::ok();
  constexpr std::string_view kPrefix = "errorstat_";
  std::array<bool, kExpected.size()> seen{};
  std::size_t errors = 0;
  bool any_other = false;
  double other = 0;
  for (const auto& [key, row] : input.info.section("Errorstats")) {
    const auto count = Info::number_in(column(row, "count").value_or(""));
    if (!key.starts_with(kPrefix) || !count) continue;
    const std::string_view error = key.substr(kPrefix.size());
    const auto expected = std::ranges::find(kExpected, error);
    if (expected != kExpected.end()) {
      seen[static_cast<std::size_t>(expected - kExpected.begin())] = true;
    } else if (error == kOther || ++errors > kMaxErrors) {
      any_other = true;
      other += *count;
      continue;
    }
    out.add(kErrors, {{"err", error}}, *count);
  }
  if (any_other) out.add(kErrors, {{"err", kOther}}, other);
  for (std::size_t i = 0; i < kExpected.size(); ++i)
    if (!seen[i]) out.add(kErrors, {{"err", kExpected[i]}}, 0);
  return Outcome::ok();
}

}  // namespace

constinit const Collector kErrorstatsCollector{
    .name = "errorstats",
    .about = "Error replies by kind.",
    .applies_to = kData,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
