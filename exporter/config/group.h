// SPDX-License-Identifier: Apache-2.0
// A group of nodes as the configuration has it: where its nodes come from, and what holds for them.
// Groups are values: a reload makes new ones and compares.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/check_settings.h"
#include "config/ip_address.h"
#include "config/password_file.h"
#include "config/target.h"
#include "config/thresholds.h"
#include "config/tls_files.h"

namespace fleet {

// A collector and whether it is on.
struct CollectorSwitch {
  std::string_view name;
  bool on = true;
  bool operator==(const CollectorSwitch&) const = default;
};

// What a server calls the commands that it renamed: upper case to its name. "": never sent.
using CommandNames = std::map<std::string, std::string, std::less<>>;

// Labels that the configuration adds to every series of a node: name to value.
using ConfiguredLabels = std::map<std::string, std::string>;

// A node that the configuration, or a file of targets, names.
struct GroupNode {
  Target target = {};            // with its user and password, TLS where the group has `tls`
  ConfiguredLabels labels = {};  // the group's and its own, which win
  std::string origin = {};       // where it stands: "fleet.yaml:12:9", for people
  bool operator==(const GroupNode& other) const {
    return target == other.target && labels == other.labels;  // a moved line is no change
  }
};

// Announced addresses that cannot be reached from here, and what to connect to instead.
struct Rewrite {
  // One of both: addresses in a network, or a host as it is announced (lower case).
  std::optional<IpPrefix> network = {};
  std::string host = {};
  std::uint16_t port = 0;  // of the announced address; 0: any
  std::string to_host = {};
  std::uint16_t to_port = 0;  // 0: the announced one
  bool operator==(const Rewrite&) const = default;
};

struct Group {
  enum class Source : std::uint8_t {
    nodes,     // listed, in the configuration or in files of targets
    sentinel,  // the master that Sentinels name, and its replicas
    cluster,   // what the nodes of a Redis Cluster say
  };

  // Value of `redis_group`; empty: the node of the flags, without labels, and the nodes of its
  // Cluster if it is to be seen as a node of one.
  std::string name = {};
  Source source = Source::nodes;
  // Each node is a group of its own, named by its instance (files of targets: always).
  bool standalone = false;
  bool all_addresses = false;  // of Source::nodes: each address of a name is a node
  // Of Source::nodes. Of the flags' Cluster, the node of --redis.addr.
  std::vector<GroupNode> nodes = {};

  std::string master = {};             // of Source::sentinel: the name that Sentinels have for it
  std::vector<Target> sentinels = {};  // of Source::sentinel, with their own user and password
  TlsFiles sentinel_tls = {};          // to them
  std::vector<Target> seeds = {};      // of Source::cluster

  // For nodes that discovery finds; listed ones have them in their targets.
  Target::Transport transport = Target::Transport::tcp;
  std::string username = {};
  std::optional<Secret> password = {};
  PasswordFile passwords = {};  // of single ones, instead
  ConfiguredLabels labels = {};
  std::vector<Rewrite> rewrites = {};  // the first that fits
  bool hostnames = false;  // nodes of a Cluster are found by these; with TLS they always are

  TlsFiles tls = {};
  std::vector<CollectorSwitch> collectors = {};  // that differ from those of all groups
  CommandNames rename_commands = {};
  std::optional<CheckSettings> checks = {};        // none: those of all groups
  std::vector<ThresholdOverride> thresholds = {};  // of all groups and its own, which win

  bool operator==(const Group&) const = default;
};

}  // namespace fleet
