// SPDX-License-Identifier: Apache-2.0
// What this program was built from. Values are filled in by cmake/version.cmake.
#pragma once

#include <string_view>

namespace fleet {

struct BuildInfo {
  std::string_view version;        // of the project: 0.1.0
  std::string_view revision;       // full commit hash, or unknown
  std::string_view revision_date;  // of that commit, ISO 8601, or unknown
  std::string_view compiler;       // GNU 12.2.0
};

extern const BuildInfo kBuildInfo;

}  // namespace fleet
