// SPDX-License-Identifier: Apache-2.0
// Where the time of a scrape goes inside the exporter: each stage alone, over what a Redis 7.0 with
// about 40 commands used answered. `make bench` shows the whole beside redis_exporter.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <benchmark/benchmark.h>

#include "collectors/registry.h"
#include "exposition/gzip.h"
#include "exposition/text_writer.h"
#include "resp/info.h"
#include "resp/reply_buffer.h"
#include "scrape/plan.h"
#include "telemetry/self_metrics.h"

namespace fleet {
namespace {

// Bytes that the server sent to a command, recorded (tests/fixtures).
std::string recorded(std::string_view line) {
  std::string slug;
  for (const char c : line) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c >= 'A' && c <= 'Z') {
      slug += static_cast<char>(c | 0x20);
    } else if (word) {
      slug += c;
    } else if (!slug.ends_with('_')) {
      slug += '_';
    }
  }
  if (slug.starts_with("config_get")) slug = "config_get_all";
  std::ifstream file(std::filesystem::path(FIXTURES) / "redis-7.0/standalone" / (slug + ".resp"));
  return {std::istreambuf_iterator<char>(file), {}};
}

// One scrape's worth of everything.
struct Scrape {
  Scrape() {
    declare_metrics(all_collectors(), catalogue);
    ReplyBuffer first;
    first.feed(recorded("INFO all"));
    facts = facts_of(Info(first[0].text()), 1.79e9);
    plan = make_plan({all_collectors(), options}, facts, {}, {}, {});
    for (const std::string_view line : plan.lines) bytes += recorded(line);
    replies.feed(bytes);
  }

  void collect(SampleSet& out) const {
    const Info info(replies[0].text());
    std::vector<Reply> own;
    for (const auto& [collector, places] : plan.parts) {
      own.clear();
      for (const int place : places)
        own.push_back(place < 0 ? Reply::not_applicable()
                                : replies[static_cast<std::size_t>(place)]);
      run(*collector, {info, own, 1.79e9, facts, options}, out);
    }
  }

  CollectorOptions options;
  Catalogue catalogue;
  NodeFacts facts;
  Plan plan;
  std::string bytes;
  ReplyBuffer replies;
};

const Scrape& scrape() {
  static const Scrape all;
  return all;
}

std::string page() {
  SampleSet samples(scrape().catalogue);
  scrape().collect(samples);
  std::string text;
  TextWriter("redis", {{&samples, ""}}).write(text, std::string::npos);
  return text;
}

void plan(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(
        make_plan({all_collectors(), scrape().options}, scrape().facts, {}, {}, {}));
}

void parse_replies(benchmark::State& state) {
  for (auto _ : state) {
    ReplyBuffer replies;
    benchmark::DoNotOptimize(replies.feed(scrape().bytes));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(scrape().bytes.size()));
}

void index_info(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Info(scrape().replies[0].text()));
}

void collect(benchmark::State& state) {
  std::size_t samples = 0;
  for (auto _ : state) {
    SampleSet out(scrape().catalogue);
    scrape().collect(out);
    samples = out.size();
  }
  state.counters["samples"] = static_cast<double>(samples);
}

void write_text(benchmark::State& state) {
  SampleSet samples(scrape().catalogue);
  scrape().collect(samples);
  std::size_t size = 0;
  for (auto _ : state) {
    std::string text;
    text.reserve(256 << 10);
    TextWriter("redis", {{&samples, ""}}).write(text, std::string::npos);
    size = text.size();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void gzip(benchmark::State& state) {
  const std::string text = page();
  std::string packed;
  for (auto _ : state) {
    packed.clear();
    Gzip().compress(text, true, packed);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["packed"] = static_cast<double>(packed.size());
}

void own_metrics(benchmark::State& state) {
  SelfMetrics self({"0", "0", "0"});
  for (auto _ : state) {
    std::string text;
    self.write_work(text, "redis", {});
    self.write_build(text, "redis", {});
    self.write_process(text, {});
    benchmark::DoNotOptimize(text);
  }
}

BENCHMARK(plan);
BENCHMARK(parse_replies);
BENCHMARK(index_info);
BENCHMARK(collect);
BENCHMARK(write_text);
BENCHMARK(gzip);
BENCHMARK(own_metrics);

}  // namespace
}  // namespace fleet

BENCHMARK_MAIN();
