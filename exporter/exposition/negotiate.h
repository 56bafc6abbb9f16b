// SPDX-License-Identifier: Apache-2.0
// What a client accepts, from its Accept-Encoding header.
#pragma once

#include <string_view>

namespace fleet {

// Whether a body may be gzip: "gzip", "deflate, gzip;q=1.0", "*"; not "gzip;q=0" nor "".
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace fleet
