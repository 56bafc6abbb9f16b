// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>

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

// Copies both ends of a text, as blocks that may overlap: nothing beyond it is read or written.
template <class Block>
inline void copy_ends(char* to, const char* from, std::size_t size) {
  Block head, tail;
  std::memcpy(&head, from, sizeof head);
  std::memcpy(&tail, from + size - sizeof tail, sizeof tail);
  std::memcpy(to, &head, sizeof head);
  std::memcpy(to + size - sizeof tail, &tail, sizeof tail);
}

// Appends at `to` and returns the end. Most texts of a page are short: a call of memcpy would take
// longer than the copy.
inline char* write_text(char* to, std::string_view text) {
  struct SixteenBytes {
    std::uint64_t first, second;
  };
  const std::size_t size = text.size();
  if (size > 32) {
    std::memcpy(to, text.data(), size);
  } else if (size >= 16) {
    copy_ends<SixteenBytes>(to, text.data(), size);
  } else if (size >= 8) {
    copy_ends<std::uint64_t>(to, text.data(), size);
  } else if (size >= 4) {
    copy_ends<std::uint32_t>(to, text.data(), size);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = text[i];
  }
  return to + size;
}

constexpr std::size_t kPrefix = 5;  // "redis", which every metric's name starts with

}  // namespace

