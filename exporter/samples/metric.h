// SPDX-License-Identifier: Apache-2.0
// What a metric is: name, help, type and label names, known at compile time. The naming rules of
// Prometheus are checked while a table is compiled; `legacy` marks the names that come from
// redis_exporter and break them.
#pragma once

#include <cstdint>
#include <string_view>

namespace fleet {

enum class Type : std::uint8_t { gauge, counter, histogram, summary };

struct Metric {
  std::string_view name;  // "redis_memory_used_bytes"
  std::string_view help;  // one sentence that ends with a period
  Type type = Type::gauge;
  std::string_view labels =
      {};  // "cmd" or "slave_ip,slave_port": the collector's own, for the docs
  bool legacy = false;
  std::string_view source_text = {};  // where the value comes from, when no INFO table says it
  std::string_view since_text = {};   // first server that has it: "7.0", "Valkey 8.1"; empty: all

  constexpr Metric source(std::string_view text) const {
    Metric copy = *this;
    copy.source_text = text;
    return copy;
  }
  constexpr Metric since(std::string_view text) const {
    Metric copy = *this;
    copy.since_text = text;
    return copy;
  }
};

namespace metric_rules {

constexpr bool valid_name(std::string_view name) {
  if (!name.starts_with("redis_")) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

consteval Metric checked(Metric metric) {
  if (!valid_name(metric.name)) throw "a metric's name is redis_ and then a-z, 0-9 and _";
  for (const char c : metric.help)
    if (c == '\\' || c == '\n') throw "help is one line and has no backslash";
  if (metric.help.empty() || !metric.help.ends_with('.')) throw "help is a sentence with a period";
  if (!metric.legacy && metric.name.ends_with("_total") != (metric.type == Type::counter))
    throw "counters, and only they, end in _total; a name of redis_exporter's is legacy_...";
  return metric;
}

}  // namespace metric_rules

consteval Metric gauge(std::string_view name, std::string_view help, std::string_view labels = {}) {
  return metric_rules::checked({.name = name, .help = help, .type = Type::gauge, .labels = labels});
}
consteval Metric counter(std::string_view name, std::string_view help,
                         std::string_view labels = {}) {
  return metric_rules::checked(
      {.name = name, .help = help, .type = Type::counter, .labels = labels});
}
consteval Metric legacy(Type type, std::string_view name, std::string_view help,
                        std::string_view labels = {}) {
  return metric_rules::checked(
      {.name = name, .help = help, .type = type, .labels = labels, .legacy = true});
}

}  // namespace fleet
