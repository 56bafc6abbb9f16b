// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace fleet {
namespace {

constexpr std::size_t kLongestNumber = 32;

char* write_number(char* to, double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (value >= -kExact && value <= kExact && value == std::trunc(value) &&
      !(value == 0 && std::signbit(value)))
    return std::to_chars(to, to + kLongestNumber, static_cast<std::int64_t>(value)).ptr;
  const auto word = [to](std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
  };
  if (std::isnan(value)) return word("NaN");
  if (std::isinf(value)) return word(value > 0 ? "+Inf" : "-Inf");
  return std::to_chars(to, to + kLongestNumber, value).ptr;
}

// Most of a page's time goes into appending short texts: they are copied behind one size check a
// line.
class LineWriter {
 public:
  LineWriter(std::string& out, std::size_t most) : out_(out), start_(out.size()) {
    out.resize(start_ + most);
    at_ = out.data() + start_;
  }
  ~LineWriter() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  void text(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void character(char c) { *at_++ = c; }
  void number(double value) { at_ = write_number(at_, value); }

 private:
  std::string& out_;
  std::size_t start_;
  char* at_;
};

constexpr std::string_view kSuffixes[] = {"", "_bucket", "_sum", "_count"};

}  // namespace

void append_number(std::string& out, double value) {
  char digits[kLongestNumber];
  out.append(digits, static_cast<std::size_t>(write_number(digits, value) - digits));
}

void append_family_header(std::string& out, std::string_view name, std::string_view help,
                          std::string_view type) {
  out.append("# HELP ").append(name) += ' ';
  for (const char c : help) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out.append("\n# TYPE ").append(name).append(" ").append(type) += '\n';
}

std::string_view name_of(Type type) {
  constexpr std::string_view kNames[] = {"gauge", "counter", "histogram", "summary"};
  return kNames[static_cast<std::size_t>(type)];
}

bool NameFilter::wants(std::string_view name) const {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

TextWriter::TextWriter(std::string name_space, std::vector<Block> blocks, NameFilter filter)
    : name_space_(std::move(name_space)), blocks_(std::move(blocks)), filter_(std::move(filter)) {}

bool TextWriter::write(std::string& out, std::size_t enough) {
  if (blocks_.empty()) return false;
  const std::uint32_t families = blocks_.front().samples->catalogue().size();
  while (next_ < families && out.size() < enough) write_family(out, next_++);
  return next_ < families;
}

void TextWriter::write_family(std::string& out, std::uint32_t ordinal) const {
  const auto has_samples = [ordinal](const Block& block) {
    return block.samples->first(ordinal) != SampleSet::kNone;
  };
  if (std::ranges::none_of(blocks_, has_samples)) return;
  const Metric& metric = blocks_.front().samples->catalogue().metric(ordinal);
  constexpr std::size_t kPrefix = 5;  // "redis", which every name starts with
  std::string name = name_space_;
  name += metric.name.substr(name_space_.empty() ? kPrefix + 1 : kPrefix);
  if (!filter_.wants(name)) return;
  append_family_header(out, name, metric.help, name_of(metric.type));

  for (const auto& [samples, constant] : blocks_) {
    for (std::uint32_t i = samples->first(ordinal); i != SampleSet::kNone;) {
      const SampleSet::Sample& sample = samples->sample(i);
      const std::string_view own = samples->text(sample.labels);
      LineWriter line(out, name.size() + constant.size() + own.size() + kLongestNumber + 16);
      line.text(name);
      line.text(kSuffixes[static_cast<std::size_t>(sample.part)]);
      if (!constant.empty() || !own.empty()) {
        line.character('{');
        line.text(constant);
        if (!constant.empty() && !own.empty()) line.character(',');
        line.text(own);
        line.character('}');
      }
      line.character(' ');
      line.number(sample.value);
      line.character('\n');
      i = sample.next;
    }
  }
}

}  // namespace fleet
