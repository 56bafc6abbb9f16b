// SPDX-License-Identifier: Apache-2.0
// What parse_options says about what is wrong, word for word, and what it warns of.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/flag_table.h"
#include "config/options.h"
#include "parse.h"

namespace fleet {
namespace {

using test::parse;
using test::Variables;
using Errors = std::vector<std::string>;

void expect_errors(const std::vector<std::string>& arguments, const Errors& want,
                   const Variables& variables = {}, int line = __builtin_LINE()) {
  SCOPED_TRACE(line);
  EXPECT_EQ(parse(arguments, variables).errors, want);
}

TEST(OptionErrors, NameFlagOrVariableAndValueAndWhatIsAccepted) {
  auto refuses = [](const std::string& name, const std::string& value, const std::string& reason,
                    int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const Flag* flag = find_flag(name);
    ASSERT_NE(flag, nullptr) << name;
    const std::string rest = "=\"" + value + "\": " + reason;
    expect_errors({"--" + name + "=" + value}, {"--" + name + rest});
    if (flag->environment.empty() || value.empty()) return;  // that variable is as if not set
    const std::string variable(flag->environment);
    expect_errors({}, {variable + rest}, {{variable, value}});
  };
  const std::string kBool = "accepted: true or false";
  const std::string kDuration = "accepted: a duration from 1ms to 1h, such as 500ms, 2s or 1m30s";
  const std::string kAge = "accepted: a duration from 1s to 8760h, such as 500ms, 2s or 1m30s";
  const std::string kAddress =
      "accepted: redis://[user:password@]host[:port][/database], rediss:// for TLS, unix:///path, "
      "host:port, or nothing for no address";
  const std::string kListen =
      "accepted: host:port or :port, such as :9121, 127.0.0.1:9121 or [::1]:9121";
  const std::string kPath =
      "accepted: a path that begins with / and holds letters, digits and /-._~";
  const std::string kTaken =
      "the exporter serves something else there; accepted: another path, such as /metrics";
  const std::string kNamespace = "accepted: letters, digits and _, not a digit first";
  const std::string kConfig =
      "accepted: the name of the CONFIG command on the server, or - to never send it";
  const std::string kLevel = "accepted: DEBUG, INFO, WARN or ERROR";

  for (const char* value : {"", "maybe", "yes", "2", "tRUE", "true "}) {
    refuses("debug", value, kBool);
    refuses("set-client-name", value, kBool);
  }
  for (const char* value : {"", "3", "3/3", "-1/3", "0/0", "0/1025", "a/b", "1/3/4", "1/", "/3"})
    refuses("shard", value,
            "accepted: INDEX/COUNT, with an index from 0 to COUNT - 1 and at most 1024 of them");
  refuses("connection-timeout", "", "a number must come first; " + kDuration);
  refuses("connection-timeout", "15", "the unit is missing; " + kDuration);
  refuses("connection-timeout", "2x", "unknown unit \"x\"; " + kDuration);
  refuses("connection-timeout", "0s", kDuration);
  refuses("connection-timeout", "-1s", kDuration);
  refuses("connection-timeout", "999us", kDuration);
  refuses("connection-timeout", "1h1ms", kDuration);
  refuses("scrape.timeout", "0", kDuration);
  refuses("max-connection-age", "999ms", kAge);
  refuses("max-connection-age", "8761h", kAge);
  refuses("redis.addr", "redis://h:0", "the port is not a number from 1 to 65535; " + kAddress);
  refuses("scrape.allowed-targets", "a b,10.0.0.1/8",
          "entry \"a b\" is neither a network nor a name; a name holds letters, digits, dots, "
          "hyphens, underscores and *; entry \"10.0.0.1/8\" has bits set after its prefix length; "
          "write the network's first address, or no length for one address; accepted: networks, "
          "addresses, names with or without *, each with or without :port, separated by commas");
  for (const char* value : {"", "9121", ":", ":65536", ":-1", ":http", "[::1]", "::1:9121",
                            "[1.2.3.4]:9121", "a b:9121", "[]:9121"})
    refuses("web.listen-address", value, kListen);
  for (const char* value : {"", "metrics", "/a b", "/a?b", "/a#b", "/a%20"})
    refuses("web.telemetry-path", value, kPath);
  for (const char* value : {"/", "/scrape", "/health", "/-/ready", "/-/healthy"})
    refuses("web.telemetry-path", value, kTaken);
  for (const char* value : {"", "7redis", "my-redis", "a:b"})
    refuses("namespace", value, kNamespace);
  for (const char* value : {"", "CONFIG GET", "CONF\xc3\x8dG"})
    refuses("config-command", value, kConfig);
  for (const char* value : {"", "LOUD", "INFO "}) refuses("log-level", value, kLevel);
  refuses("log-format", "xml", "accepted: txt or json");
  refuses("log-format", "", "accepted: txt or json");
  refuses("latency-histogram-buckets", "all", "accepted: ladder or full");
  for (const char* value : {"", "0", "-1", "65537", "12x", "1.5"})
    refuses("commands-limit", value, "accepted: a whole number from 1 to 65536");
  for (const char* value : {"", "0", "10001"})
    refuses("client-list-limit", value, "accepted: a whole number from 1 to 10000");
  refuses("list-metrics", "html", "accepted: text or markdown");
  refuses("print-acl", "", "accepted: FLAVOUR-VERSION such as redis-7.0 or valkey-8.1, or a URI");
}

TEST(OptionErrors, AreAllReported) {
  expect_errors({"--debug=maybe", "--nonsense", "--log-level=LOUD", "--redis.user"},
                {"--redis.user: the value is missing; write --redis.user=VALUE",
                 "--debug=\"maybe\": accepted: true or false",
                 "--nonsense: there is no such flag; --help lists them",
                 "--log-level=\"LOUD\": accepted: DEBUG, INFO, WARN or ERROR",
                 "REDIS_EXPORTER_LOG_FORMAT=\"xml\": accepted: txt or json"},
                {{"REDIS_EXPORTER_LOG_FORMAT", "xml"}});
}

TEST(OptionErrors, SuggestTheClosestName) {
  expect_errors({"--redis.adr=x"},
                {"--redis.adr: there is no such flag; did you mean --redis.addr?"});
  expect_errors({"--redis_addr", "x"},
                {"--redis_addr: there is no such flag; did you mean --redis.addr?"});
  expect_errors({"-dbeug"}, {"--dbeug: there is no such flag; did you mean --debug?"});
  expect_errors({"--chek-keys=a"},
                {"--chek-keys: there is no such flag; did you mean --check-keys?"});
  expect_errors({"--xyz"}, {"--xyz: there is no such flag; --help lists them"});
  expect_errors({"--" + std::string(5000, 'a')},
                {"--" + std::string(200, 'a') + "...: there is no such flag; --help lists them"});
}

TEST(OptionErrors, RefuseWhatIsNoFlag) {
  expect_errors({"---debug"}, {"---debug: no flag looks like this; write --name=value"});
  expect_errors({"-=secret"}, {"-: no flag looks like this; write --name=value"});
}

// Half of what a password or TLS needs must not leave the door open.
TEST(OptionErrors, TellWhatHalfADoorLacks) {
  const std::string both =
      "--basic-auth-username and --basic-auth-hash-password (or --basic-auth-password): give both "
      "or neither";
  expect_errors({"--basic-auth-username=a"}, {both});
  expect_errors({"--basic-auth-password=b"}, {both});
  expect_errors({"--basic-auth-username=a"}, {both}, {{"REDIS_EXPORTER_BASIC_AUTH_PASSWORD", ""}});
  expect_errors(
      {"--basic-auth-username=a", "--basic-auth-password=b", "--basic-auth-hash-password=c"},
      {"--basic-auth-password and --basic-auth-hash-password: give one of them",
       "--basic-auth-hash-password: this is no bcrypt hash; make one: htpasswd -nBC 10 \"\" | tr "
       "-d "
       "':\\n'"});
  expect_errors({"--basic-auth-username=a:b", "--basic-auth-password=c"},
                {"--basic-auth-username: a name cannot hold a colon"});
  expect_errors({"--tls-server-cert-file=/none.crt"},
                {"--tls-server-cert-file and --tls-server-key-file: give both or neither"});
  expect_errors(
      {"--tls-server-ca-cert-file=/none.crt"},
      {"--tls-server-ca-cert-file: needs --tls-server-cert-file and --tls-server-key-file"});
  const std::string missing = "No such file or directory; write a file that this user may read";
  expect_errors({"--tls-server-cert-file=/none.crt", "--tls-server-key-file=/none.key"},
                {"--tls-server-cert-file: /none.crt: " + missing,
                 "--tls-server-key-file: /none.key: " + missing});
  expect_errors({"--tls-server-min-version=TLS12"},
                {"--tls-server-min-version=\"TLS12\": accepted: TLS1.0, TLS1.1, TLS1.2 or TLS1.3"});
  expect_errors({"--web.config.file=/none.yml"}, {"/none.yml: " + missing});
  expect_errors({"--web.config.file=/none.yml", "--basic-auth-username=a"},
                {"--web.config.file and --tls-server-* or --basic-auth-*: give one of them"});
}

TEST(OptionErrors, TakeAnEmptyVariableForNone) {
  expect_errors({}, {},
                {{"REDIS_EXPORTER_DEBUG", ""},
                 {"REDIS_EXPORTER_CHECK_KEYS_BATCH_SIZE", ""},
                 {"REDIS_EXPORTER_CONNECTION_TIMEOUT", ""},
                 {"REDIS_EXPORTER_LOG_FORMAT", ""},
                 {"REDIS_EXPORTER_WEB_TELEMETRY_PATH", ""}});
  EXPECT_FALSE(parse({}, {{"REDIS_ADDR", ""}}).options.redis_addr);  // here it says: none
  expect_errors({"--debug="}, {"--debug=\"\": accepted: true or false"});
}

TEST(OptionErrors, TellWhereAClusterIsToBeNamed) {
  expect_errors({"--is-cluster", "--redis.addr="},
                {"--is-cluster: needs --redis.addr, a node of the Cluster"});
}

TEST(OptionErrors, ListTheCollectors) {
  expect_errors({"--collector.memroy"}, {"--collector.memroy: there is no such collector; "
                                         "accepted: server, memory, client_list, tile38"});
  expect_errors({"--no-collector."}, {"--no-collector.: there is no such collector; accepted: "
                                      "server, memory, client_list, tile38"});
  expect_errors({"--collector.memory=on"}, {"--collector.memory=\"on\": accepted: true or false"});
}

TEST(OptionErrors, RefuseStrayWords) {
  expect_errors({"scrape"}, {"\"scrape\": the only word here is probe URI"});
  expect_errors({"--debug", "false"},
                {"\"false\": a switch takes its value after =, as in --debug=false"});
  const std::string one = "probe: one URI must follow, as in probe redis://localhost:6379";
  expect_errors({"probe"}, {one});
  expect_errors({"probe", "a", "b"}, {one});
  expect_errors({"probe", "redis://:secret@h:0"},
                {"probe \"redis://***@h:0\": the port is not a number from 1 to 65535"});
}

TEST(OptionErrors, RefuseTwoThingsToDo) {
  const std::string one =
      "another flag already says what to do instead of serving; give one of them";
  expect_errors({"--version", "--check-config"}, {"--check-config=\"true\": " + one});
  expect_errors({"--list-metrics", "--print-acl"}, {"--print-acl=\"redis-7.0\": " + one});
  expect_errors({"--version", "probe", "h"}, {"probe: " + one});
  expect_errors({"--version", "--version"}, {});
  expect_errors({"--version=false", "--check-config"}, {});
}

TEST(OptionErrors, WantKeyAndCertificateTogether) {
  const std::string both = "--tls-client-key-file and --tls-client-cert-file: give both or neither";
  expect_errors({"--tls-client-key-file=/key"}, {both});
  expect_errors({}, {both}, {{"REDIS_EXPORTER_TLS_CLIENT_CERT_FILE", "/cert"}});
}

TEST(OptionErrors, ShowNoSecret) {
  const std::vector<std::vector<std::string>> commands = {
      {"--redis.addr=redis://ada:hunter2@h:x"},
      {"--redis.addr", "redis://:hunter2@h/x"},
      {"--redis.addr=redis://:hunter2"},
      {"--redis.addr=redis://h?password=hunter2"},
      {"--scrape.allowed-targets=redis://:hunter2@h"},
      {"--scrape.allowed-targets=a, redis://:hunter2@h"},
      {"redis://:hunter2@h"},
      {"probe", "redis://:hunter2@h:0"},
      {"--version", "--print-acl=redis://:hunter2@h"},
      {"--redis.pasword=hunter2"},
      {"--redis.pasword", "hunter2"},
      {"---redis.password=hunter2"},
      {"--basic-auth-password=hunter2"},
  };
  for (const auto& command : commands) {
    const Errors errors = parse(command).errors;
    EXPECT_FALSE(errors.empty()) << command[0];
    for (const std::string& error : errors)
      EXPECT_EQ(error.find("hunter2"), std::string::npos) << error;
  }
}

TEST(OptionErrors, StayOnOneLine) {
  expect_errors({"--log-level=a\nb\x01"},
                {"--log-level=\"a?b?\": accepted: DEBUG, INFO, WARN or ERROR"});
  expect_errors(
      {"--log-level=" + std::string(300, 'a')},
      {"--log-level=\"" + std::string(200, 'a') + "...\": accepted: DEBUG, INFO, WARN or ERROR"});
}

TEST(OptionWarnings, TellWhereCredentialsDoNotGo) {
  const Errors want = {
      "--redis.user and --redis.password go to --redis.addr only, not to what * in "
      "--scrape.allowed-targets lets in; name those targets by network or pattern"};
  EXPECT_EQ(parse({"--redis.password=x", "--scrape.allowed-targets=*"}).warnings, want);
  EXPECT_EQ(
      parse({"--redis.user=x", "--redis.password=y", "--scrape.allowed-targets=10.0.0.0/8,*:6379"})
          .warnings,
      want);
  EXPECT_EQ(parse({"--scrape.allowed-targets=*"}).warnings, Errors{});
  EXPECT_EQ(parse({"--redis.password=x", "--scrape.allowed-targets=10.0.0.0/8"}).warnings,
            Errors{});
}

TEST(OptionWarnings, TellThatAUserAloneIsNotUsed) {
  EXPECT_EQ(parse({"--redis.user=x"}).warnings,
            Errors{"--redis.user without a password is not used: give REDIS_PASSWORD or "
                   "--redis.password"});
}

TEST(OptionWarnings, TellThatThereIsNoGoRuntime) {
  const std::string rest = " has no effect: there is no Go runtime here; leave it out";
  EXPECT_EQ(parse({"--include-go-runtime-metrics"}).warnings,
            Errors{"--include-go-runtime-metrics" + rest});
  EXPECT_EQ(parse({}, {{"REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS", "1"}}).warnings,
            Errors{"REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS" + rest});
  EXPECT_EQ(parse({"--include-go-runtime-metrics=false"}).warnings, Errors{});
  expect_errors({"--include-go-runtime-metrics"}, {});
  expect_errors({"--include-go-runtime-metrics=yes"},
                {"--include-go-runtime-metrics=\"yes\": accepted: true or false"});
}

TEST(OptionWarnings, NameTheFlagThatScrapeNeeds) {
  const Errors want = {
      "with no --redis.addr and no list /scrape refuses every target; add "
      "--scrape.allowed-targets=10.0.0.0/8,*.internal or what fits"};
  EXPECT_EQ(parse({"--redis.addr="}).warnings, want);
  EXPECT_EQ(parse({}, {{"REDIS_ADDR", ""}}).warnings, want);
  EXPECT_EQ(parse({"--redis.addr=", "--disable-scrape-endpoint"}).warnings, Errors{});
  EXPECT_EQ(parse({"--redis.addr=", "--scrape.allowed-targets=*"}).warnings, Errors{});
}

}  // namespace
}  // namespace fleet
