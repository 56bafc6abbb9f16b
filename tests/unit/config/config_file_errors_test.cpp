// SPDX-License-Identifier: Apache-2.0
// What is said about a bad configuration, word for word.
#include <sys/stat.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/config_file.h"
#include "load.h"

namespace fleet {
namespace {

using test::Texts;

class ConfigFileErrors : public test::ConfigFolder {
 protected:
  // Each error is given without the file's name.
  void refuses(std::string_view text, Texts want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    for (std::string& one : want) one.insert(0, "fleet.yaml:");
    EXPECT_EQ(load(text).errors, want);
  }
};

constexpr const char* kDuration = "accepted: a duration from 1ms to 1h, such as 500ms, 2s or 1m30s";

TEST_F(ConfigFileErrors, NameUnknownKeysAndTheNearest) {
  refuses("lissten: \":1\"\n", {"1:1: lissten: there is no such key; did you mean listen?"});
  refuses("scrape: {interval: 1s}\n",
          {"1:10: scrape.interval: there is no such key; accepted: node_timeout, timeout, "
           "max_connection_age"});
  refuses("groups:\n  - name: g\n    nodse: [a]\n",
          {"2:5: groups[0]: has no nodes; write one of nodes, sentinel, cluster, files",
           "3:5: groups[0].nodse: there is no such key; did you mean nodes?"});
  refuses("collectors: {slowlgo: true}\n",
          {"1:14: collectors.slowlgo: there is no such collector; did you mean slowlog?"});
  refuses("collectors: {xyz: true, slowlog: {buckets: full}}\n",
          {"1:14: collectors.xyz: there is no such collector; accepted: slowlog, "
           "latency_histogram, config, client_list",
           "1:35: collectors.slowlog.buckets: there is no such key; accepted: enabled"});
}

TEST_F(ConfigFileErrors, NameWrongTypes) {
  refuses("[]\n", {"1:1: a list stands here; a map is wanted, {key: value}"});
  refuses("x\n", {"1:1: a single value stands here; a map is wanted, {key: value}"});
  refuses("groups: x\n", {"1:9: groups: a single value stands here; a list is wanted, [a, b]"});
  refuses("groups: [x]\n", {"1:10: groups[0]: no group stands here; write {name: NAME, nodes: "
                            "[\"host:port\"]}"});
  refuses("listen: {a: 1}\n", {"1:9: listen: a map stands here; a single value is wanted"});
  refuses("listen:\n", {"1:1: listen: nothing stands here; a single value is wanted"});
  refuses("scrape: {timeout: [1s]}\n",
          {"1:19: scrape.timeout: a list stands here; a single value is wanted"});
}

TEST_F(ConfigFileErrors, NameBadValues) {
  refuses("scrape: {node_timeout: 0s, timeout: 2, max_connection_age: 1ms}\n",
          {std::string("1:24: scrape.node_timeout: \"0s\": ") + kDuration,
           std::string("1:37: scrape.timeout: \"2\": the unit is missing; ") + kDuration,
           "1:60: scrape.max_connection_age: \"1ms\": accepted: a duration from 1s to 8760h, such "
           "as 500ms, 2s or 1m30s"});
  refuses("listen: \"9121\"\n", {"1:9: listen: \"9121\": accepted: host:port or :port, such as "
                                 ":9121, 127.0.0.1:9121 or [::1]:9121"});
  refuses("listen: [\":1\", \":2\", \":1\"]\n", {"1:22: listen[2]: stands here twice; remove one"});
  refuses("listen: \":1,:1\"\n", {"1:9: listen: \":***\": has :1 twice; remove one"});
  refuses("listen: []\n", {"1:9: listen: is empty; write listen: [\":9121\"]"});
  refuses("telemetry_path: /scrape\n",
          {"1:17: telemetry_path: \"/scrape\": the exporter serves something else there; "
           "accepted: another path, such as /metrics"});
  refuses("log: {level: loud, format: xml}\n",
          {"1:14: log.level: \"loud\": accepted: DEBUG, INFO, WARN or ERROR",
           "1:28: log.format: \"xml\": accepted: txt or json"});
  refuses("collectors: {slowlog: yes, latency_histogram: {buckets: all}}\n",
          {"1:23: collectors.slowlog: \"yes\": accepted: true or false",
           "1:57: collectors.latency_histogram.buckets: \"all\": accepted: ladder or full"});
  refuses("allowed_targets: [a, \"\", \"10.0.0.1/8\", \"a b,c\"]\n",
          {"1:22: allowed_targets[1]: is empty; remove it",
           "1:26: allowed_targets[2]: entry \"10.0.0.1/8\" has bits set after its prefix length; "
           "write the network's first address, or no length for one address",
           "1:40: allowed_targets[3]: entry \"a b\" is neither a network nor a name; a name holds "
           "letters, digits, dots, hyphens, underscores and *"});
}

TEST_F(ConfigFileErrors, OfGroups) {
  const std::string long_name(201, 'x');
  refuses("groups:\n  - {nodes: [a]}\n  - {name: \"\", nodes: [b]}\n  - {name: " + long_name +
              ", nodes: [c]}\n  - {name: \"a\\x01\", nodes: [d]}\n  - {name: x, nodes: [e]}\n"
              "  - {name: x, nodes: [f]}\n",
          {"2:5: groups[0]: has no name; write name: NAME",
           "3:12: groups[1].name: is empty; write a name",
           "4:12: groups[2].name: holds more than 200 bytes; shorten it",
           "5:12: groups[3].name: holds a control character, or is not UTF-8; remove it",
           "7:12: groups[5].name: another group has this name, at fleet.yaml:6:12; write another"});
  refuses(
      "groups:\n  - {name: \"x:1\", nodes: [y]}\n"
      "  - {name: z, standalone: true, nodes: [u, \"redis://x:1/2\"]}\n"
      "  - {name: \"v:6379\", standalone: true, nodes: [v]}\n",
      {"2:12: groups[0].name: is the redis_group of the standalone node at fleet.yaml:3:44, too; "
       "write another name"});
  refuses(
      "groups:\n  - {name: a}\n  - {name: b, nodes: [x], files: [y]}\n  - {name: c, nodes: []}\n"
      "  - {name: d, nodes: {x: y}}\n  - {name: e, nodes: [[x]]}\n",
      {"2:5: groups[0]: has no nodes; write one of nodes, sentinel, cluster, files",
       "3:5: groups[1]: has more than one of nodes, sentinel, cluster, files; keep one",
       "4:22: groups[2].nodes: is empty; write nodes: [\"host:port\"]",
       "5:22: groups[3].nodes: a map stands here; a list is wanted, [a, b]",
       "6:23: groups[4].nodes[0]: a list stands here; a single value is wanted"});
  refuses(
      "groups:\n  - {name: a, standalone: true, rewrite: [], cluster: {seeds: [x]}}\n"
      "  - {name: b, rewrite: [], standalone: maybe, nodes: [y]}\n"
      "  - {name: c, dns: all, cluster: {seeds: [z]}}\n  - {name: d, dns: any, nodes: [u]}\n",
      {"2:15: groups[0].standalone: is for nodes only; leave it out",
       "3:15: groups[1].rewrite: is for sentinel and cluster only; leave it out",
       "3:40: groups[1].standalone: \"maybe\": accepted: true or false",
       "4:15: groups[2].dns: is for nodes and files only; leave it out",
       "5:20: groups[3].dns: \"any\": accepted: first or all"});
}

TEST_F(ConfigFileErrors, OfNodes) {
  refuses(
      "groups:\n  - name: g\n    nodes:\n      - redis://u:hunter2@h:0\n      - \"\"\n"
      "      - {credentials: x, labels: {le: a}}\n",
      {"4:9: groups[0].nodes[0]: \"redis://***@h:0\": the port is not a number from 1 to 65535",
       "5:9: groups[0].nodes[1]: \"\": the address is empty; write redis://host:port",
       "6:9: groups[0].nodes[2]: has no address; write {address: \"host:port\"}",
       "6:23: groups[0].nodes[2].credentials: there is no such entry in credentials, "
       "which has none; add it",
       "6:35: groups[0].nodes[2].labels.le: samples have this label already; write another "
       "name"});
}

TEST_F(ConfigFileErrors, NameBothPlacesOfOneServer) {
  refuses(
      "groups:\n  - {name: g, nodes: [a, \"redis://u:p@A:6379/3\"]}\n"
      "  - {name: h, nodes: [\"rediss://a\", \"unix:///s\", {address: \"unix:///s?db=1\"}]}\n"
      "  - {name: i, cluster: {seeds: [b, \"a:6379\", \"b:6379\"]}}\n",
      {"2:26: groups[0].nodes[1]: A:6379 is listed already, at fleet.yaml:2:23; keep one",
       "3:23: groups[1].nodes[0]: a:6379 is listed already, at fleet.yaml:2:23; keep one",
       "3:60: groups[1].nodes[2].address: /s is listed already, at fleet.yaml:3:37; keep one",
       "4:36: groups[2].cluster.seeds[1]: a:6379 is listed already, at fleet.yaml:2:23; keep "
       "one",
       "4:46: groups[2].cluster.seeds[2]: b:6379 is listed already, at fleet.yaml:4:33; keep "
       "one"});
  // One Sentinel watches many masters, but is asked once for each.
  refuses(
      "groups:\n  - {name: g, sentinel: {master: a, addresses: [s, \"s:26379\"]}}\n"
      "  - {name: h, sentinel: {master: b, addresses: [s]}}\n",
      {"2:52: groups[0].sentinel.addresses[1]: s:26379 is listed already, at "
       "fleet.yaml:2:49; keep one"});
}

TEST_F(ConfigFileErrors, OfSentinelsAndClusters) {
  const std::string guide = ": a socket or a database cannot stand here; write host:port";
  refuses(
      "groups:\n  - {name: a, sentinel: }\n  - {name: b, sentinel: {master: \"\", addresses: }}\n"
      "  - {name: c, cluster: {seed: [x]}}\n  - {name: d, cluster: {seeds: [\"x/2\"]}}\n"
      "  - {name: e, sentinel: {master: m, addresses: [\"unix:///s\"]}}\n",
      {"2:15: groups[0].sentinel: has no addresses; write addresses: [\"host:26379\"]",
       "2:15: groups[0].sentinel: has no master; write the name that the Sentinels have for it",
       "3:34: groups[1].sentinel.master: is empty; write a value, or leave the key out",
       "3:38: groups[1].sentinel.addresses: is empty; write [\"host:port\"]",
       "4:24: groups[2].cluster: has no seeds; write seeds: [\"host:port\"]",
       "4:25: groups[2].cluster.seed: there is no such key; did you mean seeds?",
       "5:33: groups[3].cluster.seeds[0]: \"x/2\"" + guide,
       "6:49: groups[4].sentinel.addresses[0]: \"unix:///s\"" + guide});
}

TEST_F(ConfigFileErrors, OfLabels) {
  refuses(
      "groups:\n  - name: g\n    nodes: [a]\n"
      "    labels: {__a: x, 1a: x, a-b: x, job: x, cmd: x, redis_group: x, a: [x], b: }\n",
      {"4:14: groups[0].labels.__a: labels that begin with __ are Prometheus's; write another "
       "name",
       "4:22: groups[0].labels.1a: no label's name; write letters, digits and _, not a digit "
       "first",
       "4:29: groups[0].labels.a-b: no label's name; write letters, digits and _, not a digit "
       "first",
       "4:37: groups[0].labels.job: samples have this label already; write another name",
       "4:45: groups[0].labels.cmd: samples have this label already; write another name",
       "4:53: groups[0].labels.redis_group: samples have this label already; write another "
       "name",
       "4:72: groups[0].labels.a: a list stands here; a single value is wanted",
       "4:77: groups[0].labels.b: nothing stands here; a single value is wanted"});
}

TEST_F(ConfigFileErrors, OfRenamesAndRewrites) {
  const std::string host = "write host or host:port, without scheme, user and path";
  const std::string network = "no network; write 172.18.0.0/16, fd00::/8 or 172.18.0.0/16:6379";
  refuses(
      "groups:\n  - name: g\n    nodes: [a]\n"
      "    rename_commands: {CONFIG GET: x, acl: \"a b\", slowlog: x, SLOWLOG: y}\n",
      {"4:23: groups[0].rename_commands.CONFIG GET: no command's name; write it as Redis has "
       "it, such as CONFIG",
       "4:43: groups[0].rename_commands.acl: no name of a command; write what the server calls "
       "it, or - to never send it",
       "4:62: groups[0].rename_commands.SLOWLOG: stands twice, in other letters; keep one"});
  refuses(
      "groups:\n  - name: g\n    cluster: {seeds: [a]}\n    rewrite:\n"
      "      - {from: a}\n"
      "      - {from: \"redis://a\", to: \"u:hunter2@b\"}\n"
      "      - {from: 10.0.0.1/8, to: \":1\"}\n"
      "      - {from: a/8, to: \"\"}\n"
      "      - {from: \"10.0.0.0/33\", to: \"h:0\"}\n"
      "      - {from: \"10.0.0.0/8:\", to: h}\n",
      {"5:9: groups[0].rewrite[0]: wants both from and to, {from: 172.18.0.0/16, to: "
       "203.0.113.7}",
       "6:16: groups[0].rewrite[1].from: \"redis://a\": " + host,
       "6:33: groups[0].rewrite[1].to: \"***@b\": " + host,
       "7:16: groups[0].rewrite[2].from: \"10.0.0.1/8\": has bits set after its prefix length; "
       "write the network's first address",
       "7:32: groups[0].rewrite[2].to: \":1\": " + host,
       "8:16: groups[0].rewrite[3].from: \"a/8\": " + network,
       "8:25: groups[0].rewrite[3].to: \"\": " + host,
       "9:16: groups[0].rewrite[4].from: \"10.0.0.0/33\": " + network,
       "9:35: groups[0].rewrite[4].to: \"h:0\": the port is not a number from 1 to 65535",
       "10:16: groups[0].rewrite[5].from: \"10.0.0.0/8:\": " + network});
}

TEST_F(ConfigFileErrors, OfReferences) {
  refuses(
      "credentials: {payments: {password: a}, sentinels: {password: b}}\n"
      "groups:\n  - {name: g, nodes: [a], credentials: paymnts, tls: t}\n"
      "  - {name: h, nodes: [b], credentials: x}\n",
      {"3:40: groups[0].credentials: there is no such entry in credentials; did "
       "you mean payments?",
       "3:54: groups[0].tls: there is no such entry in tls, which has none; add it",
       "4:40: groups[1].credentials: there is no such entry in credentials; accepted: "
       "payments, sentinels"});
}

TEST_F(ConfigFileErrors, OfCredentials) {
  write("empty", "\n");
  write("large", std::string(65537, 'x'));
  variables_ = {{"EMPTY", ""}};
  const std::string may = "; write a file that this user may read";
  refuses(
      "credentials:\n  a: {password: x, password_env: EMPTY}\n  b: {password: \"\"}\n"
      "  c: {password_env: MISSING}\n  d: {password_file: none}\n  e: {password_file: empty}\n"
      "  f: {password_file: large}\n  g: {password_file: .}\n  h: hunter2\n"
      "  i: {password:hunter2}\n  j: {username: [], password: [hunter2]}\n"
      "groups:\n  - {name: g, nodes: [{address: n, credentials: a}]}\n",
      {"2:6: credentials.a: has more than one of password, password_file, password_env; keep "
       "one",
       "2:34: credentials.a.password_env: the variable is empty; set it to the "
       "password",
       "3:17: credentials.b.password: is empty; write a value, or leave the key out",
       "4:21: credentials.c.password_env: there is no such variable in the "
       "environment; set it",
       "5:22: credentials.d.password_file: \"none\": No such file or directory" + may,
       "6:22: credentials.e.password_file: \"empty\": is empty; write the password to it",
       "7:22: credentials.f.password_file: \"large\": holds more than 65536 bytes" + may,
       "8:22: credentials.g.password_file: \".\": is not a regular file" + may,
       "9:6: credentials.h: a single value stands here; a map is wanted, {key: value}",
       "10:7: credentials.i.password:***: there is no such key; accepted: username, password, "
       "password_file, password_env",
       "11:17: credentials.j.username: a list stands here; a single value is wanted",
       "11:31: credentials.j.password: a list stands here; a single value is wanted"});
}

TEST_F(ConfigFileErrors, OfTls) {
  write("pem", "-");
  refuses(
      "tls:\n  a: {ca_file: none, cert_file: pem}\n  b: {key_file: pem, skip_verify: 2}\n"
      "  c: {server_name: \"\"}\n",
      {"2:6: tls.a: has one of cert_file and key_file; give both or neither",
       "2:16: tls.a.ca_file: \"none\": No such file or directory; write a file that this user "
       "may read",
       "3:6: tls.b: has one of cert_file and key_file; give both or neither",
       "3:35: tls.b.skip_verify: \"2\": accepted: true or false",
       "4:20: tls.c.server_name: is empty; write a value, or leave the key out"});
}

TEST_F(ConfigFileErrors, OfThresholds) {
  const Threshold& first = thresholds().front();
  const std::string name(first.name), severity(name_of(first.severity));
  const Texts beyond = load("thresholds: {" + name + ": {" + severity + ": 1e300}}\n").errors;
  ASSERT_EQ(beyond.size(), 1U);
  const std::string path = "thresholds." + name + "." + severity;
  EXPECT_EQ(beyond[0].find("fleet.yaml:1:"), 0U);
  EXPECT_NE(beyond[0].find(": " + path + ": \"1e300\": accepted: a number from "),
            std::string::npos)
      << beyond[0];
  for (const char* value : {"nan", "x", "-inf", ".inf", "0x10"}) {
    SCOPED_TRACE(value);
    EXPECT_EQ(load("thresholds: {" + name + ": {" + severity + ": " + value + "}}\n").errors.size(),
              1U);
  }
  refuses(
      "thresholds: {" + name + "s: {" + severity + ": 1}}\n",
      {"1:14: thresholds." + name + "s: there is no such threshold; did you mean " + name + "?"});
  const std::string column = std::to_string(17 + name.size());
  refuses("thresholds: {" + name + ": {" + severity + "x: 1}}\n",
          {"1:" + column + ": thresholds." + name + "." + severity +
           "x: the threshold has no such severity; did you mean " + severity + "?"});
}

// A warning that is beyond its critical is an error, whichever of both the file says.
TEST_F(ConfigFileErrors, OfThresholdsInTheWrongOrder) {
  bool above = false, below = false;
  for (const Threshold& critical : thresholds()) {
    if (critical.severity != Severity::critical) continue;
    const Threshold* warning = nullptr;
    for (const Threshold& one : thresholds())
      if (one.name == critical.name && one.severity == Severity::warning) warning = &one;
    if (warning == nullptr) continue;
    SCOPED_TRACE(critical.name);
    (critical.below ? below : above) = true;
    // A limit at which nothing fires before the warning, and so nothing before the critical.
    const double last = critical.below ? warning->least : warning->most;
    const std::string text = "thresholds: {" + std::string(critical.name) +
                             ": {warning: " + std::to_string(last) + "}}\n";
    const Texts errors = load(text).errors;
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0].find(") fires before warning ("), std::string::npos) << errors[0];
    EXPECT_NE(errors[0].find(critical.below ? " or more, or" : " or less, or"), std::string::npos);
  }
  EXPECT_TRUE(above && below);
}

