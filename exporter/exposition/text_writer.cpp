// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace fleet {
namespace {

constexpr std::size_t kLongestNumber = 32;

// Most fractions are whole numbers of microseconds or thousandths: when six decimals read back as
// the same number they are written, which takes a tenth of the time of finding the shortest text.
// Null for other values.
char* write_short_decimal(char* to, double value) {
  constexpr double kLargest = 9e9;  // in millionths it is below 2^53: exact
  if (!(value > -kLargest && value < kLargest)) return nullptr;
  const auto millionths = static_cast<std::int64_t>(value * 1e6 + (value < 0 ? -0.5 : 0.5));
  if (millionths == 0 || static_cast<double>(millionths) / 1e6 != value) return nullptr;
  const auto size = static_cast<std::uint64_t>(millionths < 0 ? -millionths : millionths);
  if (millionths < 0) *to++ = '-';
  to = std::to_chars(to, to + kLongestNumber, size / 1'000'000).ptr;
  *to++ = '.';
  std::uint64_t fraction = size % 1'000'000;
  char* end = to;
  for (std::uint64_t unit = 100'000; fraction != 0; unit /= 10) {
    *end++ = static_cast<char>('0' + fraction / unit);
    fraction %= unit;
  }
  return end;
}

char* write_number(char* to, double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (value >= -kExact && value <= kExact) {
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) == value && !(whole == 0 && std::signbit(value))) {
      if (whole >= 0 && whole <= 9) {  // half of all values: states, flags, what never happened
        *to = static_cast<char>('0' + whole);
        return to + 1;
      }
      return std::to_chars(to, to + kLongestNumber, whole).ptr;
    }
  }
  if (char* end = write_short_decimal(to, value)) return end;
  const auto word = [to](std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
  };
  if (std::isnan(value)) return word("NaN");
  if (std::isinf(value)) return word(value > 0 ? "+Inf" : "-Inf");
  return std::to_chars(to, to + kLongestNumber, value).ptr;
}

constexpr std::size_t kPrefix = 5;  // "redis", which every metric's name starts with

}  // namespace

// Most of a page's time goes into appending short texts: they are copied behind one size check a
// line, into a string that is cut to its length once, at the end.
class TextWriter::Output {
 public:
  explicit Output(std::string& out) : out_(out) { grow_to(out.capacity(), out.size()); }
  ~Output() { out_.resize(size()); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::size_t size() const { return static_cast<std::size_t>(at_ - out_.data()); }
  // Room for what is written next.
  void room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes)
      grow_to(std::max(out_.size() * 2, size() + bytes + 4096), size());
  }
  void text(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void character(char c) { *at_++ = c; }
  void number(double value) { at_ = write_number(at_, value); }

 private:
  void grow_to(std::size_t bytes, std::size_t used) {
    out_.resize(bytes);
    at_ = out_.data() + used;
    end_ = out_.data() + out_.size();
  }
  std::string& out_;  // longer than what was written: the rest is room
  char* at_;
  char* end_;
};

namespace {

constexpr std::string_view kSuffixes[] = {"", "_bucket", "_sum", "_count"};

}  // namespace

void append_number(std::string& out, double value) {
  char digits[kLongestNumber];
  out.append(digits, static_cast<std::size_t>(write_number(digits, value) - digits));
}

void append_family_header(std::string& out, std::string_view name, std::string_view help,
                          std::string_view type) {
  out.append("# HELP ").append(name).append(" ").append(help);
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
  Output output(out);
  while (next_ < families && output.size() < enough) write_family(output, next_++);
  return next_ < families;
}

void TextWriter::write_family(Output& out, std::uint32_t ordinal) const {
  const auto has_samples = [ordinal](const Block& block) {
    return block.samples->first(ordinal) != SampleSet::kNone;
  };
  if (std::ranges::none_of(blocks_, has_samples)) return;
  const Metric& metric = blocks_.front().samples->catalogue().metric(ordinal);
  const std::string_view name = metric.name.substr(name_space_.empty() ? kPrefix + 1 : kPrefix);
  if (!filter_.names.empty() && !filter_.wants(name_space_ + std::string(name))) return;

  // Help has nothing to escape: that is checked where a metric is made (samples/metric.h).
  out.room(2 * (name_space_.size() + name.size()) + metric.help.size() + 48);
  out.text("# HELP ");
  out.text(name_space_);
  out.text(name);
  out.character(' ');
  out.text(metric.help);
  out.text("\n# TYPE ");
  out.text(name_space_);
  out.text(name);
  out.character(' ');
  out.text(name_of(metric.type));
  out.character('\n');

  std::string prefixes[std::size(kSuffixes)];  // "name_bucket{"
  for (const auto& [samples, constant] : blocks_) {
    for (std::uint32_t i = samples->first(ordinal); i != SampleSet::kNone;) {
      const SampleSet::Sample& sample = samples->sample(i);
      std::string& prefix = prefixes[static_cast<std::size_t>(sample.part)];
      if (prefix.empty())
        prefix.append(name_space_)
            .append(name)
            .append(kSuffixes[static_cast<std::size_t>(sample.part)]) += '{';
      const std::string_view own = samples->text(sample.labels);
      out.room(prefix.size() + constant.size() + own.size() + kLongestNumber + 4);
      if (own.empty() && constant.empty()) {
        out.text(std::string_view(prefix).substr(0, prefix.size() - 1));
      } else {
        out.text(prefix);
        if (!constant.empty()) {
          out.text(constant);
          if (!own.empty()) out.character(',');
        }
        out.text(own);
        out.character('}');
      }
      out.character(' ');
      out.number(sample.value);
      out.character('\n');
      i = sample.next;
    }
  }
}

}  // namespace fleet
