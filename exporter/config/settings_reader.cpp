// SPDX-License-Identifier: Apache-2.0
#include "config/settings_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/characters.h"
#include "base/text.h"
#include "config/option_values.h"

namespace fleet {
namespace {

constexpr std::string_view kReserved[] = {"job", "instance", "redis_group", "le", "quantile"};

bool is_label_name(std::string_view name) {
  return consists_of(name, "_") && !is_digit(name.front());
}

std::string number_text(double value) {
  char text[32] = {};
  return {text, std::to_chars(std::begin(text), std::end(text), value).ptr};
}

void read_buckets(const ConfigFields& fields, Options& options) {
  fields.read("buckets", read_choice, "ladder", "full", options.full_latency_buckets);
}

ConfigFields collector_fields(const ConfigValue& value, const Options* options) {
  if (options != nullptr && value.key() == "latency_histogram")
    return value.fields({"enabled", "buckets"});
  if (options != nullptr && value.key() == "config")
    return value.fields({"enabled", "include_metrics", "redact"});
  if (options != nullptr && value.key() == "client_list")
    return value.fields({"enabled", "port", "limit"});
  return value.fields({"enabled"});
}

void read_collector(const ConfigValue& value, CollectorSwitch& collector, Options* options) {
  if (!value.is_map() && !value.is_null()) return value.read(read_bool, collector.on);
  const ConfigFields fields = collector_fields(value, options);
  fields.read("enabled", read_bool, collector.on);
  if (options == nullptr) return;
  if (collector.name == "latency_histogram") read_buckets(fields, *options);
  if (collector.name == "config") {
    fields.read("include_metrics", read_bool, options->include_config_metrics);
    fields.read("redact", read_bool, options->redact_config_metrics);
  }
  if (collector.name == "client_list") {
    fields.read("port", read_bool, options->export_client_port);
    fields.read("limit", read_client_list_limit, options->client_list_limit);
  }
}

std::vector<const Threshold*> thresholds_of(std::string_view name) {
  std::vector<const Threshold*> found;
  for (const Threshold& one : thresholds())
    if (one.name == name) found.push_back(&one);
  return found;
}

void refuse_threshold(const ConfigValue& value) {
  std::vector<std::string_view> names;
  for (const Threshold& one : thresholds())
    if (names.empty() || names.back() != one.name) names.push_back(one.name);
  value.fail_at_key("there is no such threshold" + suggestion(value.key(), names));
}

// The value of one severity.
void read_limit(const ConfigValue& value, std::span<const Threshold* const> rows,
                ThresholdValues& values) {
  const auto row = std::ranges::find_if(
      rows, [&](const Threshold* one) { return name_of(one->severity) == value.key(); });
  if (row == rows.end()) {
    std::vector<std::string_view> names;
    for (const Threshold* one : rows) names.push_back(name_of(one->severity));
    return value.fail_at_key("the threshold has no such severity" + suggestion(value.key(), names));
  }
  const Threshold& threshold = **row;
  const auto text = value.text();
  if (!text) return;
  const auto number = parse_number(*text);
  if (!number || !(*number >= threshold.least && *number <= threshold.most))
    return value.fail_quoting("accepted: a number from " + number_text(threshold.least) + " to " +
                              number_text(threshold.most));
  values[&threshold] = *number;
}

// A critical that fires before its warning is a mistake.
void check_order(const ConfigValue& value, std::span<const Threshold* const> rows,
                 const ThresholdValues& values) {
  const Threshold *warning = nullptr, *critical = nullptr;
  for (const Threshold* one : rows) {
    if (one->severity == Severity::warning) warning = one;
    if (one->severity == Severity::critical) critical = one;
  }
  if (warning == nullptr || critical == nullptr) return;
  const auto limit = [&](const Threshold* one) {
    const auto found = values.find(one);
    return found == values.end() ? one->value : found->second;
  };
  const double first = limit(warning), second = limit(critical);
  if (warning->below ? first >= second : first <= second) return;
  value.fail("critical (" + number_text(second) + ") fires before warning (" + number_text(first) +
             "); set warning to " + number_text(second) + " or " +
             (warning->below ? "more" : "less") + ", or set critical");
}

std::string upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (is_letter(c)) c = static_cast<char>(c & ~0x20);
  return upper;
}

struct HostPort {
  std::string host;
  std::uint16_t port;  // 0: none is there
};

// "host", "host:port", "[v6]:port". What is wrong is reported.
std::optional<HostPort> read_host_port(const ConfigValue& value, std::string_view text) {
  std::string problem = "write host or host:port, without scheme, user and path";
  std::optional<Target> target;
  if (!text.empty() && !text.starts_with(':') && text.find_first_of("/@") == text.npos)
    target = parse_target(text, problem);
  if (target) return HostPort{target->host, has_port(text) ? target->port : std::uint16_t{0}};
  value.fail_quoting(problem);
  return std::nullopt;
}

void read_network(const ConfigValue& value, std::string_view text, Rewrite& rewrite) {
  std::string_view rest = text;
  std::string_view address = take_until(rest, '/');
  const std::string_view bits = take_until(rest, ':');
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  const auto parsed = IpAddress::parse(address);
  const auto length = parse_integer(bits);
  const auto port = parse_integer(rest);
  const bool says_port = rest.data() != nullptr;
  const int most = parsed && parsed->is_v4() ? 32 : 128;
  if (!parsed || !length || *length < 0 || *length > most ||
      (says_port && (!port || *port < 1 || *port > 65535)))
    return value.fail_quoting("no network; write 172.18.0.0/16, fd00::/8 or 172.18.0.0/16:6379");
  rewrite.network = IpPrefix{*parsed, static_cast<unsigned>(*length + 128 - most)};
  rewrite.port = static_cast<std::uint16_t>(port.value_or(0));
  if (!rewrite.network->is_network())
    value.fail_quoting("has bits set after its prefix length; write the network's first address");
}

void read_from(const ConfigValue& value, Rewrite& rewrite) {
  const auto text = value.text();
  if (!text) return;
  if (text->find('/') != std::string_view::npos && text->find("://") == std::string_view::npos)
    return read_network(value, *text, rewrite);
  auto from = read_host_port(value, *text);
  if (!from) return;
  rewrite.port = from->port;
  if (const auto address = IpAddress::parse(from->host))
    rewrite.network = IpPrefix{*address, 128};
  else
    rewrite.host = to_lower(from->host);
}

void read_to(const ConfigValue& value, Rewrite& rewrite) {
  const auto text = value.text();
  if (!text) return;
  auto to = read_host_port(value, *text);
  if (!to) return;
  rewrite.to_host = std::move(to->host);
  rewrite.to_port = to->port;
}

}  // namespace

