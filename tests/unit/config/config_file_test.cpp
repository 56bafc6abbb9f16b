// SPDX-License-Identifier: Apache-2.0
// What a configuration sets.
#include "config/config_file.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "load.h"

namespace fleet {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using test::Texts;
using Transport = Target::Transport;

class ConfigFile : public test::ConfigFolder {
 protected:
  Options loaded(std::string_view text, const Texts& warnings = {}) {
    const Loaded result = load(text);
    EXPECT_EQ(result.errors, Texts{});
    EXPECT_EQ(result.warnings, warnings);
    return result.options;
  }
};

std::vector<std::string> shown(const std::vector<GroupNode>& nodes) {
  std::vector<std::string> list;
  for (const GroupNode& node : nodes) list.push_back(display(node.target));
  return list;
}

std::vector<std::string> shown(const std::vector<Target>& targets) {
  std::vector<std::string> list;
  for (const Target& target : targets) list.push_back(display(target));
  return list;
}

constexpr std::string_view kNode = "groups: [{name: g, nodes: [a]}]\n";

TEST_F(ConfigFile, LoadsAFleetOfEachKind) {
  write("payments.password", "one\n");
  write("ca.pem", "-");
  write("e.pem", "-");
  write("e.key", "-");
  write("targets/a.json", R"([{"targets": ["t1:1", "t2"], "labels": {"team": "x"}}])");
  variables_ = {{"SENTINELS", "two"}};
  const Options options = loaded(R"(
listen: [":9122"]
scrape: {node_timeout: 1500ms}
credentials:
  payments: {username: monitor, password_file: payments.password}
  sentinels: {password_env: SENTINELS}
tls:
  internal: {ca_file: ca.pem, cert_file: e.pem, key_file: e.key, server_name: redis}
groups:
  - name: sessions
    nodes: ["redis://10.0.0.5:6379", "10.0.0.6"]
    labels: {team: web, shelf: 4}
  - name: payments
    sentinel: {master: mymaster, addresses: ["s1", "s2:26380", "[fd00::1]"], credentials: sentinels}
    credentials: payments
  - name: catalogue
    cluster: {seeds: ["c1:6379", "c2"]}
    tls: internal
    rewrite: [{from: "172.18.0.0/16", to: "203.0.113.7"}, {from: "Redis-1:6379", to: "localhost:7001"}]
  - name: caches
    standalone: true
    nodes: ["cache-1:6379", "unix:///run/redis.sock"]
  - name: imported
    files: ["targets/*.json"]
  - {name: workers, nodes: ["workers.svc"], dns: all}
  - {name: plain, nodes: ["plain.svc"], dns: first}
collectors:
  client_list: {enabled: true, port: true, limit: 20}
  latency_histogram: {buckets: full}
  config: {enabled: false, include_metrics: true, redact: false}
allowed_targets: ["10.0.0.0/8", "*.redis.internal"]
)");
  EXPECT_EQ(options.redis_addr, std::nullopt);
  EXPECT_EQ(options.listen_addresses, (std::vector<ListenAddress>{{"", 9122}}));
  EXPECT_EQ(options.connection_timeout, 1500ms);
  EXPECT_TRUE(options.full_latency_buckets);
  EXPECT_TRUE(options.export_client_port);
  EXPECT_EQ(options.client_list_limit, 20u);
  EXPECT_TRUE(options.include_config_metrics);
  EXPECT_FALSE(options.redact_config_metrics);
  EXPECT_EQ(options.collectors, (std::vector<CollectorSwitch>{{"slowlog", true},
                                                              {"latency_histogram", true},
                                                              {"config", false},
                                                              {"client_list", true}}));
  EXPECT_EQ(options.allowed_targets.matches_name("a.redis.internal", 1), Allowed::listed);
  EXPECT_FALSE(options.allowed_targets.has_star());

  ASSERT_EQ(options.groups.size(), 7U);
  const Group& sessions = options.groups[0];
  EXPECT_EQ(sessions.name, "sessions");
  EXPECT_EQ(sessions.source, Group::Source::nodes);
  EXPECT_FALSE(sessions.standalone);
  EXPECT_EQ(shown(sessions.nodes), (Texts{"10.0.0.5:6379", "10.0.0.6:6379"}));
  EXPECT_EQ(without_folder(sessions.nodes[1].origin), "fleet.yaml:11:38");
  const ConfiguredLabels labels = {{"shelf", "4"}, {"team", "web"}};
  EXPECT_EQ(sessions.labels, labels);
  EXPECT_EQ(sessions.nodes[0].labels, labels);

  const Group& payments = options.groups[1];
  EXPECT_EQ(payments.source, Group::Source::sentinel);
  EXPECT_EQ(payments.master, "mymaster");
  EXPECT_EQ(shown(payments.sentinels), (Texts{"s1:26379", "s2:26380", "[fd00::1]:26379"}));
  EXPECT_EQ(payments.sentinels[0].password, Secret("two"));
  EXPECT_EQ(payments.sentinels[0].username, "");
  EXPECT_EQ(payments.username, "monitor");
  EXPECT_EQ(payments.password, Secret("one"));
  EXPECT_EQ(payments.transport, Transport::tcp);

  const Group& catalogue = options.groups[2];
  EXPECT_EQ(catalogue.source, Group::Source::cluster);
  EXPECT_EQ(shown(catalogue.seeds), (Texts{"c1:6379", "c2:6379"}));
  EXPECT_EQ(catalogue.seeds[0].transport, Transport::tls);
  EXPECT_EQ(catalogue.transport, Transport::tls);
  EXPECT_EQ(catalogue.tls,
            (TlsFiles{path("ca.pem"), path("e.pem"), path("e.key"), "redis", false}));
  ASSERT_EQ(catalogue.rewrites.size(), 2U);
  Rewrite network, host;
  network.network = IpPrefix{*IpAddress::parse("172.18.0.0"), 16 + 96};
  network.to_host = "203.0.113.7";
  host = {{}, "redis-1", 6379, "localhost", 7001};
  EXPECT_EQ(catalogue.rewrites[0], network);
  EXPECT_EQ(catalogue.rewrites[1], host);

  const Group& caches = options.groups[3];
  EXPECT_TRUE(caches.standalone);
  EXPECT_EQ(shown(caches.nodes), (Texts{"cache-1:6379", "/run/redis.sock"}));

  const Group& imported = options.groups[4];
  EXPECT_TRUE(imported.standalone);
  EXPECT_FALSE(imported.all_addresses);

  EXPECT_TRUE(options.groups[5].all_addresses);
  EXPECT_FALSE(options.groups[6].all_addresses);
  EXPECT_EQ(imported.source, Group::Source::nodes);
  EXPECT_EQ(shown(imported.nodes), (Texts{"t1:1", "t2:6379"}));
  EXPECT_EQ(imported.nodes[0].labels, (ConfiguredLabels{{"team", "x"}}));

  EXPECT_EQ(options.watched_files,
            (Texts{path("fleet.yaml"), path("payments.password"), path("ca.pem"), path("e.pem"),
                   path("e.key"), path("targets"), path("targets/a.json")}));
}

TEST_F(ConfigFile, SetsWhatHasAFlagToo) {
  const Options options = loaded(std::string(kNode) + R"(
listen: ["127.0.0.1:0", "[::1]:9121"]
telemetry_path: /redis
scrape: {node_timeout: 1s, timeout: 20s, max_connection_age: 1h}
log: {level: debug, format: json}
collectors: {slowlog: false, latency_histogram: {enabled: false, buckets: ladder}}
)");
  EXPECT_EQ(options.listen_addresses,
            (std::vector<ListenAddress>{{"127.0.0.1", 0}, {"::1", 9121}}));
  EXPECT_EQ(options.telemetry_path, "/redis");
  EXPECT_EQ(options.connection_timeout, 1s);
  EXPECT_EQ(options.scrape_timeout, 20s);
  EXPECT_EQ(options.max_connection_age, 3600s);
  EXPECT_EQ(options.log_level, log::Level::debug);
  EXPECT_TRUE(options.log_as_json);
  EXPECT_FALSE(options.full_latency_buckets);
  EXPECT_FALSE(options.collectors[0].on);
  EXPECT_FALSE(options.collectors[1].on);
}

TEST_F(ConfigFile, LeavesTheRestAsItWas) {
  Options defaults;
  defaults.redis_addr = std::nullopt;
  defaults.watched_files = {path("fleet.yaml")};
  defaults.collectors.assign(std::begin(test::kFileCollectors), std::end(test::kFileCollectors));
  Options options = loaded(kNode);
  EXPECT_EQ(options.groups.size(), 1U);
  options.groups.clear();
  EXPECT_EQ(options, defaults);
}

TEST_F(ConfigFile, GivesEachNodeItsOwnOrItsGroupsCredentials) {
  write("p", "from file\r\n");
  const Options options = loaded(R"(
credentials: {c: {username: u, password: 12345}, own: {password_file: p}}
groups:
  - name: g
    credentials: c
    nodes:
      - a
      - {address: b, credentials: own, labels: {rack: r, team: own}}
      - redis://x:y@d
      - {address: "redis://:z@e", credentials: own}
    labels: {team: web}
)");
  const std::vector<GroupNode>& nodes = options.groups[0].nodes;
  ASSERT_EQ(nodes.size(), 4U);
  EXPECT_EQ(nodes[0].target.username, "u");
  EXPECT_EQ(nodes[0].target.password, Secret("12345"));
  EXPECT_EQ(nodes[1].target.username, "");
  EXPECT_EQ(nodes[1].target.password, Secret("from file"));
  EXPECT_EQ(nodes[1].labels, (ConfiguredLabels{{"rack", "r"}, {"team", "own"}}));
  EXPECT_EQ(nodes[2].target.username, "x");
  EXPECT_EQ(nodes[2].target.password, Secret("y"));
  EXPECT_EQ(nodes[3].target.username, "");
  EXPECT_EQ(nodes[3].target.password, Secret("z"));
}

TEST_F(ConfigFile, UsesTlsWhereItIsConfigured) {
  const Options options = loaded(R"(
tls: {i: {}, s: {skip_verify: true}}
groups:
  - {name: g, tls: i, nodes: [a, "redis://b", "rediss://c", "unix:///d"]}
  - {name: plain, nodes: [e, "rediss://f"]}
  - {name: of-nodes, tls: i, sentinel: {master: m, addresses: [s]}}
  - {name: of-sentinels, sentinel: {master: m, addresses: [s], tls: s}}
  - {name: cluster, cluster: {seeds: ["rediss://h"]}}
)");
  std::vector<Transport> transports;
  for (const Group& group : options.groups)
    for (const GroupNode& node : group.nodes) transports.push_back(node.target.transport);
  using enum Transport;
  EXPECT_EQ(transports, (std::vector{tls, tls, tls, unix_socket, tcp, tls}));
  EXPECT_EQ(options.groups[2].transport, tls);
  EXPECT_EQ(options.groups[2].sentinels[0].transport, tcp);
  EXPECT_EQ(options.groups[3].transport, tcp);
  EXPECT_EQ(options.groups[3].sentinels[0].transport, tls);
  EXPECT_TRUE(options.groups[3].sentinel_tls.skip_verify);
  EXPECT_EQ(options.groups[4].transport, tls);
}

TEST_F(ConfigFile, KeepsOfAGroupsCollectorsThoseThatDiffer) {
  const Options options = loaded(R"(
collectors: {slowlog: false}
groups:
  - {name: g, nodes: [a], collectors: {slowlog: true, config: true, client_list: {enabled: true}}}
)");
  EXPECT_EQ(options.groups[0].collectors,
            (std::vector<CollectorSwitch>{{"slowlog", true}, {"client_list", true}}));
}

TEST_F(ConfigFile, RenamesCommands) {
  const Options options = loaded(R"(
groups:
  - {name: g, nodes: [a], rename_commands: {config: x-config, SLOWLOG: , Latency: "-", ACL: ""}}
)");
  EXPECT_EQ(options.groups[0].rename_commands,
            (CommandNames{{"ACL", ""}, {"CONFIG", "x-config"}, {"LATENCY", ""}, {"SLOWLOG", ""}}));
}

TEST_F(ConfigFile, OverridesThresholdsForAllAndForOne) {
  const Threshold& first = thresholds().front();
  const Threshold& last = thresholds().back();
  const auto line = [](const Threshold& one, double value) {
    return std::string(one.name) + ": {" + std::string(name_of(one.severity)) + ": " +
           std::to_string(value) + "}\n";
  };
  const Options options =
      loaded("thresholds:\n  " + line(first, first.most) + "  " + line(last, last.least) +
             "groups:\n  - {name: g, nodes: [a]}\n"
             "  - name: h\n    nodes: [b]\n    thresholds:\n      " +
             line(first, first.least));
  EXPECT_EQ(options.groups[0].thresholds,
            (std::vector<ThresholdOverride>{{&first, first.most}, {&last, last.least}}));
  EXPECT_EQ(options.groups[1].thresholds,
            (std::vector<ThresholdOverride>{{&first, first.least}, {&last, last.least}}));
}

TEST_F(ConfigFile, ReadsEachSpellingOfARewrite) {
  const Options options = loaded(R"(
groups:
  - name: g
    cluster: {seeds: [a]}
    rewrite:
      - {from: 10.0.0.1, to: h}
      - {from: "[fd00::1]:7000", to: "[fd00::2]:7001"}
      - {from: "fd00::/8", to: "fd00::3"}
      - {from: "10.0.0.0/8:7000", to: h}
)");
  const auto prefix = [](std::string_view address, unsigned bits) {
    return IpPrefix{*IpAddress::parse(address), bits};
  };
  EXPECT_EQ(options.groups[0].rewrites,
            (std::vector<Rewrite>{{prefix("10.0.0.1", 128), "", 0, "h", 0},
                                  {prefix("fd00::1", 128), "", 7000, "fd00::2", 7001},
                                  {prefix("fd00::", 8), "", 0, "fd00::3", 0},
                                  {prefix("10.0.0.0", 104), "", 7000, "h", 0}}));
}

TEST_F(ConfigFile, ReadsAllowedTargetsWithCredentialsAndTls) {
  const Options options = loaded(R"(
allowed_targets:
  - "*.public"
  - {match: "*.internal:7000", credentials: c, tls: t}
  - {match: "*", tls: t}
  - {match: other}
credentials: {c: {username: u, password: p}}
tls: {t: {server_name: s}}
)");
  const auto access = [&](std::string_view text) {
    std::string problem;
    const IpAddress address = *IpAddress::parse("192.0.2.1");
    const auto* entry =
        options.allowed_targets.access_for(*parse_target(text, problem), std::span(&address, 1));
    return entry != nullptr ? entry->access : AllowedAccess();
  };
  const AllowedAccess own = access("a.internal:7000");
  EXPECT_TRUE(own.has_credentials);
  EXPECT_EQ(own.username, "u");
  EXPECT_EQ(own.password, Secret("p"));
  EXPECT_EQ(own.tls, TlsFiles{.server_name = "s"});
  EXPECT_FALSE(access("a.internal:7001").has_credentials);
  EXPECT_EQ(access("a.internal:7001").tls, TlsFiles{.server_name = "s"});
  EXPECT_EQ(options.allowed_targets.matches_name("other", 1), Allowed::listed);
  EXPECT_EQ(options.allowed_targets.matches_name("a.public", 1), Allowed::listed);
}

TEST_F(ConfigFile, WarnsOfWhatHasNoEffect) {
  loaded(std::string(kNode) + "credentials: {c: {password: x}, d: {username: u}}\ntls: {t: {}}\n",
         {"fleet.yaml:2:15: credentials.c: nothing uses it; remove it, or name it in a group",
          "fleet.yaml:2:33: credentials.d: has no password, so that it is not used; add "
          "password_file",
          "fleet.yaml:2:33: credentials.d: nothing uses it; remove it, or name it in a group",
          "fleet.yaml:3:7: tls.t: nothing uses it; remove it, or name it in a group"});
  const std::string none = "there are no groups, and no allowed_targets: nothing is scraped";
  loaded("", {"fleet.yaml: " + none});
  loaded("groups: []\n", {"fleet.yaml:1:1: " + none});
  loaded("groups:\nlisten: \":1\"\n", {"fleet.yaml:1:1: " + none});
  loaded("allowed_targets: [a]\n");
}

TEST_F(ConfigFile, IsJsonToo) {
  const Options options = loaded(R"({"groups": [{"name": "g", "nodes": ["a:1"]}]})");
  EXPECT_EQ(shown(options.groups[0].nodes), (Texts{"a:1"}));
}

TEST_F(ConfigFile, IsEqualWhenItIsReadAgain) {
  const Options first = loaded(kNode);
  EXPECT_EQ(loaded(std::string("\n\n") + std::string(kNode)).groups, first.groups);
}

}  // namespace
}  // namespace fleet
