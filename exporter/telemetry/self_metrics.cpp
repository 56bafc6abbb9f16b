// SPDX-License-Identifier: Apache-2.0
#include "telemetry/self_metrics.h"

#include <span>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>

#include "samples/sample_set.h"
#include "telemetry/process_metrics.h"

namespace fleet {
namespace {

// From what a server on loopback needs to where a node's default budget ends.
const prometheus::Histogram::BucketBoundaries kExchangeBuckets = {0.0005, 0.001, 0.0025, 0.01,
                                                                  0.05,   0.25,  1,      2};

// One line of a family. `extra` is le or quantile.
void write_line(std::string& out, std::string_view name, std::string_view suffix,
                const std::vector<prometheus::ClientMetric::Label>& labels, std::string_view extra,
                double value) {
  out.append(name).append(suffix);
  if (!labels.empty() || !extra.empty()) {
    out += '{';
    bool first = true;
    for (const auto& label : labels) {
      if (!first) out += ',';
      first = false;
      append_labels(out, {{label.name, label.value}});
    }
    if (!first && !extra.empty()) out += ',';
    out.append(extra) += '}';
  }
  out += ' ';
  append_number(out, value);
  out += '\n';
}

std::string bound_label(double bound) {
  std::string label = "le=\"";
  append_number(label, bound);
  return label + '"';
}

// prometheus-cpp's own serializer rounds whole numbers above 2^53 and escapes no HELP.
void write_family(std::string& out, std::string_view name, const prometheus::MetricFamily& family,
                  Format format) {
  using prometheus::MetricType;
  if (family.metric.empty()) return;
  const Type type = family.type == MetricType::Counter     ? Type::counter
                    : family.type == MetricType::Histogram ? Type::histogram
                    : family.type == MetricType::Summary   ? Type::summary
                                                           : Type::gauge;
  if (format == Format::text)
    append_family_header(out, name, family.help, name_of(type));
  else
    append_openmetrics_header(out, name, family.help, name_of(type));
  for (const prometheus::ClientMetric& metric : family.metric) {
    switch (type) {
      case Type::counter:
        write_line(out, name, "", metric.label, "", metric.counter.value);
        break;
      case Type::gauge:
        write_line(out, name, "", metric.label, "", metric.gauge.value);
        break;
      case Type::histogram:
        for (const auto& bucket : metric.histogram.bucket)
          write_line(out, name, "_bucket", metric.label, bound_label(bucket.upper_bound),
                     static_cast<double>(bucket.cumulative_count));
        write_line(out, name, "_sum", metric.label, "", metric.histogram.sample_sum);
        write_line(out, name, "_count", metric.label, "",
                   static_cast<double>(metric.histogram.sample_count));
        break;
      case Type::summary:
        write_line(out, name, "_sum", metric.label, "", metric.summary.sample_sum);
        write_line(out, name, "_count", metric.label, "",
                   static_cast<double>(metric.summary.sample_count));
        break;
    }
  }
}

// `name_space` takes the place of "redis" in the names that begin so.
void write_all(std::string& out, const prometheus::Collectable& families,
               std::string_view name_space, const NameFilter& filter, Format format) {
  constexpr std::string_view kOurs = "redis_";
  std::string name;
  for (const prometheus::MetricFamily& family : families.Collect()) {
    name = family.name;
    if (name.starts_with(kOurs))
      name.replace(0, name_space.empty() ? kOurs.size() : kOurs.size() - 1, name_space);
    if (filter.wants(name)) write_family(out, name, family, format);
  }
}

}  // namespace

struct SelfMetrics::Families {
  prometheus::Registry work;
  prometheus::Registry build;
  ProcessMetrics process;
  prometheus::Counter* scrapes;
  prometheus::Summary* durations;
  std::array<prometheus::Counter*, kReasonNames.size()> failures{};
  prometheus::Counter* bytes;
  prometheus::Counter* commands;
  prometheus::Counter* connections;
  prometheus::Histogram* exchanges;
  prometheus::Counter* bad_requests;
  std::array<prometheus::Counter*, kRefusalNames.size()> refusals{};
  prometheus::Gauge* config_valid;
  prometheus::Gauge* config_time;
};

SelfMetrics::SelfMetrics(const BuildFacts& build) : families_(std::make_unique<Families>()) {
  using namespace prometheus;
  Families& f = *families_;
  const auto counter = [&f](const char* name, const char* help) {
    return &BuildCounter().Name(name).Help(help).Register(f.work).Add({});
  };
  const auto by_reason = [&f](const char* name, const char* help,
                              std::span<const std::string_view> reasons,
                              std::span<Counter*> counters) {
    auto& family = BuildCounter().Name(name).Help(help).Register(f.work);
    for (std::size_t i = 0; i < reasons.size(); ++i)
      counters[i] = &family.Add({{"reason", std::string(reasons[i])}});
  };
  BuildGauge()
      .Name("redis_exporter_build_info")
      .Help("1, with what the exporter was built from.")
      .Register(f.build)
      .Add({{"version", std::string(build.version)},
            {"commit_sha", std::string(build.revision)},
            {"build_date", std::string(build.date)}})
      .Set(1);
  f.scrapes = counter("redis_exporter_scrapes_total", "Scrapes of nodes that ended, well or not.");
  f.durations = &BuildSummary()
                     .Name("redis_exporter_scrape_duration_seconds")
                     .Help("Durations of scrapes of nodes.")
                     .Register(f.work)
                     .Add({}, Summary::Quantiles{});
  by_reason("redis_exporter_scrape_failures_total", "Scrapes of nodes that failed, by reason.",
            std::span(kReasonNames).subspan(1), std::span(f.failures).subspan(1));
  f.bytes = counter("redis_exporter_received_bytes_total", "Bytes of replies from nodes.");
  f.commands = counter("redis_exporter_sent_commands_total", "Commands sent to nodes.");
  f.connections = counter("redis_exporter_opened_connections_total", "Connections made to nodes.");
  f.exchanges =
      &BuildHistogram()
           .Name("redis_exporter_exchange_duration_seconds")
           .Help(
               "Time from the last byte of a batch of commands out to its last reply in: an "
               "upper bound of its cost on the server.")
           .Register(f.work)
           .Add({}, kExchangeBuckets);
  f.bad_requests =
      counter("redis_target_scrape_request_errors_total",
              "Requests to /scrape whose target was missing, malformed or not allowed.");
  by_reason("redis_exporter_refused_clients_total",
            "Connections and requests that were turned away, by reason.", kRefusalNames,
            f.refusals);
  const auto gauge = [&f](const char* name, const char* help) {
    return &BuildGauge().Name(name).Help(help).Register(f.work).Add({});
  };
  f.config_valid = gauge("redis_exporter_config_last_reload_successful",
                         "1 when the configuration was valid as it was read last, else 0: the one "
                         "before is in use.");
  f.config_time = gauge("redis_exporter_config_last_reload_success_timestamp_seconds",
                        "Unix time at which the configuration in use was read.");
}

SelfMetrics::~SelfMetrics() = default;

void SelfMetrics::scrape_finished(const ScrapeFacts& facts) {
  families_->scrapes->Increment();
  families_->durations->Observe(facts.seconds);
  if (auto* failures = families_->failures[static_cast<std::size_t>(facts.reason)])
    failures->Increment();
  families_->bytes->Increment(static_cast<double>(facts.bytes));
  families_->commands->Increment(static_cast<double>(facts.commands));
  if (facts.connected) families_->connections->Increment();
  if (facts.exchange_seconds) families_->exchanges->Observe(*facts.exchange_seconds);
}

void SelfMetrics::config_read(bool valid, double when) {
  families_->config_valid->Set(valid ? 1 : 0);
  if (valid) families_->config_time->Set(when);
}

void SelfMetrics::client_refused(Refusal why) {
  families_->refusals[static_cast<std::size_t>(why)]->Increment();
}

void SelfMetrics::target_request_failed() { families_->bad_requests->Increment(); }

void SelfMetrics::write_build(std::string& out, std::string_view name_space,
                              const NameFilter& filter, Format format) const {
  write_all(out, families_->build, name_space, filter, format);
}

void SelfMetrics::write_work(std::string& out, std::string_view name_space,
                             const NameFilter& filter, Format format) const {
  write_all(out, families_->work, name_space, filter, format);
}

void SelfMetrics::write_process(std::string& out, const NameFilter& filter, Format format) const {
  write_all(out, families_->process, "redis", filter, format);
}

}  // namespace fleet
