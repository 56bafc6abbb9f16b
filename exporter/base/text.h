// SPDX-License-Identifier: Apache-2.0
// Small text tools that the parsers share: strict numbers and splitting. No allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fleet {

// The number that the whole of `text` spells: "7", "-1", "0.25", "1e3", "inf", "-nan". None when
// anything else stands there, so that "12abc" or "" is never taken for a value.
std::optional<double> parse_number(std::string_view text);

// The same for whole numbers that fit 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text);

// A port as servers write it, 0 to 65535; -1 for everything else.
std::int32_t parse_port(std::string_view text);

// `text` when it can be the run_id of a server or the id of a Cluster's node, which is 40
// hexadecimal digits; empty when it is longer than 64 characters or holds others than letters and
// digits.
std::string_view parse_id(std::string_view text);

// Takes the part of `rest` up to `separator` away from it and returns that part; the separator goes
// too. Without a separator everything is taken.
inline std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

// Length of the valid UTF-8 sequence at the start of `text`, which is not empty; 0 when there is
// none.
std::size_t utf8_length(std::string_view text);

// Whether both are the same but for ASCII case.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace fleet
