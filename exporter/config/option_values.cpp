// SPDX-License-Identifier: Apache-2.0
#include "config/option_values.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/characters.h"
#include "base/duration.h"
#include "base/text.h"
#include "config/ip_address.h"
#include "config/lua_pattern.h"
#include "config/regex.h"

namespace fleet {
namespace {

template <std::size_t count>
bool is_one_of(std::string_view text, const std::array<std::string_view, count>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string accepted(std::string_view problem, std::string_view what) {
  std::string text(problem);
  if (!text.empty()) text += "; ";
  return text.append("accepted: ").append(what);
}

}  // namespace

std::string read_bool(std::string_view text, bool& value) {
  constexpr std::array<std::string_view, 6> kTrue = {"true", "1", "t", "T", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"false", "0", "f", "F", "FALSE", "False"};
  const bool yes = is_one_of(text, kTrue);
  if (!yes && !is_one_of(text, kFalse)) return accepted("", "true or false");
  value = yes;
  return {};
}

std::string read_duration(std::string_view text, std::chrono::milliseconds least,
                          std::chrono::milliseconds most, std::chrono::nanoseconds& value) {
  std::string problem;
  const auto duration = parse_duration(text, problem);
  if (!duration || *duration < least || *duration > most)
    return accepted(problem, "a duration from " + format_duration(least) + " to " +
                                 format_duration(most) + ", such as 500ms, 2s or 1m30s");
  value = *duration;
  return {};
}

std::string read_count(std::string_view text, std::size_t most, std::size_t& value) {
  const auto number = parse_integer(text);
  if (!number || *number < 1 || static_cast<std::uint64_t>(*number) > most)
    return accepted("", "a whole number from 1 to " + std::to_string(most));
  value = static_cast<std::size_t>(*number);
  return {};
}

std::string read_choice(std::string_view text, std::string_view first, std::string_view second,
                        bool& value) {
  if (text != first && text != second)
    return accepted("", std::string(first) + " or " + std::string(second));
  value = text == second;
  return {};
}

std::string read_share(std::string_view text, double& value) {
  const auto number = parse_number(text);
  if (!number || !(*number >= 0.001 && *number <= 1))
    return accepted("", "a number from 0.001 to 1");
  value = *number;
  return {};
}

std::string read_lua_patterns(std::string_view text, std::vector<std::string>& patterns) {
  std::vector<std::string> read;
  bool quoted = false;
  std::string value;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (quoted && i == text.size()) return accepted("a \" is not closed", "a,\"b,c\"");
    if (c == ',' && !quoted) {
      if (!value.empty()) read.push_back(std::move(value));
      value.clear();
    } else if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      value += '"';
      ++i;
    } else if (c == '"' && (quoted || value.empty())) {
      quoted = !quoted;
    } else {
      value += c;
    }
  }
  for (const std::string& pattern : read)
    if (const std::string problem = lua_pattern_problem(pattern); !problem.empty())
      return "\"" + pattern + "\": " + problem;
  patterns = std::move(read);
  return {};
}

std::string add_script(const FileAccess& files, std::string path, std::vector<Script>& scripts) {
  if (std::ranges::find(scripts, path, &Script::path) != scripts.end()) return {};
  Script script{std::move(path), {}};
  std::string problem = files.read(script.path, kMostScriptBytes, script.text);
  if (problem.empty()) scripts.push_back(std::move(script));
  return problem;
}

std::string read_scripts(std::string_view text, std::vector<Script>& scripts) {
  const FileAccess files = system_files();
  std::vector<Script> read;
  while (!text.empty()) {
    const std::string path(take_until(text, ','));
    if (path.empty()) continue;
    const std::string problem = add_script(files, path, read);
    if (!problem.empty())
      return "\"" + path + "\": " + problem + "; give files that this user may read";
  }
  scripts = std::move(read);
  return {};
}

std::string read_regex(std::string_view text, std::string& pattern) {
  std::string problem = Regex::problem(text);
  if (problem.empty()) pattern = text;
  return problem;
}

std::string read_client_list_limit(std::string_view text, std::size_t& value) {
  return read_count(text, 10000, value);
}

std::string switch_collector(Options& options, std::string_view name, bool on) {
  std::string names;
  for (CollectorSwitch& collector : options.collectors) {
    if (collector.name == name) {
      collector.on = on;
      for (Group& group : options.groups)
        std::erase_if(group.collectors, [name](const auto& own) { return own.name == name; });
      return {};
    }
    names.append(names.empty() ? "" : ", ").append(collector.name);
  }
  return "there is no such collector; accepted: " + names;
}

std::string read_log_level(std::string_view text, log::Level& value) {
  // The names of redis_exporter. Nothing here is fatal and logged, so that FATAL and PANIC come
  // down to errors only.
  constexpr std::pair<std::string_view, log::Level> kLevels[] = {
      {"DEBUG", log::Level::debug},     {"INFO", log::Level::info},   {"WARN", log::Level::warning},
      {"WARNING", log::Level::warning}, {"ERROR", log::Level::error}, {"FATAL", log::Level::error},
      {"PANIC", log::Level::error},     {"TRACE", log::Level::debug},
  };
  for (const auto& [name, level] : kLevels) {
    if (!equal_ignoring_case(name, text)) continue;
    value = level;
    return {};
  }
  return accepted("", "DEBUG, INFO, WARN or ERROR");
}

