// SPDX-License-Identifier: Apache-2.0
// The limits that alert rules compare with: each default stands here once, is overridden in the
// configuration for all groups or for one, and is exported as redis_threshold.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fleet {

enum class Severity : std::uint8_t { info, warning, critical };
std::string_view name_of(Severity severity);

struct Threshold {
  std::string_view name;   // label `name`: "memory_used_ratio"
  Severity severity;       // a name stands once for each of its severities
  double value;            // in the unit that the name ends with; without one it is a count
  double least, most;      // what an override may say
  bool below;              // a rule fires below it, else above it; at the value itself it does not
  std::string_view about;  // what is compared with it, one sentence
};
// By name, then severity.
std::span<const Threshold> thresholds();

struct ThresholdOverride {
  const Threshold* threshold;
  double value;
  bool operator==(const ThresholdOverride&) const = default;
};

}  // namespace fleet
