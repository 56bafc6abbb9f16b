// SPDX-License-Identifier: Apache-2.0
// Text as it stands in URLs: %2C for a comma.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fleet {

// In queries and forms + is a space.
enum class Plus : std::uint8_t { is_plus, is_space };

// Appends the decoded text; false, with part of it, when a % is not followed by two hexadecimal
// digits.
bool percent_decode(std::string_view text, Plus plus, std::string& out);

}  // namespace fleet
