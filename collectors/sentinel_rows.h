// SPDX-License-Identifier: Apache-2.0
// The rows of INFO's Sentinel section, one for each master that the Sentinel watches:
//
//   master0:name=mymaster,status=ok,address=127.0.0.1:6379,slaves=1,sentinels=2
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "resp/info.h"

namespace fleet {

// Views into INFO's text.
struct SentinelRow {
  std::string_view name;     // not empty
  std::string_view columns;  // what stands behind the name
};

// One row's value; none without a name. A name may hold commas.
std::optional<SentinelRow> read_sentinel_row(std::string_view value);

// In the order of INFO.
std::vector<SentinelRow> sentinel_rows(const Info& info);

}  // namespace fleet