// Most of a page's time goes into appending short texts: they are written behind one size check a
// line, into a string that is cut to its length once, at the end.
class TextWriter::Output {
 public:
  explicit Output(std::string& out) : out_(out), size_(out.size()) { out_.resize(out_.capacity()); }
  ~Output() { out_.resize(size_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::size_t size() const { return size_; }
  const char* begin() const { return out_.data(); }
  // Where to write, with room for `bytes`; what is at begin() may move.
  char* room(std::size_t bytes) {
    if (out_.size() - size_ < bytes) out_.resize(std::max(out_.size() * 2, size_ + bytes + 4096));
    return out_.data() + size_;
  }
  void wrote_up_to(const char* end) { size_ = static_cast<std::size_t>(end - out_.data()); }

 private:
  std::string& out_;  // longer than what was written: the rest is room
  std::size_t size_;
};

namespace {

constexpr std::string_view kSuffixes[] = {"", "_bucket", "_sum", "_count"};
constexpr std::size_t kLongestSuffix = 7;

// The quantiles of redis_latency_percentiles_usec are percents, which OpenMetrics takes for no
// summary: there it is three families of unknown type, with the same names and labels.
constexpr SampleSet::Part kPasses[] = {SampleSet::Part::value, SampleSet::Part::sum,
                                       SampleSet::Part::count};

bool is_split(Format format, const Metric& metric) {
  return format == Format::openmetrics && metric.type == Type::summary;
}

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

void append_openmetrics_header(std::string& out, std::string_view name, std::string_view help,
                               std::string_view type) {
  constexpr std::string_view kTotal = "_total";
  if (type == "counter") {
    if (name.ends_with(kTotal))
      name.remove_suffix(kTotal.size());
    else
      type = "unknown";
  }
  out.append("# TYPE ").append(name).append(" ").append(type) += '\n';
  for (const std::string_view unit : {"seconds", "bytes", "ratio"})
    if (name.ends_with(unit) && name.size() > unit.size() &&
        name[name.size() - unit.size() - 1] == '_')
      out.append("# UNIT ").append(name).append(" ").append(unit) += '\n';
  out.append("# HELP ").append(name) += ' ';
  for (const char c : help) {
    if (c == '"') out += '\\';
    out += c;
  }
  out += '\n';
}

std::string_view name_of(Type type) {
  constexpr std::string_view kNames[] = {"gauge", "counter", "histogram", "summary"};
  return kNames[static_cast<std::size_t>(type)];
}

bool NameFilter::wants(std::string_view name) const {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

TextWriter::TextWriter(std::string name_space, std::vector<Block> blocks, NameFilter filter,
                       Format format)
    : name_space_(std::move(name_space)),
      blocks_(std::move(blocks)),
      filter_(std::move(filter)),
      format_(format) {}

bool TextWriter::write(std::string& out, std::size_t enough) {
  if (blocks_.empty()) return false;
  const std::uint32_t families = blocks_.front().samples->catalogue().size();
  Output output(out);
  while (family_ < families && output.size() < enough) write_family(output, enough);
  return family_ < families;
}

// Goes on in the family that the last piece ended in, or begins the next.
void TextWriter::write_family(Output& out, std::size_t enough) {
  const Metric& metric = blocks_.front().samples->catalogue().metric(family_);
  const std::string_view name = metric.name.substr(name_space_.empty() ? kPrefix + 1 : kPrefix);
  if (sample_ == SampleSet::kNone) {
    const auto has_samples = [this](const Block& block) {
      return block.samples->first(family_) != SampleSet::kNone;
    };
    const auto first = std::ranges::find_if(blocks_, has_samples);
    if (first == blocks_.end() ||
        (!filter_.names.empty() && !filter_.wants(name_space_ + std::string(name)))) {
      ++family_;
      return;
    }
    if (format_ == Format::text)
      write_header(out, metric, name);
    else
      write_openmetrics_header(out, metric, name);
    block_ = static_cast<std::size_t>(first - blocks_.begin());
    sample_ = first->samples->first(family_);
  }
  for (;;) {
    write_samples(out, name, enough);
    if (sample_ != SampleSet::kNone) return;
    if (++block_ == blocks_.size()) break;
    sample_ = blocks_[block_].samples->first(family_);
  }
  if (is_split(format_, metric) && ++pass_ < std::size(kPasses)) return;
  pass_ = 0;
  ++family_;
}

void TextWriter::write_openmetrics_header(Output& out, const Metric& metric,
                                          std::string_view name) const {
  std::string header;
  std::string whole = name_space_ + std::string(name);
  if (is_split(format_, metric)) {
    whole += kSuffixes[static_cast<std::size_t>(kPasses[pass_])];
    append_openmetrics_header(header, whole, metric.help, "unknown");
  } else {
    append_openmetrics_header(header, whole, metric.help, name_of(metric.type));
  }
  out.wrote_up_to(write_text(out.room(header.size()), header));
}

void TextWriter::write_header(Output& out, const Metric& metric, std::string_view name) const {
  // Help has nothing to escape: that is checked where a metric is made (samples/metric.h).
  char* to = out.room(2 * (name_space_.size() + name.size()) + metric.help.size() + 48);
  const auto name_whole = [&] {
    to = write_text(to, name_space_);
    to = write_text(to, name);
    *to++ = ' ';
  };
  to = write_text(to, "# HELP ");
  name_whole();
  to = write_text(to, metric.help);
  to = write_text(to, "\n# TYPE ");
  name_whole();
  to = write_text(to, name_of(metric.type));
  *to++ = '\n';
  out.wrote_up_to(to);
}

// The block's samples from sample_ on: name{constant,labels,tail} value, where all labels may be
// missing. Neighbours share the beginning of their lines (half a page are buckets of histograms):
// it is copied from the line before.
void TextWriter::write_samples(Output& out, std::string_view name, std::size_t enough) {
  constexpr std::size_t kPunctuation = 8;
  const bool split = is_split(format_, blocks_.front().samples->catalogue().metric(family_));
  const auto& [samples, constant] = blocks_[block_];
  const std::size_t most = name_space_.size() + name.size() + kLongestSuffix + constant.size() +
                           kPunctuation + kLongestNumber;
  SampleSet::Part part{};
  SampleSet::Labels labels;
  std::size_t line = 0,
              head = 0;  // of the line before: its start, the length of name{constant,labels
  while (sample_ != SampleSet::kNone && out.size() < enough) {
    const SampleSet::Sample& sample = samples->sample(sample_);
    if (split && sample.part != kPasses[pass_]) {
      sample_ = sample.next;
      continue;
    }
    char* const start = out.room(most + sample.labels.size + sample.tail.size);
    char* to = start;
    if (head != 0 && sample.labels == labels && sample.part == part) {
      to = write_text(to, {out.begin() + line, head});
    } else {
      const std::string_view own = samples->text(sample.labels);
      to = write_text(to, name_space_);
      to = write_text(to, name);
      to = write_text(to, kSuffixes[static_cast<std::size_t>(sample.part)]);
      *to++ = '{';
      to = write_text(to, constant);
      if (!constant.empty() && !own.empty()) *to++ = ',';
      to = write_text(to, own);
      head = static_cast<std::size_t>(to - start);
    }
    if (sample.tail.size != 0) {
      if (to[-1] != '{') *to++ = ',';
      to = write_text(to, samples->text(sample.tail));
    }
    if (to[-1] == '{') {
      --to;  // no labels at all, and nothing to share: the brace is gone
      head = 0;
    } else {
      *to++ = '}';
    }
    *to++ = ' ';
    to = write_number(to, sample.value);
    *to++ = '\n';
    line = out.size();
    out.wrote_up_to(to);
    part = sample.part;
    labels = sample.labels;
    sample_ = sample.next;
  }
}

}  // namespace fleet
