// SPDX-License-Identifier: Apache-2.0
#include "scrape/group_settings.h"

#include <algorithm>
#include <utility>

#include "collectors/registry.h"

namespace fleet {
namespace {

bool is_on(const CollectorSwitch& collector, const Group& group) {
  const auto own = std::ranges::find(group.collectors, collector.name, &CollectorSwitch::name);
  return own == group.collectors.end() ? collector.on : own->on;
}

}  // namespace

std::vector<Group> groups_of(const Options& options) {
  if (!options.config_file.empty()) return options.groups;
  std::vector<Group> groups;
  if (!options.redis_addr) return groups;
  Group group;
  group.nodes.push_back({with_credentials(*options.redis_addr, options), {}, "--redis.addr"});
  group.tls = tls_files_of(options);
  if (options.is_cluster) {
    const Target& seed = group.nodes.front().target;
    group.source = Group::Source::cluster;
    group.seeds = {seed};
    if (seed.transport == Target::Transport::tls) group.transport = seed.transport;
    // What a URI or the password file says is of that server alone.
    group.username = options.redis_user;
    if (!options.redis_password.empty()) group.password = options.redis_password;
    group.passwords = options.passwords;
    group.hostnames = options.cluster_hostnames;
  }
  groups.push_back(std::move(group));
  return groups;
}

std::string_view kind_of(Group::Source source, bool standalone) {
  if (source == Group::Source::sentinel) return "sentinel";
  if (source == Group::Source::cluster) return "cluster";
  return standalone ? "standalone" : "nodes";
}

bool is_compared(const Group& group) { return !group.standalone && !group.name.empty(); }

bool has_rounds(const Group& group) {
  return is_compared(group) || group.source == Group::Source::cluster;
}

Target with_credentials(Target target, const Options& options) {
  if (!target.password && options.passwords.lend(target, options.redis_user)) return target;
  if (target.username.empty()) target.username = options.redis_user;
  if (!target.password && !options.redis_password.empty()) target.password = options.redis_password;
  return target;
}

TlsFiles tls_files_of(const Options& options) {
  return {options.tls_ca_cert_file, options.tls_client_cert_file, options.tls_client_key_file,
          options.tls_server_name, options.skip_tls_verification};
}

ScrapeSettings settings_of(const Options& options, const Group& group) {
  ScrapeSettings settings;
  for (const CollectorSwitch& one : options.collectors)
    if (is_on(one, group)) settings.collectors.push_back(find_collector(one.name));
  settings.command_names = group.rename_commands;
  if (options.config_command != "CONFIG")
    settings.command_names.emplace("CONFIG", options.config_command);
  const auto config = settings.command_names.find("CONFIG");
  settings.collector_options = {
      .include_config_metrics = options.include_config_metrics,
      .redact_config_metrics = options.redact_config_metrics,
      .include_modules_metrics = options.include_modules_metrics,
      .include_sentinel_peer_info = options.include_sentinel_peer_info,
      .include_empty_databases = options.include_metrics_for_empty_databases,
      .client_port = options.export_client_port,
      .rdb_file_size = options.include_rdb_file_size,
      .full_latency_buckets = options.full_latency_buckets,
      .config_command = config == settings.command_names.end() || !config->second.empty(),
      .commands_limit = options.commands_limit,
      .client_list_limit = options.client_list_limit,
  };
  if (!options.config_file.empty()) settings.credentials_from = CredentialsFrom::group;
  settings.checks = group.checks.value_or(options.checks);
  settings.set_client_name = options.set_client_name;
  settings.ping = options.ping_on_connect;
  settings.node_timeout = options.connection_timeout;
  settings.max_connection_age = options.max_connection_age;
  return settings;
}

}  // namespace fleet
