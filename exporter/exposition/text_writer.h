// SPDX-License-Identifier: Apache-2.0
// Prometheus text format 0.0.4 or OpenMetrics from sample sets: family by family, each with all
// blocks' samples, in the catalogue's order. Made in pieces, so that a page of a large fleet is
// never whole in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exposition/format.h"
#include "samples/sample_set.h"

namespace fleet {

// The shortest text that reads back as the same number; whole numbers below 2^53 without exponent.
void append_number(std::string& out, double value);

// "# HELP name help" and "# TYPE name type". `help` has nothing to escape: no backslash, one line.
void append_family_header(std::string& out, std::string_view name, std::string_view help,
                          std::string_view type);

// The same in OpenMetrics: TYPE, the unit where the name ends in one, HELP. There a counter's
// family has no _total, and what is a counter without _total by redis_exporter's names is
// `unknown`.
void append_openmetrics_header(std::string& out, std::string_view name, std::string_view help,
                               std::string_view type);

std::string_view name_of(Type type);

// Which families a request wants (?name[]=a&name[]=b); all when empty.
struct NameFilter {
  std::vector<std::string> names;
  bool wants(std::string_view name) const;
};

class TextWriter {
 public:
  struct Block {
    const SampleSet* samples;
    std::string labels;  // escaped, in front of each sample's own: instance="a:6379"; may be empty
  };

  // `name_space` takes the place of the "redis" in front of each name. All sets share one catalogue
  // and outlive the writer.
  TextWriter(std::string name_space, std::vector<Block> blocks, NameFilter filter = {},
             Format format = Format::text);

  // Appends lines until `out` has at least `enough` bytes or nothing is left; true: there is more.
  // A family may go on in the next piece: with many nodes it can be large.
  bool write(std::string& out, std::size_t enough);

 private:
  class Output;
  void write_family(Output& out, std::size_t enough);
  void write_header(Output& out, const Metric& metric, std::string_view name) const;
  void write_openmetrics_header(Output& out, const Metric& metric, std::string_view name) const;
  void write_samples(Output& out, std::string_view name, std::size_t enough);

  std::string name_space_;
  std::vector<Block> blocks_;
  NameFilter filter_;
  Format format_;
  // What is written next. No sample: the family has not begun.
  std::uint32_t family_ = 0;
  std::size_t block_ = 0;
  std::uint32_t sample_ = SampleSet::kNone;
  std::size_t pass_ = 0;  // of a family that is several in OpenMetrics
};

}  // namespace fleet
