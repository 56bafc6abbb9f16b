// SPDX-License-Identifier: Apache-2.0
// The checks that the URL of a /scrape asks for, by the names of their flags.
#pragma once

#include <string>

#include "config/check_settings.h"
#include "http/request.h"

namespace fleet::http {

struct UrlChecks {
  bool any = false;          // the URL asks for checks
  CheckSettings settings;    // with what it asks for, and `configured` otherwise
  std::string problem = {};  // with the name of the parameter; empty: none
};

// check-keys, check-single-keys, count-keys, check-streams, check-single-streams: each takes the
// place of what is configured, unless it is empty.
UrlChecks url_checks(const Request& request, const CheckSettings& configured);

}  // namespace fleet::http
