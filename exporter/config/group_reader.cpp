// SPDX-License-Identifier: Apache-2.0
#include "config/group_reader.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/characters.h"
#include "base/text.h"
#include "config/checks_reader.h"
#include "config/definitions.h"
#include "config/option_values.h"
#include "config/settings_reader.h"
#include "config/target_files.h"

namespace fleet {
namespace {

using Servers = std::map<std::string, std::string>;
using Transport = Target::Transport;

constexpr std::size_t kLongestName = 200;
constexpr std::uint16_t kSentinelPort = 26379;
constexpr std::string_view kSources[] = {"nodes", "sentinel", "cluster", "files"};

// What is wrong with a group's name.
std::string name_problem(std::string_view name) {
  if (name.empty()) return "is empty; write a name";
  if (name.size() > kLongestName) return "holds more than 200 bytes; shorten it";
  for (std::string_view rest = name; !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    if (length == 0 || is_control(rest.front()))
      return "holds a control character, or is not UTF-8; remove it";
    rest.remove_prefix(length);
  }
  return {};
}

// The one server that a target is, however it is asked.
std::string server_of(const Target& target) {
  if (target.transport == Transport::unix_socket) return target.path;
  return to_lower(target.host) + ":" + std::to_string(target.port);
}

void lend(const Credentials* credentials, Target& target) {
  if (credentials == nullptr || target.password || !target.username.empty()) return;
  target.username = credentials->username;
  target.password = credentials->password;
}

class GroupReader {
 public:
  GroupReader(const ConfigValue& where, LoadContext& context)
      : where_(where),
        context_(context),
        fields_(where.fields({"name", "nodes", "sentinel", "cluster", "files", "standalone", "dns",
                              "labels", "credentials", "tls", "collectors", "checks", "thresholds",
                              "rename_commands", "rewrite"})) {}

  Group run() {
    read_settings();
    read_source();
    return std::move(group_);
  }

 private:
  void read_settings() {
    if (const ConfigValue* value = fields_.find("labels"))
      read_labels(*value, context_, LabelsOf::configuration, group_.labels);
    if (const ConfigValue* value = fields_.find("credentials"))
      credentials_ = find_credentials(*value, context_);
    if (credentials_ != nullptr) {
      group_.username = credentials_->username;
      group_.password = credentials_->password;
    }
    if (const ConfigValue* value = fields_.find("tls")) {
      if (const TlsFiles* tls = find_tls(*value, context_)) group_.tls = *tls;
      group_.transport = Transport::tls;
    }
    if (const ConfigValue* value = fields_.find("rename_commands"))
      read_rename_commands(*value, group_.rename_commands);
    if (const ConfigValue* value = fields_.find("rewrite")) read_rewrites(*value, group_.rewrites);
    if (const ConfigValue* value = fields_.find("checks"))
      read_checks(*value, context_, group_.checks.emplace(context_.checks));
    read_switches();
    read_limits();
  }

  void read_switches() {
    const ConfigValue* value = fields_.find("collectors");
    if (value == nullptr) return;
    std::vector<CollectorSwitch> collectors = context_.collectors;
    read_collectors(*value, collectors, nullptr);
    for (std::size_t i = 0; i < collectors.size(); ++i)
      if (collectors[i] != context_.collectors[i]) group_.collectors.push_back(collectors[i]);
  }

  void read_limits() {
    ThresholdValues values = context_.thresholds;
    if (const ConfigValue* value = fields_.find("thresholds")) read_thresholds(*value, values);
    for (const auto& [threshold, limit] : values) group_.thresholds.push_back({threshold, limit});
  }

