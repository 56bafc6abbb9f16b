// SPDX-License-Identifier: Apache-2.0
#include "base/duration.h"

#include <cstdint>
#include <limits>

#include "base/characters.h"

namespace fleet {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr Unit kUnits[] = {
    {"ns", 1},         {"us", 1'000},  {"\u00b5s", 1'000},  {"\u03bcs", 1'000},
    {"ms", 1'000'000}, {"s", kSecond}, {"m", 60 * kSecond}, {"h", 3600 * kSecond},
};
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

// Holds 18 digits of a fraction times the nanoseconds of an hour.
__extension__ using Wide = unsigned __int128;

// Digits before a point: false when they do not fit.
bool take_whole(std::string_view& rest, std::uint64_t& whole) {
  for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
    const auto digit = static_cast<std::uint64_t>(rest.front() - '0');
    if (whole > (kMost - digit) / 10) return false;
    whole = whole * 10 + digit;
  }
  return true;
}

// Digits after a point as numerator over scale; those past the 18th are less than a nanosecond
// of an hour (3.6e12 ns) and are dropped.
void take_fraction(std::string_view& rest, std::uint64_t& numerator, std::uint64_t& scale) {
  for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
    if (scale >= 1'000'000'000'000'000'000) continue;
    numerator = numerator * 10 + static_cast<std::uint64_t>(rest.front() - '0');
    scale *= 10;
  }
}

const Unit* take_unit(std::string_view& rest, std::string_view& name) {
  std::size_t length = 0;
  while (length < rest.size() && rest[length] != '.' && !is_digit(rest[length])) ++length;
  name = rest.substr(0, length);
  rest.remove_prefix(length);
  for (const Unit& unit : kUnits)
    if (unit.name == name) return &unit;
  return nullptr;
}

// One "1.5h" taken from `rest` and added to `total`; otherwise what is wrong.
std::string add_part(std::string_view& rest, std::uint64_t& total) {
  std::uint64_t whole = 0, numerator = 0, scale = 1;
  const std::size_t before = rest.size();
  if (!take_whole(rest, whole)) return "too long";
  std::size_t digits = before - rest.size();
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    const std::size_t point = rest.size();
    take_fraction(rest, numerator, scale);
    digits += point - rest.size();
  }
  if (digits == 0) return "a number must come first";
  std::string_view name;
  const Unit* unit = take_unit(rest, name);
  if (name.empty()) return "the unit is missing";
  if (!unit) return "unknown unit \"" + std::string(name) + "\"";
  if (whole > kMost / unit->nanoseconds) return "too long";
  const auto part = static_cast<std::uint64_t>(Wide{numerator} * unit->nanoseconds / scale);
  const std::uint64_t value = whole * unit->nanoseconds;
  if (part > kMost - value || value + part > kMost - total) return "too long";
  total += value + part;
  return {};
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text,
                                                       std::string& problem) {
  problem.clear();
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative || (!rest.empty() && rest.front() == '+')) rest.remove_prefix(1);
  if (rest == "0") return std::chrono::nanoseconds::zero();
  std::uint64_t total = 0;
  do {
    problem = add_part(rest, total);
    if (!problem.empty()) return std::nullopt;
  } while (!rest.empty());
  const auto value = static_cast<std::int64_t>(total);
  return std::chrono::nanoseconds(negative ? -value : value);
}

std::string format_duration(std::chrono::nanoseconds value) {
  if (value.count() == 0) return "0s";
  // Unsigned, because the most negative value has no positive twin.
  auto rest = static_cast<std::uint64_t>(value.count());
  std::string text;
  if (value.count() < 0) {
    rest = 0 - rest;
    text = "-";
  }
  const auto whole = [&](std::uint64_t unit, std::string_view name) {
    if (rest < unit) return;
    text += std::to_string(rest / unit).append(name);
    rest %= unit;
  };
  whole(3600 * kSecond, "h");
  whole(60 * kSecond, "m");
  if (rest == 0) return text;
  // What is left is one decimal number of the largest unit that it reaches.
  const Unit unit = rest >= kSecond     ? Unit{"s", kSecond}
                    : rest >= 1'000'000 ? Unit{"ms", 1'000'000}
                    : rest >= 1'000     ? Unit{"us", 1'000}
                                        : Unit{"ns", 1};
  text += std::to_string(rest / unit.nanoseconds);
  if (const std::uint64_t part = rest % unit.nanoseconds; part != 0) {
    std::string digits = std::to_string(unit.nanoseconds + part).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text.append(unit.name);
}

}  // namespace fleet
