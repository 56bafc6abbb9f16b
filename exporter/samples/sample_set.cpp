// SPDX-License-Identifier: Apache-2.0
#include "samples/sample_set.h"

#include <algorithm>

#include "base/text.h"

namespace fleet {
namespace {

constexpr std::size_t kMaxLabelValue = 512;
constexpr std::size_t kMaxText = 32 << 20;

bool is_plain_character(char c) {
  return static_cast<signed char>(c) > 0 && c != '"' && c != '\\' && c != '\n';
}

bool is_plain(std::string_view value) {
  return value.size() <= kMaxLabelValue && std::ranges::all_of(value, is_plain_character);
}

void append_escaped(std::string& out, std::string_view value) {
  const std::size_t limit = out.size() + kMaxLabelValue;
  while (!value.empty() && out.size() < limit) {
    const char c = value.front();
    std::size_t length = 1;
    if (c == '"') {
      out += "\\\"";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (length = utf8_length(value); length != 0 && c != '\0') {
      out += value.substr(0, length);
    } else {  // Prometheus takes a NUL for the end of the page
      out += "\xEF\xBF\xBD";
      length = 1;
    }
    value.remove_prefix(length);
  }
}

}  // namespace

bool is_shown_whole(std::string_view value) {
  std::size_t size = 0;
  while (!value.empty()) {
    const char c = value.front();
    const std::size_t length = utf8_length(value);
    if (length == 0 || c == '\0') return false;
    size += c == '"' || c == '\\' || c == '\n' ? 2 : length;
    if (size > kMaxLabelValue) return false;
    value.remove_prefix(length);
  }
  return true;
}

void append_labels(std::string& out, std::initializer_list<Label> labels) {
  bool first = true;
  for (const auto& [name, value] : labels) {
    if (!first) out += ',';
    first = false;
    if (!is_plain(value)) {
      out.append(name) += "=\"";
      append_escaped(out, value);
      out += '"';
      continue;
    }
    // A page has thousands of these: grown once, then copied.
    const std::size_t start = out.size();
    out.resize(start + name.size() + value.size() + 3);
    char* at = std::ranges::copy(name, out.data() + start).out;
    *at++ = '=';
    *at++ = '"';
    *std::ranges::copy(value, at).out = '"';
  }
}

SampleSet::SampleSet(const Catalogue& catalogue, Size expected)
    : catalogue_(&catalogue), families_(catalogue.size()) {
  samples_.reserve(expected.samples);
  text_.reserve(expected.text);
}

SampleSet::Labels SampleSet::labels(std::initializer_list<Label> labels) {
  if (text_.size() > kMaxText) {
    overflowed_ = true;
    return {};
  }
  const std::size_t start = text_.size();
  append_labels(text_, labels);
  return {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(text_.size() - start)};
}

SampleSet::Labels SampleSet::labels(Labels base, Label extra) {
  if (text_.size() > kMaxText) {
    overflowed_ = true;
    return {};
  }
  const std::size_t start = text_.size();
  text_.append(text_, base.offset, base.size);
  if (base.size != 0) text_ += ',';
  append_labels(text_, {extra});
  return {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(text_.size() - start)};
}

}  // namespace fleet