  void read_source() {
    const auto given = std::ranges::count_if(
        kSources, [&](std::string_view key) { return fields_.find(key) != nullptr; });
    if (given == 0)
      return where_.fail("has no nodes; write one of nodes, sentinel, cluster, files");
    if (given > 1)
      return where_.fail("has more than one of nodes, sentinel, cluster, files; keep one");
    refuse_what_does_not_fit();
    fields_.read(
        "dns",
        [](std::string_view text, bool& all) { return read_choice(text, "first", "all", all); },
        group_.all_addresses);
    if (const ConfigValue* nodes = fields_.find("nodes")) read_nodes(*nodes);
    if (const ConfigValue* sentinel = fields_.find("sentinel")) read_sentinel(*sentinel);
    if (const ConfigValue* cluster = fields_.find("cluster")) read_cluster(*cluster);
    if (const ConfigValue* files = fields_.find("files")) {
      group_.standalone = true;
      const auto add = [&](const ConfigValue& address, const ConfiguredLabels& labels) {
        add_node(address, address, nullptr, labels);
      };
      read_target_files(*files, group_.labels, context_, add);
    }
  }

  void refuse_what_does_not_fit() const {
    const bool nodes = fields_.find("nodes") != nullptr, files = fields_.find("files") != nullptr;
    const ConfigValue* standalone = fields_.find("standalone");
    if (standalone != nullptr && !nodes)
      standalone->fail_at_key(files ? "files imply it; leave it out"
                                    : "is for nodes only; leave it out");
    const ConfigValue* dns = fields_.find("dns");
    if (dns != nullptr && !nodes && !files)
      dns->fail_at_key("is for nodes and files only; leave it out");
    const ConfigValue* rewrite = fields_.find("rewrite");
    if (rewrite != nullptr && (nodes || files))
      rewrite->fail_at_key("is for sentinel and cluster only; leave it out");
  }

  void read_nodes(const ConfigValue& nodes) {
    fields_.read("standalone", read_bool, group_.standalone);
    const std::vector<ConfigValue> list = nodes.list();
    if (list.empty() && (nodes.is_list() || nodes.is_null()))
      nodes.fail("is empty; write nodes: [\"host:port\"]");
    for (const ConfigValue& node : list) read_node(node);
  }

  void read_node(const ConfigValue& node) {
    if (!node.is_map()) return add_node(node, node, nullptr, group_.labels);
    const ConfigFields fields = node.fields({"address", "credentials", "labels"});
    ConfiguredLabels labels = group_.labels;
    if (const ConfigValue* own = fields.find("labels"))
      read_labels(*own, context_, LabelsOf::configuration, labels);
    const Credentials* credentials = nullptr;
    if (const ConfigValue* own = fields.find("credentials"))
      credentials = find_credentials(*own, context_);
    const ConfigValue* address = fields.find("address");
    if (address == nullptr) return node.fail("has no address; write {address: \"host:port\"}");
    add_node(node, *address, credentials, labels);
  }

  void add_node(const ConfigValue& node, const ConfigValue& address, const Credentials* own,
                const ConfiguredLabels& labels) {
    auto target = read_target(address, context_.servers);
    if (!target) return;
    lend(own != nullptr ? own : credentials_, *target);
    group_.nodes.push_back({std::move(*target), labels, node.place()});
  }

  // The target that a text spells, TLS where the group has it. `servers` are those there are.
  std::optional<Target> read_target(const ConfigValue& value, Servers& servers,
                                    std::uint16_t default_port = 0) const {
    const auto text = value.text();
    if (!text) return std::nullopt;
    std::string problem;
    auto target = parse_target(*text, problem);
    if (!target) {
      value.fail_quoting(problem);
      return std::nullopt;
    }
    if (default_port != 0 && !has_port(target->spelling)) target->port = default_port;
    if (target->transport == Transport::tcp) target->transport = group_.transport;
    const auto [found, added] = servers.emplace(server_of(*target), value.place());
    if (added) return target;
    value.fail(display(*target) + " is listed already, at " + found->second + "; keep one");
    return std::nullopt;
  }

  // Servers that are asked where the nodes are.
  std::vector<Target> read_guides(const ConfigValue& list, const Credentials* credentials,
                                  Servers& servers, std::uint16_t default_port) const {
    std::vector<Target> guides;
    const std::vector<ConfigValue> values = list.list();
    if (values.empty() && (list.is_list() || list.is_null()))
      list.fail("is empty; write [\"host:port\"]");
    for (const ConfigValue& value : values) {
      auto target = read_target(value, servers, default_port);
      if (!target) continue;
      if (target->transport == Transport::unix_socket || target->database != 0) {
        value.fail_quoting("a socket or a database cannot stand here; write host:port");
        continue;
      }
      lend(credentials, *target);
      guides.push_back(std::move(*target));
    }
    return guides;
  }

