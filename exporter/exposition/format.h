// SPDX-License-Identifier: Apache-2.0
// The formats of a page of metrics: Prometheus text 0.0.4 and OpenMetrics 1.0. Names of series and
// text of labels are the same in both.
#pragma once

#include <cstdint>
#include <string_view>

namespace fleet {

enum class Format : std::uint8_t { text, openmetrics };

constexpr std::string_view content_type(Format format) {
  return format == Format::text ? "text/plain; version=0.0.4; charset=utf-8"
                                : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

// What stands behind the last family.
constexpr std::string_view end_of_page(Format format) {
  return format == Format::text ? "" : "# EOF\n";
}

}  // namespace fleet
