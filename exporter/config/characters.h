// SPDX-License-Identifier: Apache-2.0
// Which ASCII characters a text is made of, whatever the locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace fleet {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Whether `text` is not empty and holds letters, digits and characters of `others` only.
constexpr bool consists_of(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
  });
}

}  // namespace fleet
