// SPDX-License-Identifier: Apache-2.0
// Samples with labels and values from the input, written as a page in pieces, and read back: every
// line is well formed, every sample is there in order with its value, and pieces are the whole.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "exposition/text_writer.h"

namespace {

using namespace fleet;

constexpr Metric kFirst = gauge("redis_first", "The first.", "a");
constexpr Metric kSecond = counter("redis_second_total", "The second.", "a");

void require(bool holds) {
  if (!holds) std::abort();
}

// Reads a quoted label value from the front of `text` and returns it without its escapes.
std::string take_value(std::string_view& text) {
  require(text.starts_with('"'));
  std::string value;
  std::size_t i = 1;
  for (; text.at(i) != '"'; ++i) {
    require(text[i] != '\n');
    if (text[i] == '\\') {
      ++i;
      require(text.at(i) == '\\' || text[i] == '"' || text[i] == 'n');
      value += text[i] == 'n' ? '\n' : text[i];
    } else {
      value += text[i];
    }
  }
  text.remove_prefix(i + 1);
  return value;
}

void take(std::string_view& text, std::string_view word) {
  require(text.starts_with(word));
  text.remove_prefix(word.size());
}

struct Written {
  std::string label;
  double value;
};

void read_family(std::string_view& page, const Metric& metric,
                 const std::vector<Written>& samples) {
  if (samples.empty()) return;
  const std::string name(metric.name);
  const std::string type(name_of(metric.type));
  take(page,
       "# HELP " + name + " " + std::string(metric.help) + "\n# TYPE " + name + " " + type + "\n");
  for (const auto& [label, value] : samples) {
    take(page, name + "{n=\"1\",a=");
    const std::string read = take_value(page);
    // Text that is valid comes through as it is, but for its end when it is long once escaped;
    // other text is made valid. A NUL would end the page.
    const bool ascii =
        std::ranges::all_of(label, [](char c) { return (c & 0x80) == 0 && c != '\0'; });
    require(read.find('\0') == std::string::npos);
    if (ascii && label.size() <= 256) require(read == label);
    if (ascii) require(label.starts_with(read) && (read == label || read.size() >= 256));
    take(page, "} ");
    std::string_view number = take_until(page, '\n');
    if (number.starts_with('+')) number.remove_prefix(1);
    const auto back = parse_number(number == "NaN" ? "nan" : number);
    require(back && (*back == value || (std::isnan(*back) && std::isnan(value))));
  }
}

std::string written(const SampleSet& samples, std::size_t piece_size) {
  TextWriter writer("redis", {TextWriter::Block{&samples, "n=\"1\""}});
  std::string page;
  for (bool more = true; more;) {
    std::string piece;
    more = writer.write(piece, piece_size);
    page += piece;
  }
  return page;
}

}  // namespace

// The input is a list of samples: 8 bytes of a double, a byte whose lowest bit chooses the family
// and whose others are the label's length, the label.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Catalogue catalogue;
  catalogue.declare(kFirst);
  catalogue.declare(kSecond);
  SampleSet samples(catalogue);
  std::vector<Written> first, second;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (rest.size() >= 9) {
    double value = 0;
    std::memcpy(&value, rest.data(), sizeof(value));
    const auto chosen = static_cast<unsigned char>(rest[8]);
    rest.remove_prefix(9);
    const std::string label(rest.substr(0, (chosen >> 1) * std::size_t{8}));
    rest.remove_prefix(label.size());
    const bool is_first = (chosen & 1) == 0;
    samples.add(is_first ? kFirst : kSecond, {{"a", label}}, value);
    (is_first ? first : second).push_back({label, value});
  }
  const std::string page = written(samples, std::numeric_limits<std::size_t>::max());
  require(written(samples, 1) == page);
  std::string_view unread = page;
  read_family(unread, kFirst, first);
  read_family(unread, kSecond, second);
  require(unread.empty());
  return 0;
}
