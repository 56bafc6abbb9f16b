// SPDX-License-Identifier: Apache-2.0
// The least-privileged ACL user for a set of collectors, as the one line that a given server
// accepts. Servers since 7.0 refuse the whole line for one subcommand that they do not have.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"

namespace fleet {

// What the exporter sends besides the collectors' commands. AUTH needs no rule.
struct ConnectionCommands {
  bool set_name = true;  // CLIENT SETNAME, and CLIENT SETINFO where the server has it
  bool select = false;   // SELECT: a URI names a database
  bool ping = false;     // PING: --ping-on-connect
  // What finds the nodes of a group: SENTINEL MASTER, REPLICAS and SENTINELS, or CLUSTER NODES.
  bool discovery = false;
  std::vector<std::string_view> checks = {};  // what looks at keys
};

// The server that "redis-7.0", "valkey-8.1" or "redis-sentinel-7.0" names. None for other text
// (Valkey begins at 7.2). Redis before 6.0 has no ACL: it is read, so that acl_line() can say so.
std::optional<NodeFacts> parse_acl_server(std::string_view text);

// "ACL SETUSER redis_fleet_exporter reset on >PASSWORD resetchannels -@all +info +config|get".
// PASSWORD stands for the operator's own. What is asked only of some nodes (a cluster's, a replica)
// is allowed always, so that one line serves a fleet of that version. "" when `server` is older
// than ACL (6.0).
std::string acl_line(std::span<const Collector* const> collectors, const CollectorOptions& options,
                     const ConnectionCommands& connection, const NodeFacts& server);

}  // namespace fleet
