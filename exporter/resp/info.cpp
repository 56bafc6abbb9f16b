// SPDX-License-Identifier: Apache-2.0
#include "resp/info.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/characters.h"
#include "base/text.h"

namespace fleet {
namespace {

// Length, head, middle and tail tell INFO's names apart; reading all of a name takes three times as
// long.
std::size_t hash_of(std::string_view key) {
  std::uint64_t head = 0, middle = 0, tail = 0;
  const std::size_t size = key.size();
  if (size >= 8) {
    std::memcpy(&head, key.data(), 8);
    std::memcpy(&middle, key.data() + (size - 8) / 2, 8);
    std::memcpy(&tail, key.data() + size - 8, 8);
  } else {
    for (const char c : key) head = head << 8 | static_cast<unsigned char>(c);
  }
  std::uint64_t h = (head ^ size) * 0x9E3779B97F4A7C15u;
  h = (h ^ (h >> 29) ^ middle) * 0xBF58476D1CE4E5B9u;
  h = (h ^ (h >> 32) ^ tail) * 0x94D049BB133111EBu;
  return static_cast<std::size_t>(h >> 40);
}

// At most half of the slots are taken, so names that are not made to collide are found within a
// few.
constexpr std::size_t kMaxProbes = 64;

// Rows are read through their section; only fields are looked up by name.
bool holds_rows(std::string_view section) {
  return equal_ignoring_case(section, "Commandstats") ||
         equal_ignoring_case(section, "Latencystats") || equal_ignoring_case(section, "Errorstats");
}

}  // namespace

// Slots for twice the fields that a text of this length can have, so that probing stays short.
Info::Info(std::string_view text)
    : slots_(std::min(std::bit_ceil(text.size() / 4 + 64), 2 * kMaxFields)) {
  lines_.reserve(std::min(text.size() / 20, kMaxLines));
  bool fields = true;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) {
      line.remove_prefix(line.starts_with("# ") ? 2 : 1);
      sections_.push_back({line, static_cast<std::uint32_t>(lines_.size())});
      fields = !holds_rows(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) continue;
    if (lines_.size() == kMaxLines || sections_.size() == kMaxLines) {
      truncated_ = true;
      return;
    }
    lines_.push_back({line.substr(0, colon), line.substr(colon + 1)});
    if (fields) index(static_cast<std::uint32_t>(lines_.size() - 1));
  }
}

std::optional<std::size_t> Info::slot_of(std::string_view key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash_of(key) & mask;
  for (std::size_t steps = 0; steps < kMaxProbes; ++steps, at = (at + 1) & mask)
    if (slots_[at] == 0 || lines_[slots_[at] - 1].key == key) return at;
  return std::nullopt;
}

void Info::index(std::uint32_t line) {
  const auto at = slot_of(lines_[line].key);
  if (!at || (slots_[*at] == 0 && fields_ == slots_.size() / 2)) {
    truncated_ = true;
    return;
  }
  if (slots_[*at] != 0) return;
  slots_[*at] = line + 1;
  ++fields_;
}

std::optional<std::string_view> Info::find(std::string_view key) const {
  const auto at = slot_of(key);
  if (!at || slots_[*at] == 0) return std::nullopt;
  return lines_[slots_[*at] - 1].value;
}

std::optional<double> Info::number(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  return number_in(*value);
}

std::optional<double> Info::number_in(std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (is_digit(value.front())) {
    if (value.ends_with('%')) value.remove_suffix(1);
    return parse_number(value);
  }
  if (value == "ok" || value == "true") return 1;
  if (value == "err" || value == "fail" || value == "false") return 0;
  if (value.ends_with('%')) value.remove_suffix(1);
  return parse_number(value);
}

std::span<const Info::Line> Info::section(std::string_view name) const {
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    if (!equal_ignoring_case(sections_[i].name, name)) continue;
    const std::size_t end = i + 1 < sections_.size() ? sections_[i + 1].first : lines_.size();
    return std::span(lines_).subspan(sections_[i].first, end - sections_[i].first);
  }
  return {};
}

bool Info::has_section(std::string_view name) const {
  return std::ranges::any_of(sections_,
                             [&](const Section& s) { return equal_ignoring_case(s.name, name); });
}

std::optional<std::string_view> column(std::string_view row, std::string_view name,
                                       char separator) {
  while (!row.empty()) {
    std::string_view value = take_until(row, separator);
    if (value.size() > name.size() && value[name.size()] == '=' && value.starts_with(name))
      return value.substr(name.size() + 1);
  }
  return std::nullopt;
}

}  // namespace fleet
