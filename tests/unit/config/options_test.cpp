// SPDX-License-Identifier: Apache-2.0
// What flags and variables mean when they are right; options_errors_test.cpp has the rest.
#include "config/options.h"

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/flag_table.h"
#include "parse.h"

namespace fleet {
namespace {

using namespace std::chrono_literals;
using test::parse;
using test::Variables;
using Action = Options::Action;
using Errors = std::vector<std::string>;

Options default_options() {
  Options options;
  options.collectors.assign(std::begin(test::kCollectors), std::end(test::kCollectors));
  return options;
}

Options parsed(const std::vector<std::string>& arguments, const Variables& variables = {}) {
  const ParsedOptions result = parse(arguments, variables);
  EXPECT_EQ(result.errors, Errors{});
  return result.options;
}

TEST(Options, AreTheDefaultsWithoutFlagsAndEnvironment) {
  const ParsedOptions result = parse({});
  EXPECT_TRUE(result.options == default_options());
  EXPECT_EQ(result.errors, Errors{});
  EXPECT_EQ(result.warnings, Errors{});
  EXPECT_EQ(result.print, "");
}

TEST(FlagTable, NamesTheDefaultsThatOptionsHas) {
  for (const Flag& flag : flags()) {
    SCOPED_TRACE(flag.name);
    if (flag.default_value.empty() && !flag.bare.empty()) continue;  // --list-metrics, --print-acl
    Options options;
    EXPECT_EQ(flag.set(options, flag.default_value), "");
    EXPECT_TRUE(options == Options{});
  }
}

TEST(Options, ReadEachFlagAndVariable) {
  // In every spelling, and from the environment where it has a variable, the value gives the
  // defaults as `change` leaves them.
  auto sets = [](std::string name, std::string variable, std::string value,
                 const std::function<void(Options&)>& change, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    Options want = default_options();
    change(want);
    EXPECT_FALSE(want == default_options()) << "the value is the default";
    const Flag* flag = find_flag(name);
    ASSERT_NE(flag, nullptr) << name;
    EXPECT_EQ(flag->environment, variable);
    EXPECT_TRUE(parsed({"--" + name + "=" + value}) == want);
    EXPECT_TRUE(parsed({"-" + name + "=" + value}) == want);
    if (flag->bare.empty()) {
      EXPECT_TRUE(parsed({"--" + name, value}) == want);
      EXPECT_TRUE(parsed({"-" + name, value}) == want);
    }
    EXPECT_TRUE(variable.empty() || parsed({}, {{variable, value}}) == want);
  };
  const std::string prefix = "REDIS_EXPORTER_";
  sets("redis.addr", "REDIS_ADDR", "rediss://cache-1:7000/3", [](Options& o) {
    o.redis_addr->transport = Target::Transport::tls;
    o.redis_addr->host = "cache-1";
    o.redis_addr->port = 7000;
    o.redis_addr->database = 3;
    o.redis_addr->spelling = "rediss://cache-1:7000/3";
  });
  sets("redis.addr", "REDIS_ADDR", "", [](Options& o) { o.redis_addr.reset(); });
  sets("redis.user", "REDIS_USER", "ada", [](Options& o) { o.redis_user = "ada"; });
  sets("redis.password", "REDIS_PASSWORD", "-a=b c",
       [](Options& o) { o.redis_password = Secret("-a=b c"); });
  sets("connection-timeout", prefix + "CONNECTION_TIMEOUT", "1m30s",
       [](Options& o) { o.connection_timeout = 90s; });
  sets("connection-timeout", prefix + "CONNECTION_TIMEOUT", "1ms",
       [](Options& o) { o.connection_timeout = 1ms; });
  sets("max-connection-age", prefix + "MAX_CONNECTION_AGE", "1h",
       [](Options& o) { o.max_connection_age = 1h; });
  sets("set-client-name", prefix + "SET_CLIENT_NAME", "false",
       [](Options& o) { o.set_client_name = false; });
  sets("ping-on-connect", prefix + "PING_ON_CONNECT", "true",
       [](Options& o) { o.ping_on_connect = true; });
  sets("config-command", prefix + "CONFIG_COMMAND", "-", [](Options& o) { o.config_command = ""; });
  sets("config-command", prefix + "CONFIG_COMMAND", "CONFIG-7f3a",
       [](Options& o) { o.config_command = "CONFIG-7f3a"; });
  sets("tls-ca-cert-file", prefix + "TLS_CA_CERT_FILE", "/ca.pem",
       [](Options& o) { o.tls_ca_cert_file = "/ca.pem"; });
  sets("tls-server-name", prefix + "TLS_SERVER_NAME", "cache",
       [](Options& o) { o.tls_server_name = "cache"; });
  sets("skip-tls-verification", prefix + "SKIP_TLS_VERIFICATION", "true",
       [](Options& o) { o.skip_tls_verification = true; });
  sets("scrape.timeout", prefix + "SCRAPE_TIMEOUT", "500ms",
       [](Options& o) { o.scrape_timeout = 500ms; });
  sets("scrape.allowed-targets", prefix + "SCRAPE_ALLOWED_TARGETS", "10.0.0.0/8,*.internal",
       [](Options& o) {
         std::vector<std::string> problems;
         o.allowed_targets = AllowList::parse("10.0.0.0/8,*.internal", problems);
       });
  sets("include-rdb-file-size-metric", prefix + "INCL_RDB_FILE_SIZE_METRIC", "true",
       [](Options& o) { o.include_rdb_file_size = true; });
  sets("include-go-runtime-metrics", prefix + "INCLUDE_GO_RUNTIME_METRICS", "true",
       [](Options& o) { o.include_go_runtime_metrics = true; });
  sets("check-keys", prefix + "CHECK_KEYS", "db3=a*,b", [](Options& o) {
    o.checks.keys = {{3, "a*"}, {0, "b"}};
  });
  sets("check-single-keys", prefix + "CHECK_SINGLE_KEYS", "a", [](Options& o) {
    o.checks.single_keys = {{0, "a"}};
  });
  sets("count-keys", prefix + "COUNT_KEYS", "a*", [](Options& o) {
    o.checks.count_keys = {{0, "a*"}};
  });
  sets("check-streams", prefix + "CHECK_STREAMS", "s*", [](Options& o) {
    o.checks.streams = {{0, "s*"}};
  });
  sets("check-single-streams", prefix + "CHECK_SINGLE_STREAMS", "s", [](Options& o) {
    o.checks.single_streams = {{0, "s"}};
  });
  sets("streams-exclude-consumer-metrics", prefix + "STREAMS_EXCLUDE_CONSUMER_METRICS", "true",
       [](Options& o) { o.checks.consumers = false; });
  sets("check-key-groups", prefix + "CHECK_KEY_GROUPS", "^(a),\"b,\"\"c\",", [](Options& o) {
    o.checks.key_groups = {"^(a)", "b,\"c"};
  });
  sets("max-distinct-key-groups", prefix + "MAX_DISTINCT_KEY_GROUPS", "7",
       [](Options& o) { o.checks.most_groups = 7; });
  sets("lua-script-read-only", prefix + "LUA_SCRIPT_READ_ONLY", "true",
       [](Options& o) { o.checks.read_only_scripts = true; });
  sets("include-search-indexes-metrics", prefix + "INCL_SEARCH_INDEXES_METRICS", "true",
       [](Options& o) { o.checks.search = true; });
  sets("check-search-indexes", prefix + "CHECK_SEARCH_INDEXES", "^(a|b)$",
       [](Options& o) { o.checks.search_indexes = "^(a|b)$"; });
  sets("disable-exporting-key-values", prefix + "DISABLE_EXPORTING_KEY_VALUES", "true",
       [](Options& o) { o.checks.values = false; });
  sets("skip-checkkeys-for-role-master", prefix + "SKIP_CHECKKEYS_FOR_ROLE_MASTER", "true",
       [](Options& o) { o.checks.on_masters = false; });
  sets("check-keys-batch-size", prefix + "CHECK_KEYS_BATCH_SIZE", "50",
       [](Options& o) { o.checks.batch = 50; });
  sets("check-keys-limit", "", "60", [](Options& o) { o.checks.most_keys = 60; });
  sets("check-keys-interval", "", "2m",
       [](Options& o) { o.checks.interval = std::chrono::minutes(2); });
  sets("check-keys-server-share", "", "0.25", [](Options& o) { o.checks.share = 0.25; });
  sets("disable-scrape-checks", prefix + "DISABLE_SCRAPE_CHECKS", "true",
       [](Options& o) { o.disable_scrape_checks = true; });
  sets("disable-scrape-endpoint", prefix + "DISABLE_SCRAPE_ENDPOINT", "true",
       [](Options& o) { o.disable_scrape_endpoint = true; });
  sets("web.listen-address", prefix + "WEB_LISTEN_ADDRESS", "127.0.0.1:0", [](Options& o) {
    o.listen_addresses = {{"127.0.0.1", 0}};
  });
  sets("web.listen-address", prefix + "WEB_LISTEN_ADDRESS", "[::1]:9122", [](Options& o) {
    o.listen_addresses = {{"::1", 9122}};
  });
  sets("web.listen-address", prefix + "WEB_LISTEN_ADDRESS", "localhost:9121,[::1]:9121",
       [](Options& o) {
         o.listen_addresses = {{"localhost", 9121}, {"::1", 9121}};
       });
  sets("web.systemd-socket", prefix + "WEB_SYSTEMD_SOCKET", "true",
       [](Options& o) { o.systemd_socket = true; });
  sets("tls-server-min-version", prefix + "TLS_SERVER_MIN_VERSION", "TLS1.3",
       [](Options& o) { o.web_flags.tls_min_version = WebTls::Version::tls13; });
  sets("web.telemetry-path", prefix + "WEB_TELEMETRY_PATH", "/a/b-c",
       [](Options& o) { o.telemetry_path = "/a/b-c"; });
  sets("namespace", prefix + "NAMESPACE", "my_redis",
       [](Options& o) { o.metric_namespace = "my_redis"; });
  sets("redis-only-metrics", prefix + "REDIS_ONLY_METRICS", "true",
       [](Options& o) { o.redis_only_metrics = true; });
  sets("append-instance-role-label", prefix + "APPEND_INSTANCE_ROLE_LABEL", "true",
       [](Options& o) { o.append_instance_role_label = true; });
  sets("include-config-metrics", prefix + "INCL_CONFIG_METRICS", "true",
       [](Options& o) { o.include_config_metrics = true; });
  sets("redact-config-metrics", prefix + "REDACT_CONFIG_METRICS", "false",
       [](Options& o) { o.redact_config_metrics = false; });
  sets("include-modules-metrics", prefix + "INCL_MODULES_METRICS", "true",
       [](Options& o) { o.include_modules_metrics = true; });
  sets("include-sentinel-peer-info", prefix + "INCL_SENTINEL_PEER_INFO", "true",
       [](Options& o) { o.include_sentinel_peer_info = true; });
  sets("include-system-metrics", prefix + "INCL_SYSTEM_METRICS", "true",
       [](Options& o) { o.include_system_metrics = true; });
  sets("include-metrics-for-empty-databases", prefix + "INCL_METRICS_FOR_EMPTY_DATABASES", "false",
       [](Options& o) { o.include_metrics_for_empty_databases = false; });
  sets("exclude-latency-histogram-metrics", prefix + "EXCLUDE_LATENCY_HISTOGRAM_METRICS", "true",
       [](Options& o) { o.exclude_latency_histogram_metrics = true; });
  sets("latency-histogram-buckets", "", "full", [](Options& o) { o.full_latency_buckets = true; });
  sets("export-client-list", prefix + "EXPORT_CLIENT_LIST", "true",
       [](Options& o) { o.collectors[2].on = true; });
  sets("export-client-port", prefix + "EXPORT_CLIENT_PORT", "true",
       [](Options& o) { o.export_client_port = true; });
  sets("client-list-limit", prefix + "CLIENT_LIST_LIMIT", "10000",
       [](Options& o) { o.client_list_limit = 10000; });
  sets("is-tile38", prefix + "IS_TILE38", "true", [](Options& o) { o.collectors[3].on = true; });
  sets("commands-limit", "", "65536", [](Options& o) { o.commands_limit = 65536; });
  sets("log-level", prefix + "LOG_LEVEL", "WARN",
       [](Options& o) { o.log_level = log::Level::warning; });
  sets("log-level", prefix + "LOG_LEVEL", "warning",
       [](Options& o) { o.log_level = log::Level::warning; });
  sets("log-level", prefix + "LOG_LEVEL", "DEBUG",
       [](Options& o) { o.log_level = log::Level::debug; });
  sets("log-level", prefix + "LOG_LEVEL", "ERROR",
       [](Options& o) { o.log_level = log::Level::error; });
  sets("log-level", prefix + "LOG_LEVEL", "FATAL",
       [](Options& o) { o.log_level = log::Level::error; });
  sets("log-level", prefix + "LOG_LEVEL", "PANIC",
       [](Options& o) { o.log_level = log::Level::error; });
  sets("debug", prefix + "DEBUG", "true", [](Options& o) {
    o.debug = true;
    o.log_level = log::Level::debug;
  });
  sets("log-format", prefix + "LOG_FORMAT", "json", [](Options& o) { o.log_as_json = true; });
  sets("check-config", "", "true", [](Options& o) { o.action = Action::check_config; });
  sets("list-collectors", "", "true", [](Options& o) { o.action = Action::list_collectors; });
  sets("list-metrics", "", "text", [](Options& o) { o.action = Action::list_metrics; });
  sets("list-metrics", "", "markdown", [](Options& o) {
    o.action = Action::list_metrics;
    o.list_as_markdown = true;
  });
  sets("print-acl", "", "valkey-8.1", [](Options& o) {
    o.action = Action::print_acl;
    o.acl_for = "valkey-8.1";
  });
  sets("version", "", "true", [](Options& o) { o.action = Action::version; });
}

TEST(Options, TakeKeyAndCertificateTogether) {
  const Options flags = parsed({"--tls-client-key-file=/key", "--tls-client-cert-file", "/cert"});
  EXPECT_EQ(flags.tls_client_key_file, "/key");
  EXPECT_EQ(flags.tls_client_cert_file, "/cert");
  EXPECT_TRUE(parsed({}, {{"REDIS_EXPORTER_TLS_CLIENT_KEY_FILE", "/key"},
                          {"REDIS_EXPORTER_TLS_CLIENT_CERT_FILE", "/cert"}}) == flags);
}

TEST(Options, ReadTheSwitchesOfGo) {
  auto reads = [](std::vector<std::string> arguments, bool want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(parsed(arguments).ping_on_connect, want);
  };
  reads({"--ping-on-connect"}, true);
  reads({"-ping-on-connect"}, true);
  for (const char* yes : {"true", "1", "t", "T", "TRUE", "True"})
    reads({"--ping-on-connect=" + std::string(yes)}, true);
  for (const char* no : {"false", "0", "f", "F", "FALSE", "False"})
    reads({"--ping-on-connect", "--ping-on-connect=" + std::string(no)}, false);
  // A switch leaves the next argument alone.
  const Options options = parsed({"--ping-on-connect", "--redis.user", "ada"});
  EXPECT_TRUE(options.ping_on_connect);
  EXPECT_EQ(options.redis_user, "ada");
}

TEST(Options, TakeWhateverFollowsAsTheValue) {
  EXPECT_EQ(parsed({"--redis.user", "--debug"}).redis_user, "--debug");
  EXPECT_EQ(parsed({"--redis.user", ""}).redis_user, "");
  const Options options = parsed({"--redis.addr=", "--debug"});
  EXPECT_FALSE(options.redis_addr);
  EXPECT_TRUE(options.debug);
}

TEST(Options, PreferFlagOverEnvironmentOverDefault) {
  const Variables variables = {{"REDIS_EXPORTER_SCRAPE_TIMEOUT", "3s"}, {"REDIS_ADDR", ""}};
  EXPECT_EQ(parsed({}).scrape_timeout, 10s);
  EXPECT_EQ(parsed({}, variables).scrape_timeout, 3s);
  EXPECT_EQ(parsed({"--scrape.timeout=4s"}, variables).scrape_timeout, 4s);
  EXPECT_EQ(parsed({"--scrape.timeout=4s", "--scrape.timeout=5s"}, variables).scrape_timeout, 5s);
  EXPECT_FALSE(parsed({}, variables).redis_addr);
  EXPECT_TRUE(parsed({"--redis.addr=cache-1"}, variables).redis_addr);
  EXPECT_FALSE(parsed({"--debug=false"}, {{"REDIS_EXPORTER_DEBUG", "true"}}).debug);
  // What a flag overrides need not even be right.
  EXPECT_FALSE(parsed({"--debug=false"}, {{"REDIS_EXPORTER_DEBUG", "maybe"}}).debug);
}

TEST(Options, AnEmptyVariableIsAnEmptyString) {
  const Options options =
      parsed({}, {{"REDIS_ADDR", ""}, {"REDIS_USER", ""}, {"REDIS_PASSWORD", ""}});
  EXPECT_FALSE(options.redis_addr);
  EXPECT_TRUE(options.redis_password.empty());
}

TEST(Options, DebugIsStrongerThanTheLogLevel) {
  EXPECT_EQ(parsed({"--debug", "--log-level=ERROR"}).log_level, log::Level::debug);
  EXPECT_EQ(parsed({"--log-level=ERROR"}, {{"REDIS_EXPORTER_DEBUG", "1"}}).log_level,
            log::Level::debug);
}

TEST(Options, LeaveLatencyOut) {
  const std::vector<CollectorSwitch> collectors = {
      {"server", true}, {"latency", true}, {"latency_histogram", true}};
  const char* const arguments[] = {"--exclude-latency-histogram-metrics"};
  const auto nothing = [](std::string_view) -> std::optional<std::string> { return std::nullopt; };
  EXPECT_EQ(parse_options(arguments, nothing, collectors).options.collectors,
            (std::vector<CollectorSwitch>{
                {"server", true}, {"latency", false}, {"latency_histogram", false}}));
}

TEST(Options, SwitchCollectors) {
  auto gives = [](std::vector<std::string> arguments, std::vector<bool> want,
                  int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    std::vector<bool> got;
    for (const CollectorSwitch& collector : parsed(arguments).collectors)
      got.push_back(collector.on);
    EXPECT_EQ(got, want);
  };
  gives({}, {true, true, false, false});
  gives({"--collector.client_list"}, {true, true, true, false});
  gives({"-collector.client_list=true", "--collector.server=false"}, {false, true, true, false});
  gives({"--no-collector.memory"}, {true, false, false, false});
  gives({"--no-collector.memory=false"}, {true, true, false, false});
  gives({"--no-collector.memory", "--collector.memory"}, {true, true, false, false});
  gives({"--export-client-list"}, {true, true, true, false});
  gives({"--collector.client_list", "--export-client-list=false"}, {true, true, false, false});
  gives({"--is-tile38"}, {true, true, false, true});
}

TEST(Options, TakeAFlagForACollectorOverAVariableForTheSame) {
  const Variables variables = {{"REDIS_EXPORTER_EXPORT_CLIENT_LIST", "false"}};
  EXPECT_FALSE(parsed({}, variables).collectors[2].on);
  EXPECT_TRUE(parsed({"--collector.client_list"}, variables).collectors[2].on);
  EXPECT_TRUE(parsed({"--export-client-list"}, variables).collectors[2].on);
}

TEST(Options, FindTheSubcommandAmongFlags) {
  auto probes = [](std::vector<std::string> arguments, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const Options options = parsed(arguments);
    EXPECT_EQ(options.action, Action::probe);
    EXPECT_TRUE(options.debug);
    ASSERT_TRUE(options.probe_target);
    EXPECT_EQ(display(*options.probe_target), "cache-1:7000");
  };
  probes({"probe", "redis://cache-1:7000", "--debug"});
  probes({"--debug", "probe", "cache-1:7000"});
  probes({"probe", "--debug", "cache-1:7000"});
  probes({"--redis.user", "probe", "--debug", "probe", "cache-1:7000"});
  probes({"--debug", "--", "probe", "cache-1:7000"});
}

TEST(Options, PrintTheAclOfRedis70Unasked) {
  const Options options = parsed({"--print-acl"});
  EXPECT_EQ(options.action, Action::print_acl);
  EXPECT_EQ(options.acl_for, "redis-7.0");
}

TEST(Help, ListsEveryFlagWithVariableAndDefault) {
  for (const char* spelling : {"--help", "-help", "-h", "--h"}) {
    const ParsedOptions result = parse({spelling, "--version", "--nonsense"});
    EXPECT_EQ(result.errors, Errors{});
    EXPECT_EQ(result.options.action, Action::help);
    EXPECT_EQ(result.print, help_text(test::kCollectors));
  }
  EXPECT_EQ(parse({"--version", "--help"}).options.action, Action::help);
  const std::string text = help_text(test::kCollectors);
  for (const Flag& flag : flags()) {
    EXPECT_NE(text.find("\n  --" + std::string(flag.name)), std::string::npos) << flag.name;
    EXPECT_NE(text.find(std::string(flag.environment)), std::string::npos) << flag.name;
  }
  EXPECT_NE(text.find("\n  --redis.addr=URI  (REDIS_ADDR, default redis://localhost:6379)\n"),
            std::string::npos);
  EXPECT_NE(text.find("\n  --debug  (REDIS_EXPORTER_DEBUG)\n"), std::string::npos);
  EXPECT_NE(text.find("\n  --set-client-name  (REDIS_EXPORTER_SET_CLIENT_NAME, default true)\n"),
            std::string::npos);
  EXPECT_NE(text.find("\n  --list-metrics[=text|markdown]  (alone: text)\n"), std::string::npos);
  EXPECT_NE(text.find("\n  client_list  (default false)\n"), std::string::npos);
}

TEST(Help, DescribesWithinAHundredColumns) {
  const std::string text = help_text(test::kCollectors);
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    // A line with a flag is as long as its name and variable are.
    EXPECT_TRUE(line.starts_with("  --") || line.size() <= 100) << line;
  }
}

TEST(Environment, IsThatOfTheProcess) {
  ASSERT_EQ(setenv("FLEET_OPTIONS_TEST", "a=b", 1), 0);
  EXPECT_EQ(process_environment()("FLEET_OPTIONS_TEST"), "a=b");
  ASSERT_EQ(setenv("FLEET_OPTIONS_TEST", "", 1), 0);
  EXPECT_EQ(process_environment()("FLEET_OPTIONS_TEST"), "");
  ASSERT_EQ(unsetenv("FLEET_OPTIONS_TEST"), 0);
  EXPECT_EQ(process_environment()("FLEET_OPTIONS_TEST"), std::nullopt);
}

}  // namespace
}  // namespace fleet
