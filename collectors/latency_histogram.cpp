// SPDX-License-Identifier: Apache-2.0
// LATENCY HISTOGRAM: how long each command's calls took. The server counts up to bounds of 1.024 us
// times powers of two (rounded up to its counters' width and cut to whole microseconds) and prints
// those where the count grows. Its counts are cumulative, so fewer bounds lose no exactness, and
// the buckets of every command are the same in every scrape. Calls over a second count as one
// second.
#include <algorithm>
#include <array>

#include "collectors/collector.h"
#include "collectors/command_rows.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {{.line = "LATENCY HISTOGRAM", .since = 0x070000}};

constexpr Metric kLatencies =
    metric_rules::checked({.name = "redis_commands_latencies_usec",
                           .help = "Time of a command's calls in microseconds.",
                           .type = Type::histogram,
                           .labels = "cmd"})
        .source("LATENCY HISTOGRAM, INFO cmdstat_CMD usec")
        .since("7.0");
constexpr const Metric* kMetrics[] = {&kLatencies};

struct Bound {
  std::int64_t usec;
  std::string_view text;
};
constexpr Bound kBounds[] = {{1, "1"},           {2, "2"},           {4, "4"},
                             {8, "8"},           {16, "16"},         {33, "33"},
                             {66, "66"},         {132, "132"},       {264, "264"},
                             {528, "528"},       {1056, "1056"},     {2113, "2113"},
                             {4227, "4227"},     {8454, "8454"},     {16908, "16908"},
                             {33816, "33816"},   {67633, "67633"},   {135266, "135266"},
                             {270532, "270532"}, {541065, "541065"}, {1073741, "1073741"}};
// The ladder is every second of them: 1, 4, 16, 66, ... 270532, 1073741.
constexpr std::size_t kLadderStep = 2;

struct Histogram {
  std::array<double, std::size(kBounds)> cumulative{};
  double calls = 0, usec = 0;
};

// `pairs` is bound, count, bound, count, with both rising.
Histogram read(Reply pairs, double calls) {
  Histogram histogram;
  histogram.calls = calls;
  std::size_t at = 0;
  double count = 0;
  for (std::size_t b = 0; b < std::size(kBounds); ++b) {
    for (; at + 1 < pairs.size() && pairs[at].integer() <= kBounds[b].usec; at += 2)
      count = static_cast<double>(pairs[at + 1].integer());
    histogram.cumulative[b] = std::min(count, calls);
  }
  return histogram;
}

class Emitter {
 public:
  Emitter(bool full, SampleSet& out) : step_(full ? 1 : kLadderStep), out_(out) {
    for (std::size_t b = 0; b < std::size(kBounds); b += step_)
      bounds_[b] = out.labels({{"le", kBounds[b].text}});
    infinity_ = out.labels({{"le", "+Inf"}});
  }

  void emit(const Histogram& histogram, std::string_view command) const {
    const auto labels = out_.labels({{"cmd", command}});
    for (std::size_t b = 0; b < std::size(kBounds); b += step_)
      out_.add(kLatencies, labels, bounds_[b], histogram.cumulative[b], SampleSet::Part::bucket);
    out_.add(kLatencies, labels, infinity_, histogram.calls, SampleSet::Part::bucket);
    out_.add(kLatencies, labels, histogram.usec, SampleSet::Part::sum);
    out_.add(kLatencies, labels, histogram.calls, SampleSet::Part::count);
  }

 private:
  std::size_t step_;
  SampleSet& out_;
  std::array<SampleSet::Labels, std::size(kBounds)> bounds_;
  SampleSet::Labels infinity_;
};

Outcome collect(const Input& input, SampleSet& out) {
  const Reply reply = input.replies[0];
  if (reply.size() == 0) return require_all(input, kCommands);
  const Emitter emitter(input.options.full_latency_buckets, out);
  CommandRows commands(input.info, input.options);
  Histogram other;
  bool folded = false;
  for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
    const std::string_view command = reply[i].text();
    const Reply body = reply[i + 1];
    if (command.empty() || !body.find("calls").is_integer()) continue;
    Histogram histogram =
        read(body.find("histogram_usec"), static_cast<double>(body.find("calls").integer()));
    // Since 7.0 a subcommand has its own name in both replies: config|get.
    const CommandRows::Row* row = commands.find(command);
    if (row != nullptr)
      histogram.usec = Info::number_in(column(row->columns, "usec").value_or("")).value_or(0);
    if (row != nullptr ? row->kept : commands.keeps(command)) {
      emitter.emit(histogram, command);
      continue;
    }
    folded = true;
    for (std::size_t b = 0; b < std::size(kBounds); ++b)
      other.cumulative[b] += histogram.cumulative[b];
    other.calls += histogram.calls;
    other.usec += histogram.usec;
  }
  if (folded) emitter.emit(other, kOtherCommands);
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kLatencyHistogramCollector{
    .name = "latency_histogram",
    .about = "Histograms of the time of each command.",
    .applies_to = kData,
    .commands = kCommands,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