  void read_sentinel(const ConfigValue& sentinel) {
    group_.source = Group::Source::sentinel;
    const ConfigFields fields = sentinel.fields({"master", "addresses", "credentials", "tls"});
    fields.read_text("master", group_.master);
    if (fields.lacks("master"))
      sentinel.fail("has no master; write the name that the Sentinels have for it");
    const Credentials* credentials = nullptr;
    if (const ConfigValue* value = fields.find("credentials"))
      credentials = find_credentials(*value, context_);
    const ConfigValue* tls = fields.find("tls");
    if (tls != nullptr)
      if (const TlsFiles* files = find_tls(*tls, context_)) group_.sentinel_tls = *files;
    const ConfigValue* addresses = fields.find("addresses");
    if (fields.lacks("addresses"))
      sentinel.fail("has no addresses; write addresses: [\"host:26379\"]");
    if (addresses == nullptr) return;
    // The nodes' TLS is not the Sentinels', and one Sentinel may watch the masters of many groups.
    const Transport of_nodes =
        std::exchange(group_.transport, tls != nullptr ? Transport::tls : Transport::tcp);
    Servers servers;
    group_.sentinels = read_guides(*addresses, credentials, servers, kSentinelPort);
    group_.transport = of_nodes;
  }

  void read_cluster(const ConfigValue& cluster) {
    group_.source = Group::Source::cluster;
    const ConfigFields fields = cluster.fields({"seeds"});
    const ConfigValue* seeds = fields.find("seeds");
    if (fields.lacks("seeds")) cluster.fail("has no seeds; write seeds: [\"host:port\"]");
    if (seeds == nullptr) return;
    group_.seeds = read_guides(*seeds, credentials_, context_.servers, 0);
    // Its nodes are like its seeds.
    for (const Target& seed : group_.seeds) {
      if (seed.transport == Transport::tls) group_.transport = Transport::tls;
      if (group_.password || !seed.password) continue;
      group_.username = seed.username;
      group_.password = seed.password;
    }
  }

  const ConfigValue& where_;
  LoadContext& context_;
  const ConfigFields fields_;
  const Credentials* credentials_ = nullptr;
  Group group_;
};

// The label redis_group tells groups apart, and of a standalone node is its address. `names` are of
// the groups that have one.
void refuse_addresses(const std::map<std::string, ConfigValue>& names,
                      const std::vector<Group>& groups) {
  for (const Group& group : groups) {
    if (!group.standalone) continue;
    for (const GroupNode& node : group.nodes)
      if (const auto name = names.find(display(node.target)); name != names.end())
        name->second.fail("is the redis_group of the standalone node at " + node.origin +
                          ", too; write another name");
  }
}

}  // namespace

std::vector<Group> read_groups(const ConfigValue& section, LoadContext& context) {
  std::vector<Group> groups;
  std::map<std::string, std::string, std::less<>> places;
  std::map<std::string, ConfigValue> names;
  for (const ConfigValue& where : section.list()) {
    if (!where.is_map()) {
      where.fail("no group stands here; write {name: NAME, nodes: [\"host:port\"]}");
      continue;
    }
    const std::vector<ConfigValue> entries = where.entries();
    const auto name = std::ranges::find(entries, std::string_view("name"), &ConfigValue::key);
    Group group = GroupReader(where, context).run();
    if (name == entries.end()) {
      where.fail("has no name; write name: NAME");
    } else if (const auto text = name->text()) {
      const std::string problem = name_problem(*text);
      if (!problem.empty()) name->fail(problem);
      const auto [found, added] = places.emplace(*text, name->place());
      if (!added)
        name->fail("another group has this name, at " + found->second + "; write another");
      group.name = *text;
      if (!group.standalone) names.emplace(*text, *name);
    }
    groups.push_back(std::move(group));
  }
  refuse_addresses(names, groups);
  return groups;
}

}  // namespace fleet