TEST_F(ConfigFileErrors, ComeAllAtOnceInTheirOrder) {
  refuses("nonsense: 1\nlisten: x\nlisten: y\ngroups: [{name: g, nodes: [a, a]}]\n",
          {"1:1: nonsense: there is no such key; accepted: listen, telemetry_path, scrape, log, "
           "credentials, tls, groups, collectors, checks, thresholds, allowed_targets",
           "2:9: listen: \"x\": accepted: host:port or :port, such as :9121, 127.0.0.1:9121 or "
           "[::1]:9121",
           "3:1: listen: stands twice, before in line 2; keep one",
           "4:31: groups[0].nodes[1]: a:6379 is listed already, at fleet.yaml:4:28; keep one"});
}

TEST_F(ConfigFileErrors, AreAtMostAHundred) {
  std::string text = "groups:\n";
  for (int i = 0; i < 5000; ++i)
    text += "  - {name: g" + std::to_string(i) + ", nodes: [\"a:0\"]}\n";
  const Texts errors = load(text).errors;
  ASSERT_EQ(errors.size(), 101U);
  EXPECT_EQ(errors[0].find("fleet.yaml:2:"), 0U) << errors[0];
  EXPECT_EQ(errors[99].find("fleet.yaml:101:"), 0U) << errors[99];
  EXPECT_EQ(errors[100], "and 4900 more");
}

