// SPDX-License-Identifier: Apache-2.0
// The page of /scrape?debug=true: one scrape explained to a person. Pure.
#pragma once

#include <string>

#include "scrape/explanation.h"

namespace fleet::http {

// What the request says that the scrape does not know.
struct DebugRequest {
  std::string target;         // as asked for, without secrets
  std::string group;          // whose node it is
  std::string credentials;    // whom it takes the exporter for
  Clock::time_point arrived;  // before its name was looked up
  Clock::time_point deadline;
  std::string deadline_from;  // "--scrape.timeout 10s"
};

std::string debug_page(const Explanation& scrape, const DebugRequest& request);

}  // namespace fleet::http
