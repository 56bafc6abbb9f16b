// SPDX-License-Identifier: Apache-2.0
#include "config/config_file.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "config/checks_reader.h"
#include "config/config_reader.h"
#include "config/definitions.h"
#include "config/group_reader.h"
#include "config/load_context.h"
#include "config/option_values.h"
#include "config/settings_reader.h"

namespace fleet {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// Where Options and a configuration say the same, with the flags' limits.
void read_scrape(const ConfigValue& value, Options& options) {
  const ConfigFields fields = value.fields({"node_timeout", "timeout", "max_connection_age"});
  fields.read("node_timeout", read_duration, 1ms, 1h, options.connection_timeout);
  fields.read("timeout", read_duration, 1ms, 1h, options.scrape_timeout);
  fields.read("max_connection_age", read_duration, 1s, 8760h, options.max_connection_age);
}

void read_log(const ConfigValue& value, Options& options) {
  const ConfigFields fields = value.fields({"level", "format"});
  fields.read("level", read_log_level, options.log_level);
  fields.read("format", read_choice, "txt", "json", options.log_as_json);
}

void read_listen(const ConfigValue& value, Options& options) {
  if (!value.is_list()) return value.read(read_listen_addresses, options.listen_addresses);
  std::vector<ListenAddress> addresses;
  for (const ConfigValue& one : value.list()) {
    ListenAddress address;
    one.read(read_listen_address, address);
    if (std::ranges::find(addresses, address) != addresses.end())
      one.fail("stands here twice; remove one");
    addresses.push_back(std::move(address));
  }
  if (addresses.empty()) return value.fail("is empty; write listen: [\":9121\"]");
  options.listen_addresses = std::move(addresses);
}

// {match: "10.0.0.0/8", credentials: NAME, tls: NAME}
void read_allowed_access(const ConfigValue& entry, LoadContext& context, AllowList& allowed) {
  const ConfigFields fields = entry.fields({"match", "credentials", "tls"});
  AllowedAccess access;
  if (const ConfigValue* value = fields.find("credentials")) {
    if (const Credentials* credentials = find_credentials(*value, context)) {
      access.has_credentials = true;
      access.username = credentials->username;
      access.password = credentials->password;
    }
  }
  if (const ConfigValue* value = fields.find("tls"))
    if (const TlsFiles* tls = find_tls(*value, context)) access.tls = *tls;
  const ConfigValue* match = fields.find("match");
  if (match == nullptr)
    return entry.fail("has no match; write {match: \"10.0.0.0/8\", credentials: NAME}");
  const auto text = match->text();
  if (!text) return;
  const std::string problem = allowed.add(*text, std::move(access));
  if (!problem.empty()) match->fail_quoting(problem);
}

void read_allowed_targets(const ConfigValue& value, LoadContext& context, Options& options) {
  AllowList allowed;
  for (const ConfigValue& entry : value.list()) {
    if (entry.is_map()) {
      read_allowed_access(entry, context, allowed);
      continue;
    }
    const auto text = entry.text();
    if (!text) continue;
    std::vector<std::string> problems;
    allowed.append(AllowList::parse(*text, problems));
    if (text->empty()) problems.emplace_back("is empty; remove it");
    for (const std::string& problem : problems) entry.fail(problem);
  }
  options.allowed_targets = std::move(allowed);
}

void read_all(const ConfigValue& root, LoadContext& context, Options& options) {
  const ConfigFields fields =
      root.fields({"listen", "telemetry_path", "scrape", "log", "credentials", "tls", "groups",
                   "collectors", "checks", "thresholds", "allowed_targets"});
  const auto with = [&](std::string_view key, auto read) {
    if (const ConfigValue* value = fields.find(key)) read(*value);
  };
  with("listen", [&](const ConfigValue& value) { read_listen(value, options); });
  fields.read("telemetry_path", read_telemetry_path, options.telemetry_path);
  with("scrape", [&](const ConfigValue& value) { read_scrape(value, options); });
  with("log", [&](const ConfigValue& value) { read_log(value, options); });
  with("collectors",
       [&](const ConfigValue& value) { read_collectors(value, options.collectors, &options); });
  with("checks", [&](const ConfigValue& value) { read_checks(value, context, options.checks); });
  // Groups and allowed targets refer to these.
  context.checks = options.checks;
  context.collectors = options.collectors;
  with("thresholds", [&](const ConfigValue& value) { read_thresholds(value, context.thresholds); });
  with("credentials", [&](const ConfigValue& value) { read_credentials(value, context); });
  with("tls", [&](const ConfigValue& value) { read_tls(value, context); });
  with("groups", [&](const ConfigValue& value) { options.groups = read_groups(value, context); });
  with("allowed_targets",
       [&](const ConfigValue& value) { read_allowed_targets(value, context, options); });
  warn_of_unused(context);
  if (options.groups.empty() && options.allowed_targets.empty())
    root.warn("there are no groups, and no allowed_targets: nothing is scraped");
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

void remove_repetitions(std::vector<std::string>& names) {
  std::vector<std::string> once;
  std::set<std::string_view> seen;
  for (std::string& name : names)
    if (seen.insert(name).second) once.push_back(name);
  names = std::move(once);
}

}  // namespace

LoadedFile load_config_text(std::string_view text, const std::string& path, const FileAccess& files,
                            const Environment& environment,
                            std::span<const std::string_view> labels, Options& options) {
  LoadContext context{.files = files,
                      .environment = environment,
                      .folder = folder_of(path),
                      .labels = labels,
                      .report = Report(path)};
  context.watched_files.push_back(path);
  options.redis_addr = std::nullopt;
  const ParsedYaml parsed = parse_yaml(text);
  for (const YamlProblem& problem : parsed.problems)
    context.report.error(path, problem.line, problem.column, problem.text);
  // What follows a broken line is not there, and would be missed.
  if (parsed.complete)
    read_all(ConfigValue(parsed.root, path, "", context.report), context, options);
  remove_repetitions(context.watched_files);
  options.watched_files = std::move(context.watched_files);
  return context.report.finish();
}

LoadedFile load_config_file(const std::string& path, const Environment& environment,
                            std::span<const std::string_view> labels, Options& options) {
  const FileAccess files = system_files();
  std::string text;
  if (const std::string problem = files.read(path, kMostYamlBytes, text); !problem.empty()) {
    LoadedFile failed;
    failed.errors.push_back(path + ": " + problem + "; write a file that this user may read");
    options.watched_files = {path};
    return failed;
  }
  return load_config_text(text, path, files, environment, labels, options);
}

}  // namespace fleet
