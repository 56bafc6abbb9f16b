// SPDX-License-Identifier: Apache-2.0
// A server's version as one comparable number: 7.2.4 is 0x070204.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/characters.h"

namespace fleet {

using Version = std::uint32_t;

// Reads "7.2.4", "8.1", "6.2.6-v3", "255.255.255" (unstable builds); 0 when it does not start with
// a number. Parts above 255 count as 255.
constexpr Version parse_version(std::string_view text) {
  Version parts[3] = {0, 0, 0};
  std::size_t at = 0;
  for (Version& part : parts) {
    bool digit = false;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      part = part * 10 + static_cast<Version>(text[at] - '0');
      if (part > 255) part = 255;
      digit = true;
    }
    if (!digit || at >= text.size() || text[at] != '.') break;
    ++at;
  }
  return parts[0] << 16 | parts[1] << 8 | parts[2];
}

}  // namespace fleet
