// SPDX-License-Identifier: Apache-2.0
#include "collectors/acl.h"

#include <gtest/gtest.h>

#include "collectors/registry.h"

namespace fleet {
namespace {

std::string line_for(std::string_view server, const ConnectionCommands& connection = {},
                     const CollectorOptions& options = {}) {
  const auto facts = parse_acl_server(server);
  return facts ? acl_line(all_collectors(), options, connection, *facts) : "none";
}

bool allows(const std::string& line, const std::string& rule) {
  return (line + ' ').find(" +" + rule + ' ') != std::string::npos;
}

TEST(AclLine, AllowsWhatTheCollectorsSendAndNothingElse) {
  EXPECT_EQ(line_for("redis-7.0"),
            "ACL SETUSER redis_fleet_exporter reset on >PASSWORD resetchannels -@all +info "
            "+client|setname +config|get +latency|latest +latency|histogram +slowlog|len "
            "+slowlog|get +acl|getuser +cluster|info +cluster|nodes +client|list");
}

TEST(AclLine, NamesNoSubcommandThatTheServerLacks) {
  EXPECT_FALSE(allows(line_for("redis-6.2"), "latency|histogram"));
  EXPECT_TRUE(allows(line_for("redis-6.2"), "latency|latest"));
  EXPECT_FALSE(allows(line_for("redis-7.0"), "client|setinfo"));
  EXPECT_TRUE(allows(line_for("redis-7.2"), "client|setinfo"));
  EXPECT_TRUE(allows(line_for("valkey-7.2"), "client|setinfo"));
  EXPECT_FALSE(allows(line_for("redis-8.2"), "commandlog|len"));
  EXPECT_FALSE(allows(line_for("valkey-8.0"), "commandlog|len"));
  EXPECT_TRUE(allows(line_for("valkey-8.1"), "commandlog|len"));
}

TEST(AclLine, AllowsWhatDiscoveryAsksWhereItDoes) {
  const ConnectionCommands discovering{.discovery = true};
  const Collector* const some[] = {&kMemoryCollector};
  const NodeFacts server = *parse_acl_server("redis-7.0");
  EXPECT_TRUE(allows(acl_line(some, {}, discovering, server), "cluster|nodes"));
  EXPECT_FALSE(allows(acl_line(some, {}, {}, server), "cluster|nodes"));
  EXPECT_FALSE(allows(line_for("redis-7.0", discovering), "sentinel|master"));
  for (const std::string rule : {"sentinel|master", "sentinel|replicas", "sentinel|sentinels"})
    EXPECT_TRUE(allows(line_for("redis-sentinel-7.0", discovering), rule)) << rule;
  EXPECT_FALSE(allows(line_for("redis-sentinel-7.0"), "sentinel|master"));
}

TEST(AclLine, NeedsNoKeysAndNoChannels) {
  for (const std::string_view server :
       {"redis-6.0", "redis-6.2", "redis-7.0", "redis-8.0", "valkey-8.1", "redis-sentinel-7.0"}) {
    const std::string line = line_for(server);
    EXPECT_TRUE(line.find(" reset on >PASSWORD ") != line.npos) << line;
    EXPECT_TRUE(line.find(" -@all +info") != line.npos) << line;
    EXPECT_EQ(line.find('~'), line.npos) << line;
    EXPECT_EQ(line.find('&'), line.npos) << line;
    EXPECT_EQ(line.find('*'), line.npos) << line;
    EXPECT_EQ(line.find("+@"), line.npos) << line;
  }
  EXPECT_EQ(line_for("redis-6.0").find("resetchannels"), std::string::npos) << "came with 6.2";
  EXPECT_EQ(line_for("redis-5.0"), "") << "no ACL before 6.0";
}

TEST(AclLine, FollowsOptions) {
  CollectorOptions options;
  options.config_command = false;
  EXPECT_FALSE(allows(line_for("valkey-8.1", {}, options), "config|get"));
  EXPECT_FALSE(allows(line_for("redis-7.2", {.set_name = false}), "client|setname"));
  EXPECT_FALSE(allows(line_for("redis-7.2", {.set_name = false}), "client|setinfo"));
  EXPECT_TRUE(allows(line_for("redis-7.2", {.select = true}), "select"));
  EXPECT_TRUE(allows(line_for("redis-7.2", {.ping = true}), "ping"));
}

TEST(AclLine, FollowsTheCollectors) {
  const Collector* const some[] = {&kMemoryCollector, &kSlowlogCollector};
  EXPECT_EQ(acl_line(some, {}, {.set_name = false}, *parse_acl_server("redis-7.0")),
            "ACL SETUSER redis_fleet_exporter reset on >PASSWORD resetchannels -@all +info "
            "+slowlog|len +slowlog|get");
}

// A line is for all servers of that version, also for those that have few connections.
TEST(AclLine, AllowsWhatASmallerServerIsAsked) {
  NodeFacts crowded = *parse_acl_server("redis-7.0");
  crowded.clients = 1e6;
  const Collector* const some[] = {&kClientListCollector};
  EXPECT_TRUE(allows(acl_line(some, {}, {}, crowded), "client|list"));
}

TEST(AclLine, AsksOfASentinelOnlyWhatItHas) {
  const std::string line = line_for("redis-sentinel-7.0", {.select = true, .ping = true});
  for (const std::string rule : {"select", "slowlog|len", "config|get", "cluster|info"})
    EXPECT_FALSE(allows(line, rule)) << rule;
  EXPECT_TRUE(allows(line, "ping"));
  EXPECT_TRUE(allows(line, "client|list"));
  for (const std::string rule : {"masters", "ckquorum", "sentinels", "replicas"})
    EXPECT_TRUE(allows(line, "sentinel|" + rule)) << rule;
  EXPECT_FALSE(allows(line, "sentinel|slaves"));
  EXPECT_FALSE(allows(line, "sentinel|config"));
  CollectorOptions options;
  options.include_config_metrics = true;
  EXPECT_TRUE(allows(line_for("redis-sentinel-7.0", {}, options), "sentinel|config"));
  EXPECT_FALSE(allows(line_for("redis-sentinel-6.0", {}, options), "sentinel|config"));
}

TEST(AclServer, ReadsFlavourAndVersion) {
  EXPECT_EQ(parse_acl_server("redis-7.0")->version, 0x070000u);
  EXPECT_EQ(parse_acl_server("redis-7.0")->valkey_version, 0u);
  EXPECT_EQ(parse_acl_server("redis-6.2.14")->version, 0x06020eu);
  EXPECT_EQ(parse_acl_server("valkey-8.1")->version, 0x070204u);
  EXPECT_EQ(parse_acl_server("valkey-8.1")->valkey_version, 0x080100u);
  EXPECT_EQ(parse_acl_server("redis-sentinel-7.0")->kind, kSentinel);
  for (const std::string_view text : {"", "redis", "redis-", "redis-x", "7.0", "redis-7.0x",
                                      "valkey-7.0", "dragonfly-1.0", "sentinel-7.0"})
    EXPECT_EQ(parse_acl_server(text), std::nullopt) << text;
}

}  // namespace
}  // namespace fleet
