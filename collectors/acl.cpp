// SPDX-License-Identifier: Apache-2.0
#include "collectors/acl.h"

#include <algorithm>
#include <vector>

#include "base/characters.h"
#include "base/text.h"

namespace fleet {
namespace {

constexpr Version kAclSince = 0x060000;
constexpr Version kChannelsSince = 0x060200;
constexpr Version kSetInfoSince = 0x070200;
constexpr Version kNoTouchSince = 0x070200;

// Commands whose second word is a subcommand with a rule of its own.
constexpr std::string_view kContainers[] = {"acl",        "client",   "cluster", "command",
                                            "commandlog", "config",   "latency", "memory",
                                            "module",     "sentinel", "slowlog", "xinfo"};

// "CONFIG GET maxmemory" is config|get, "INFO all" is info.
std::string rule_of(std::string_view line) {
  std::string rule = to_lower(take_until(line, ' '));
  if (std::ranges::find(kContainers, rule) != std::end(kContainers))
    rule += '|' + to_lower(take_until(line, ' '));
  return rule;
}

// Whether some node of this server's kind and version is asked the command.
bool may_be_asked(const Command& command, const NodeFacts& server,
                  const CollectorOptions& options) {
  NodeFacts node = server;
  node.clients = 0;  // few or many may be connected at another time
  for (const bool cluster : {false, true}) {
    node.cluster_enabled = cluster;
    if (is_asked(command, node, options)) return true;
  }
  return false;
}

}  // namespace

std::optional<NodeFacts> parse_acl_server(std::string_view text) {
  NodeFacts facts;
  facts.known = true;
  const std::string_view flavour = take_until(text, '-');
  if (flavour != "redis" && flavour != "valkey") return std::nullopt;
  if (text.starts_with("sentinel-")) {
    take_until(text, '-');
    facts.kind = kSentinel;
  }
  if (text.empty() || text.find_first_not_of("0123456789.") != text.npos) return std::nullopt;
  const Version version = parse_version(text);
  if (flavour == "redis") {
    facts.version = version;
    return facts;
  }
  if (version < 0x070200) return std::nullopt;
  facts.version = 0x070204;  // what every Valkey says in redis_version
  facts.valkey_version = version;
  return facts;
}

std::string acl_line(std::span<const Collector* const> collectors, const CollectorOptions& options,
                     const ConnectionCommands& connection, const NodeFacts& server) {
  if (server.version < kAclSince) return "";
  std::vector<std::string> rules = {"info"};
  const auto allow = [&](std::string rule) {
    if (std::ranges::find(rules, rule) == rules.end()) rules.push_back(std::move(rule));
  };
  if (connection.set_name) {
    allow("client|setname");
    if (server.version >= kSetInfoSince) allow("client|setinfo");
  }
  // A Sentinel has no databases and refuses the name.
  if (connection.select && server.kind != kSentinel) allow("select");
  if (connection.ping) allow("ping");
  if (connection.discovery && server.kind == kSentinel) {
    for (const char* what : {"master", "replicas", "sentinels"})
      allow(std::string("sentinel|") + what);
    allow("subscribe");
    allow("ping");
  } else if (connection.discovery) {
    allow("cluster|nodes");
  }
  const bool checks = !connection.checks.empty() && server.kind != kSentinel;
  if (checks) {
    for (const std::string_view line : connection.checks) allow(rule_of(line));
    for (const char* rule : {"select", "readonly"}) allow(rule);
    if (server.version >= kNoTouchSince) allow("client|no-touch");
  }
  for (const Collector* collector : collectors) {
    const bool data = (collector->applies_to & kData) != 0;
    if (server.kind == kSentinel ? (collector->applies_to & kSentinel) == 0 : !data) continue;
    for (const Command& command : collector->commands)
      if (may_be_asked(command, server, options)) allow(rule_of(command.line));
  }
  std::string line = "ACL SETUSER redis_fleet_exporter reset on >PASSWORD";
  // A new user of 6.2 may listen to all channels.
  const bool listens = connection.discovery && server.kind == kSentinel;
  if (server.version >= kChannelsSince) line += listens ? " allchannels" : " resetchannels";
  // PFCOUNT counts as writing: it may keep what it found. No other command that writes is allowed.
  if (checks) line += " ~*";
  line += " -@all";
  for (const std::string& rule : rules) line += " +" + rule;
  return line;
}

}  // namespace fleet
