// SPDX-License-Identifier: Apache-2.0
// The samples of one node (or of the exporter itself) from one scrape, kept by family: each family
// is a linked list in order of arrival, so collectors may walk rows and a page still has its
// families in one piece. Label text is escaped once, when it comes in.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "samples/catalogue.h"
#include "samples/metric.h"

namespace fleet {

struct Label {
  std::string_view name, value;
};

// Appends name="value",name="value". The value is made valid: escaped, invalid UTF-8 replaced by
// U+FFFD, cut at 512 bytes (a server must not be able to blow up a page through a label).
void append_labels(std::string& out, std::initializer_list<Label> labels);

// Whether a label shows a value as it is: different values that are not shown so may become one
// series, and a page with a series twice is refused.
bool is_shown_whole(std::string_view value);

class SampleSet {
 public:
  // More samples than any sane server gives; a lying one stops here and its scrape fails as
  // too_large.
  static constexpr std::size_t kMaxSamples = 200'000;

  enum class Part : std::uint8_t { value, bucket, sum, count };

  struct Labels {  // a piece of text_, "" when size is 0
    std::uint32_t offset = 0, size = 0;
    bool operator==(const Labels&) const = default;
  };

  struct Sample {
    double value;
    Labels labels, tail;
    std::uint32_t next;  // index of the family's next sample, kNone at its end
    Part part;
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  // How large a set is, or is expected to become: the node's last one tells.
  struct Size {
    std::size_t samples = 1024, text = 16 << 10;
  };

  // `catalogue` must outlive the set.
  explicit SampleSet(const Catalogue& catalogue) : SampleSet(catalogue, Size{}) {}
  SampleSet(const Catalogue& catalogue, Size expected);

  // Escaped label text that any number of this set's samples may share.
  Labels labels(std::initializer_list<Label> labels);
  // The same with one more label behind.
  Labels labels(Labels base, Label extra);

  void add(const Metric& metric, double value) { add(metric, Labels{}, value); }
  void add(const Metric& metric, Labels labels, double value, Part part = Part::value) {
    add(metric, labels, Labels{}, value, part);
  }
  // `tail` stands behind `labels`: le="16", quantile="99". Both are made once, for all samples that
  // have them; a page is half buckets.
  void add(const Metric& metric, Labels labels, Labels tail, double value,
           Part part = Part::value) {
    if (overflowed_ || samples_.size() >= kMaxSamples) {
      overflowed_ = true;
      return;
    }
    if (&metric != last_metric_) {  // rows of a family often come together
      last_ordinal_ = catalogue_->ordinal(metric);
      last_metric_ = &metric;
    }
    Family& family = families_[last_ordinal_];
    const auto index = static_cast<std::uint32_t>(samples_.size());
    samples_.push_back({value, labels, tail, kNone, part});
    (family.last == kNone ? family.first : samples_[family.last].next) = index;
    family.last = index;
  }
  void add(const Metric& metric, std::initializer_list<Label> names, double value) {
    add(metric, labels(names), value);
  }

  const Catalogue& catalogue() const { return *catalogue_; }
  std::uint32_t first(std::uint32_t ordinal) const { return families_[ordinal].first; }
  const Sample& sample(std::uint32_t index) const { return samples_[index]; }
  std::string_view text(Labels labels) const {
    return std::string_view(text_).substr(labels.offset, labels.size);
  }
  std::size_t size() const { return samples_.size(); }
  Size sizes() const { return {samples_.size(), text_.size()}; }
  // True once samples were dropped because kMaxSamples, or 32 MiB of label text, were reached.
  bool overflowed() const { return overflowed_; }

 private:
  struct Family {
    std::uint32_t first = kNone, last = kNone;
  };
  const Catalogue* catalogue_;
  const Metric* last_metric_ = nullptr;
  std::uint32_t last_ordinal_ = 0;
  std::vector<Family> families_;  // by ordinal
  std::vector<Sample> samples_;
  std::string text_;
  bool overflowed_ = false;
};

}  // namespace fleet
