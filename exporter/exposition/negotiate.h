// SPDX-License-Identifier: Apache-2.0
// What a client accepts, from its Accept and Accept-Encoding headers.
#pragma once

#include <string_view>

#include "exposition/format.h"

namespace fleet {

// Whether a body may be gzip: "gzip", "deflate, gzip;q=1.0", "*"; not "gzip;q=0" nor "".
bool accepts_gzip(std::string_view accept_encoding);

// OpenMetrics where a client names it, in a version that we write, and likes no text better.
Format preferred_format(std::string_view accept);

}  // namespace fleet
