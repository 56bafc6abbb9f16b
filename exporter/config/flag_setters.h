// SPDX-License-Identifier: Apache-2.0
// What a flag does with its value: each sets a member of Options and returns nothing, or leaves it
// and returns what is wrong and what is accepted. For flag_table.cpp alone.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/files.h"
#include "config/option_values.h"
#include "config/options.h"

namespace fleet {

// The readers of option_values.h, bound to a member.
template <auto member>
std::string set_bool(Options& options, std::string_view text) {
  return read_bool(text, options.*member);
}

template <auto member>
std::string set_text(Options& options, std::string_view text) {
  options.*member = text;
  return {};
}

template <auto member, auto read>
std::string set_by(Options& options, std::string_view text) {
  return read(text, options.*member);
}

template <auto member>
std::string set_budget(Options& options, std::string_view text) {
  return read_duration(text, std::chrono::milliseconds(1), std::chrono::hours(1), options.*member);
}

inline std::string set_age(Options& options, std::string_view text) {
  return read_duration(text, std::chrono::seconds(1), std::chrono::hours(8760),
                       options.max_connection_age);
}

inline std::string set_password(Options& options, std::string_view text) {
  options.redis_password = Secret(std::string(text));
  return {};
}

// Members of WebFlags.
template <auto member>
std::string set_web(Options& options, std::string_view text) {
  auto& value = options.web_flags.*member;
  value = std::remove_reference_t<decltype(value)>(std::string(text));
  return {};
}

inline std::string set_web_tls_version(Options& options, std::string_view text) {
  return read_tls_version(text, options.web_flags.tls_min_version);
}

inline std::string set_password_file(Options& options, std::string_view text) {
  if (text.empty()) return {};
  const std::string path(text);
  options.watched_files.push_back(path);
  std::vector<std::string> problems;
  options.passwords = PasswordFile::read(system_files(), path, problems);
  std::string all;
  for (const std::string& problem : problems) all.append(all.empty() ? "" : "\n").append(problem);
  return all;
}

inline std::string set_commands_limit(Options& options, std::string_view text) {
  return read_count(text, 65536, options.commands_limit);
}

// Members of CheckSettings. A flag wins over what the file says of all groups, and of one.
template <class Read>
std::string set_checks(Options& options, const Read& read) {
  std::string problem = read(options.checks);
  for (Group& group : options.groups)
    if (group.checks && problem.empty()) problem = read(*group.checks);
  return problem;
}

template <auto member, auto read>
std::string set_check(Options& options, std::string_view text) {
  return set_checks(options, [text](CheckSettings& checks) { return read(text, checks.*member); });
}

template <auto member>
std::string set_not(Options& options, std::string_view text) {
  bool yes = false;
  std::string problem = read_bool(text, yes);
  if (!problem.empty()) return problem;
  return set_checks(options, [yes](CheckSettings& checks) {
    checks.*member = !yes;
    return std::string();
  });
}

template <auto member, std::size_t most>
std::string set_check_limit(Options& options, std::string_view text) {
  return set_checks(
      options, [text](CheckSettings& checks) { return read_count(text, most, checks.*member); });
}

inline std::string set_scripts(Options& options, std::string_view text) {
  std::string problem = set_checks(
      options, [text](CheckSettings& checks) { return read_scripts(text, checks.scripts); });
  for (const Script& script : options.checks.scripts) options.watched_files.push_back(script.path);
  return problem;
}

inline std::string set_check_interval(Options& options, std::string_view text) {
  return set_checks(options, [text](CheckSettings& checks) {
    return read_duration(text, std::chrono::seconds(1), std::chrono::hours(24), checks.interval);
  });
}

// Of a flag that redis_exporter has for what is a collector here.
template <const std::string_view& collector>
std::string set_collector(Options& options, std::string_view text) {
  bool on = false;
  if (std::string problem = read_bool(text, on); !problem.empty()) return problem;
  std::string problem = switch_collector(options, collector, on);
  return on ? problem : "";  // one that is not there is off
}

inline std::string set_log_format(Options& options, std::string_view text) {
  return read_choice(text, "txt", "json", options.log_as_json);
}

inline std::string set_buckets(Options& options, std::string_view text) {
  return read_choice(text, "ladder", "full", options.full_latency_buckets);
}

// Makes `action` the one thing to do; help is always given.
inline std::string choose(Options& options, Options::Action action) {
  if (action != Options::Action::help && options.action != Options::Action::serve &&
      options.action != action)
    return "another flag already says what to do instead of serving; give one of them";
  options.action = action;
  return {};
}

template <Options::Action action>
std::string set_action(Options& options, std::string_view text) {
  bool yes = false;
  std::string problem = read_bool(text, yes);
  return problem.empty() && yes ? choose(options, action) : problem;
}

inline std::string set_list_metrics(Options& options, std::string_view text) {
  std::string problem = read_choice(text, "text", "markdown", options.list_as_markdown);
  return problem.empty() ? choose(options, Options::Action::list_metrics) : problem;
}

inline std::string set_print_acl(Options& options, std::string_view text) {
  if (text.empty()) return "accepted: FLAVOUR-VERSION such as redis-7.0 or valkey-8.1, or a URI";
  options.acl_for = text;
  return choose(options, Options::Action::print_acl);
}

}  // namespace fleet