void read_labels(const ConfigValue& value, const LoadContext& context, LabelsOf origin,
                 ConfiguredLabels& labels) {
  for (const ConfigValue& label : value.entries()) {
    const std::string& name = label.key();
    if (name.starts_with("__")) {
      if (origin == LabelsOf::configuration)
        label.fail_at_key("labels that begin with __ are Prometheus's; write another name");
      continue;
    }
    if (!is_label_name(name)) {
      label.fail_at_key("no label's name; write letters, digits and _, not a digit first");
      continue;
    }
    if (std::ranges::find(kReserved, name) != std::end(kReserved) ||
        std::ranges::find(context.labels, name) != context.labels.end()) {
      label.fail_at_key("samples have this label already; write another name");
      continue;
    }
    if (const auto text = label.text()) labels[name] = *text;
  }
}

void read_collectors(const ConfigValue& value, std::vector<CollectorSwitch>& collectors,
                     Options* options) {
  for (const ConfigValue& one : value.entries()) {
    const auto found = std::ranges::find(collectors, one.key(), &CollectorSwitch::name);
    if (found != collectors.end()) {
      read_collector(one, *found, options);
      continue;
    }
    std::vector<std::string_view> names;
    for (const CollectorSwitch& collector : collectors) names.push_back(collector.name);
    one.fail_at_key("there is no such collector" + suggestion(one.key(), names));
  }
}

void read_thresholds(const ConfigValue& value, ThresholdValues& values) {
  for (const ConfigValue& one : value.entries()) {
    const std::vector<const Threshold*> rows = thresholds_of(one.key());
    if (rows.empty()) {
      refuse_threshold(one);
      continue;
    }
    for (const ConfigValue& limit : one.entries()) read_limit(limit, rows, values);
    check_order(one, rows, values);
  }
}

void read_rename_commands(const ConfigValue& value, CommandNames& renames) {
  const auto is_visible = [](char c) { return c > ' ' && c <= '~'; };
  for (const ConfigValue& one : value.entries()) {
    if (!consists_of(one.key(), "_-")) {
      one.fail_at_key("no command's name; write it as Redis has it, such as CONFIG");
      continue;
    }
    const auto text = one.is_null() ? std::string_view() : one.text();
    if (!text) continue;
    if (!std::ranges::all_of(*text, is_visible)) {
      one.fail("no name of a command; write what the server calls it, or - to never send it");
      continue;
    }
    const std::string_view name = *text == "-" ? std::string_view() : *text;
    if (name.empty() && upper(one.key()) == "INFO") {
      one.fail("without INFO nothing can be known of a server; write what it calls it");
      continue;
    }
    if (!renames.emplace(upper(one.key()), name).second)
      one.fail_at_key("stands twice, in other letters; keep one");
  }
}

void read_rewrites(const ConfigValue& value, std::vector<Rewrite>& rewrites) {
  for (const ConfigValue& one : value.list()) {
    const ConfigFields fields = one.fields({"from", "to"});
    const ConfigValue *from = fields.find("from"), *to = fields.find("to");
    if (fields.lacks("from") || fields.lacks("to"))
      one.fail("wants both from and to, {from: 172.18.0.0/16, to: 203.0.113.7}");
    if (from == nullptr || to == nullptr) continue;
    Rewrite rewrite;
    read_from(*from, rewrite);
    read_to(*to, rewrite);
    rewrites.push_back(std::move(rewrite));
  }
}

bool has_port(std::string_view spelling) {
  if (const std::size_t scheme = spelling.find("://"); scheme != std::string_view::npos)
    spelling.remove_prefix(scheme + 3);
  spelling = spelling.substr(0, spelling.find_first_of("/?"));
  if (spelling.starts_with('[')) {
    spelling.remove_prefix(std::min(spelling.find(']'), spelling.size()));
  } else if (std::ranges::count(spelling, ':') != 1) {
    return false;  // a bare IPv6 address, or no colon at all
  }
  const std::size_t colon = spelling.find(':');
  return colon != std::string_view::npos && colon + 1 < spelling.size();
}

}  // namespace fleet