std::string read_address(std::string_view text, std::optional<Target>& value) {
  if (text.empty()) {
    value.reset();
    return {};
  }
  std::string problem;
  auto target = parse_target(text, problem);
  if (!target)
    return accepted(problem,
                    "redis://[user:password@]host[:port][/database], rediss:// for TLS, "
                    "unix:///path, host:port, or nothing for no address");
  value = std::move(target);
  return {};
}

std::string read_allow_list(std::string_view text, AllowList& value) {
  std::vector<std::string> problems;
  AllowList list = AllowList::parse(text, problems);
  if (problems.empty()) {
    value = std::move(list);
    return {};
  }
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "; ") + problem;
  return accepted(all,
                  "networks, addresses, names with or without *, each with or without :port, "
                  "separated by commas");
}

std::string read_listen_address(std::string_view text, ListenAddress& value) {
  const std::string bad =
      accepted("", "host:port or :port, such as :9121, 127.0.0.1:9121 or [::1]:9121");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_integer(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return bad;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos || !IpAddress::parse(host)) return bad;
  } else if (!host.empty() && !consists_of(host, "-._")) {
    return bad;
  }
  value = {std::string(host), static_cast<std::uint16_t>(*port)};
  return {};
}

std::string display(const ListenAddress& address) {
  const bool bracket = address.host.find(':') != std::string::npos;
  return (bracket ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string read_listen_addresses(std::string_view text, std::vector<ListenAddress>& values) {
  std::vector<ListenAddress> read;
  do {
    ListenAddress address;
    if (std::string problem = read_listen_address(take_until(text, ','), address); !problem.empty())
      return problem;
    if (std::ranges::find(read, address) != read.end())
      return "has " + display(address) + " twice; remove one";
    read.push_back(std::move(address));
  } while (!text.empty());
  values = std::move(read);
  return {};
}

std::string read_tls_version(std::string_view text, WebTls::Version& value) {
  constexpr std::array<std::string_view, 4> kVersions = {"TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"};
  const auto found = std::ranges::find(kVersions, text);
  if (found == kVersions.end()) return accepted("", "TLS1.0, TLS1.1, TLS1.2 or TLS1.3");
  value = static_cast<WebTls::Version>(found - kVersions.begin());
  return {};
}

std::string read_health_url(std::string_view text, std::optional<ListenAddress>& address,
                            std::string& path) {
  if (text == "own") return {};
  constexpr std::string_view kScheme = "http://";
  const std::string bad =
      accepted("", "http://HOST:PORT, with a path or not, such as http://127.0.0.1:9121/-/ready");
  if (!text.starts_with(kScheme)) return bad;
  text.remove_prefix(kScheme.size());
  const std::string_view at = text.substr(0, text.find('/'));
  text.remove_prefix(at.size());
  ListenAddress found;
  if (!read_listen_address(at, found).empty() || found.host.empty() || found.port == 0) return bad;
  if (!text.empty() && !consists_of(text, "/-._~%?=&")) return bad;
  address = found;
  if (!text.empty()) path = text;
  return {};
}

std::string read_telemetry_path(std::string_view text, std::string& value) {
  constexpr std::array<std::string_view, 11> kTaken = {"/",
                                                       "/scrape",
                                                       "/probe",
                                                       "/health",
                                                       "/sd",
                                                       "/metrics/fleet",
                                                       "/discover-cluster-nodes",
                                                       "/runbooks",
                                                       "/status.json",
                                                       "/status.css",
                                                       "/status.js"};
  if (is_one_of(text, kTaken) || text.starts_with("/-/"))
    return accepted("the exporter serves something else there", "another path, such as /metrics");
  if (!text.starts_with('/') || !consists_of(text, "/-._~"))
    return accepted("", "a path that begins with / and holds letters, digits and /-._~");
  value = text;
  return {};
}

std::string read_namespace(std::string_view text, std::string& value) {
  if (!consists_of(text, "_") || is_digit(text.front()))
    return accepted("", "letters, digits and _, not a digit first");
  value = text;
  return {};
}

std::string read_shard(std::string_view text, Shard& value) {
  constexpr std::int64_t kMost = 1024;
  std::string_view rest = text;
  const auto index = parse_integer(take_until(rest, '/'));
  const auto count = parse_integer(rest);
  if (!index || !count || *count < 1 || *count > kMost || *index < 0 || *index >= *count)
    return accepted("", "INDEX/COUNT, with an index from 0 to COUNT - 1 and at most 1024 of them");
  value = {static_cast<std::uint32_t>(*index), static_cast<std::uint32_t>(*count)};
  return {};
}

std::string read_config_command(std::string_view text, std::string& value) {
  const auto is_visible = [](char c) { return c > ' ' && c <= '~'; };
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_visible))
    return accepted("", "the name of the CONFIG command on the server, or - to never send it");
  value = text == "-" ? "" : text;
  return {};
}

}  // namespace fleet