TEST_F(ConfigFileErrors, OfTheFileItself) {
  EXPECT_EQ(load_named("missing.yaml").errors,
            (Texts{"missing.yaml: No such file or directory; write a file that this user may "
                   "read"}));
  write("folder/x", "");
  EXPECT_EQ(load_named("folder").errors,
            (Texts{"folder: is not a regular file; write a file that this user may read"}));
  refuses("groups: [\n", {"2:1: not YAML: end of sequence flow not found; indent with spaces, "
                          "close quotes and brackets, quote text with : or #"});
}

// Wherever a password is put by mistake.
TEST_F(ConfigFileErrors, NeverShowSecrets) {
  write("targets.json", R"([{"targets": ["redis://u:hunter2@h:0", "u:hunter2@h:0"]}])");
  write("password", "hunter2");
  for (const char* text : {
           "credentials: {a: hunter2}",
           "credentials: {a: {password: [hunter2]}}",
           "credentials: {a: {password: {hunter2: x}}}",
           "credentials: {a: {password:hunter2}}",
           "credentials: {a: {password: hunter2, password_file: password}}",
           "credentials: {a: {password: *hunter2}}",
           "credentials: {a: {password: &hunter2}}",
           "credentials: {a: {password: !hunter2}}",
           "credentials: {a: {password: \"hunter2\\q\"}}",
           "credentials: {a: {password: hunter2: x}}",
           "credentials: {a: {password: \"hunter2}}",
           "groups: [{name: g, nodes: [\"redis://u:hunter2@h:0\"]}]",
           "groups: [{name: g, nodes: [\"u:hunter2@h:0\", \"h:hunter2\"]}]",
           "groups: [{name: g, nodes: [\"redis://h?password=hunter2\"]}]",
           "groups: [{name: g, nodes: [\"redis://u:hunter2@h\", \"redis://u:hunter2@h\"]}]",
           "groups: [{name: g, cluster: {seeds: [\"redis://u:hunter2@h/1\"]}}]",
           "groups: [{name: g, sentinel: {master: m, addresses: [\"redis://u:hunter2@h:x\"]}}]",
           "groups: [{name: g, files: [targets.json]}]",
           "allowed_targets: [\"redis://u:hunter2@h\"]",
       }) {
    SCOPED_TRACE(text);
    const Loaded result = load(text);
    EXPECT_FALSE(result.errors.empty());
    for (const Texts& list : {result.errors, result.warnings})
      for (const std::string& one : list) EXPECT_EQ(one.find("hunter2"), std::string::npos) << one;
  }
}

}  // namespace
}  // namespace fleet
