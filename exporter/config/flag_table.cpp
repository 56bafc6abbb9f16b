// SPDX-License-Identifier: Apache-2.0
#include "config/flag_table.h"

#include <algorithm>

#include "config/flag_setters.h"
#include "config/key_list.h"

namespace fleet {
namespace {

using Action = Options::Action;
using C = CheckSettings;

std::string set_check_health(Options& options, std::string_view text) {
  std::string problem = read_health_url(text, options.health_address, options.health_path);
  return problem.empty() ? choose(options, Action::check_health) : problem;
}

constexpr std::string_view kClientList = "client_list", kTile38 = "tile38";
constexpr std::string_view kOn = "true";  // what a bare switch means

using O = Options;

constexpr Flag kFlags[] = {
    {"Fleet", "config.file", "REDIS_EXPORTER_CONFIG_FILE", "FILE", "", "",
     "Groups of nodes with labels, credentials and limits of their own: docs/configuration.md.\n"
     "There is no --redis.addr beside it.",
     set_text<&O::config_file>},
    {"Fleet", "shard", "REDIS_EXPORTER_SHARD", "INDEX/COUNT", "0/1", "",
     "Of COUNT exporters with the same file this is number INDEX, from 0: the telemetry path and\n"
     "/metrics/fleet have its part of the groups; /sd and /scrape have all.",
     set_by<&O::shard, read_shard>},

    {"Redis", "redis.addr", "REDIS_ADDR", "URI", "redis://localhost:6379", "",
     "Node whose metrics the telemetry path serves:\n"
     "redis://[user:password@]host[:port][/database], rediss:// for TLS, unix:///path, host:port.\n"
     "Empty: none.",
     set_by<&O::redis_addr, read_address>, true},
    {"Redis", "redis.user", "REDIS_USER", "NAME", "", "",
     "ACL user; one in a URI wins. Targets that only * in --scrape.allowed-targets lets in get "
     "none.",
     set_text<&O::redis_user>},
    {"Redis", "redis.password", "REDIS_PASSWORD", "TEXT", "", "",
     "Password, for the same targets. The variable keeps it out of the list of processes.",
     set_password, true},
    {"Redis", "redis.password-file", "REDIS_PASSWORD_FILE", "FILE", "", "",
     "Passwords of single servers, {\"redis://[user@]host:port\": \"password\"}: stronger than\n"
     "--redis.password. /scrape may ask whom it names. Read again within 10 s of a change.",
     set_password_file},
    {"Redis", "is-cluster", "REDIS_EXPORTER_IS_CLUSTER", "", "false", kOn,
     "--redis.addr is a node of a Cluster: /discover-cluster-nodes lists the nodes, /scrape may "
     "ask\n"
     "them, and keys are looked at on every master.",
     set_bool<&O::is_cluster>},
    {"Redis", "cluster-discover-hostnames", "REDIS_EXPORTER_CLUSTER_DISCOVER_HOSTNAMES", "",
     "false", kOn, "By the hostnames that they announce, not by address; over TLS they always are.",
     set_bool<&O::cluster_hostnames>},
    {"Redis", "connection-timeout", "REDIS_EXPORTER_CONNECTION_TIMEOUT", "DURATION", "2s", "",
     "Budget of a node within a scrape, to connect, ask and answer; 1ms to 1h.",
     set_budget<&O::connection_timeout>},
    {"Redis", "max-connection-age", "REDIS_EXPORTER_MAX_CONNECTION_AGE", "DURATION", "10m", "",
     "Age at which a kept connection is replaced before the next scrape; 1s to 8760h.", set_age},
    {"Redis", "set-client-name", "REDIS_EXPORTER_SET_CLIENT_NAME", "", "true", kOn,
     "Name the connection, so that CLIENT LIST on the server shows who it is.",
     set_bool<&O::set_client_name>},
    {"Redis", "ping-on-connect", "REDIS_EXPORTER_PING_ON_CONNECT", "", "false", kOn,
     "Measure a PING in each scrape: one round trip more.", set_bool<&O::ping_on_connect>},
    {"Redis", "config-command", "REDIS_EXPORTER_CONFIG_COMMAND", "NAME", "CONFIG", "",
     "What the server calls CONFIG, where it was renamed. - never sends it.",
     set_by<&O::config_command, read_config_command>},

    {"TLS to Redis", "tls-client-key-file", "REDIS_EXPORTER_TLS_CLIENT_KEY_FILE", "FILE", "", "",
     "Private key of the client certificate (PEM).", set_text<&O::tls_client_key_file>},
    {"TLS to Redis", "tls-client-cert-file", "REDIS_EXPORTER_TLS_CLIENT_CERT_FILE", "FILE", "", "",
     "Client certificate with its chain (PEM).", set_text<&O::tls_client_cert_file>},
    {"TLS to Redis", "tls-ca-cert-file", "REDIS_EXPORTER_TLS_CA_CERT_FILE", "FILE", "", "",
     "Authorities that the server's certificate must come from (PEM). Empty: those of the system.",
     set_text<&O::tls_ca_cert_file>},
    {"TLS to Redis", "tls-server-name", "REDIS_EXPORTER_TLS_SERVER_NAME", "NAME", "", "",
     "Name that the server's certificate must have. Empty: the host of the URI.",
     set_text<&O::tls_server_name>},
    {"TLS to Redis", "skip-tls-verification", "REDIS_EXPORTER_SKIP_TLS_VERIFICATION", "", "false",
     kOn, "Accept any certificate: passwords go to whoever answers.",
     set_bool<&O::skip_tls_verification>},

    {"Scrapes", "scrape.timeout", "REDIS_EXPORTER_SCRAPE_TIMEOUT", "DURATION", "10s", "",
     "Deadline of a scrape whose request has no X-Prometheus-Scrape-Timeout-Seconds; 1ms to 1h.",
     set_budget<&O::scrape_timeout>},
    {"Scrapes", "scrape.allowed-targets", "REDIS_EXPORTER_SCRAPE_ALLOWED_TARGETS", "LIST", "", "",
     "What /scrape?target= may ask beside --redis.addr, separated by commas:\n"
     "networks (10.0.0.0/8), names (cache-1, *.internal), each with or without :port; * for all.",
     set_by<&O::allowed_targets, read_allow_list>, true},
    {"Scrapes", "disable-scrape-endpoint", "REDIS_EXPORTER_DISABLE_SCRAPE_ENDPOINT", "", "false",
     kOn, "No /scrape at all.", set_bool<&O::disable_scrape_endpoint>},
    {"Scrapes", "disable-scrape-checks", "REDIS_EXPORTER_DISABLE_SCRAPE_CHECKS", "", "false", kOn,
     "No checks that a URL asks for: /scrape?target=...&check-keys=...",
     set_bool<&O::disable_scrape_checks>},

    {"HTTP", "web.listen-address", "REDIS_EXPORTER_WEB_LISTEN_ADDRESS", "HOST:PORT", ":9121", "",
     "Address to listen on; without a host all of the machine's, with port 0 a free one. Several\n"
     "are separated by commas.",
     set_by<&O::listen_addresses, read_listen_addresses>},
    {"HTTP", "web.systemd-socket", "REDIS_EXPORTER_WEB_SYSTEMD_SOCKET", "", "false", kOn,
     "Listen on the sockets that systemd opened, not on --web.listen-address.",
     set_bool<&O::systemd_socket>},
    {"HTTP", "web.config.file", "REDIS_EXPORTER_WEB_CONFIG_FILE", "FILE", "", "",
     "TLS, passwords, headers and a limit of requests, in the format of Prometheus's exporters:\n"
     "docs/security.md. Read again within 10 s of a change, as certificates are.",
     set_text<&O::web_config_file>},
    {"HTTP", "web.external-address", "REDIS_EXPORTER_WEB_EXTERNAL_ADDRESS", "HOST:PORT", "", "",
     "Where Prometheus reaches the exporter, for /sd. Empty: the Host that its request names.",
     set_text<&O::external_address>},
    {"HTTP", "web.telemetry-path", "REDIS_EXPORTER_WEB_TELEMETRY_PATH", "PATH", "/metrics", "",
     "Where the metrics are.", set_by<&O::telemetry_path, read_telemetry_path>},

    {"HTTP", "tls-server-cert-file", "REDIS_EXPORTER_TLS_SERVER_CERT_FILE", "FILE", "", "",
     "redis_exporter's way to the same: the exporter's certificate with its chain (PEM).",
     set_web<&WebFlags::tls_cert_file>},
    {"HTTP", "tls-server-key-file", "REDIS_EXPORTER_TLS_SERVER_KEY_FILE", "FILE", "", "",
     "Its private key (PEM).", set_web<&WebFlags::tls_key_file>},
    {"HTTP", "tls-server-ca-cert-file", "REDIS_EXPORTER_TLS_SERVER_CA_CERT_FILE", "FILE", "", "",
     "Authorities that clients' certificates must come from (PEM). Empty: clients need none.",
     set_web<&WebFlags::tls_ca_file>},
    {"HTTP", "tls-server-min-version", "REDIS_EXPORTER_TLS_SERVER_MIN_VERSION", "VERSION", "TLS1.2",
     "", "Oldest version that clients may speak: TLS1.0 to TLS1.3.", set_web_tls_version},
    {"HTTP", "basic-auth-username", "REDIS_EXPORTER_BASIC_AUTH_USERNAME", "NAME", "", "",
     "Whom every request must name, with the password. Empty: nobody.", set_web<&WebFlags::user>},
    {"HTTP", "basic-auth-password", "REDIS_EXPORTER_BASIC_AUTH_PASSWORD", "TEXT", "", "",
     "The variable keeps it out of the list of processes.", set_web<&WebFlags::password>, true},
    {"HTTP", "basic-auth-hash-password", "REDIS_EXPORTER_BASIC_AUTH_HASH_PASSWORD", "HASH", "", "",
     "The same as a bcrypt hash.", set_web<&WebFlags::hash>, true},

    {"Metrics", "namespace", "REDIS_EXPORTER_NAMESPACE", "NAME", "redis", "",
     "First part of the names of metrics.", set_by<&O::metric_namespace, read_namespace>},
    {"Metrics", "redis-only-metrics", "REDIS_EXPORTER_REDIS_ONLY_METRICS", "", "false", kOn,
     "Without metrics of this process and its build.", set_bool<&O::redis_only_metrics>},
    {"Metrics", "append-instance-role-label", "REDIS_EXPORTER_APPEND_INSTANCE_ROLE_LABEL", "",
     "false", kOn, "Label instance_role on every metric of a node.",
     set_bool<&O::append_instance_role_label>},
    {"Metrics", "include-config-metrics", "REDIS_EXPORTER_INCL_CONFIG_METRICS", "", "false", kOn,
     "Every setting of CONFIG GET *, and of SENTINEL CONFIG GET *, as a metric.",
     set_bool<&O::include_config_metrics>},
    {"Metrics", "redact-config-metrics", "REDIS_EXPORTER_REDACT_CONFIG_METRICS", "", "true", kOn,
     "But none that holds a secret.", set_bool<&O::redact_config_metrics>},
    {"Metrics", "include-modules-metrics", "REDIS_EXPORTER_INCL_MODULES_METRICS", "", "false", kOn,
     "INFO modules.", set_bool<&O::include_modules_metrics>},
    {"Metrics", "include-sentinel-peer-info", "REDIS_EXPORTER_INCL_SENTINEL_PEER_INFO", "", "false",
     kOn, "The other Sentinels of each master, as redis_sentinel_peer_info.",
     set_bool<&O::include_sentinel_peer_info>},
    {"Metrics", "export-client-list", "REDIS_EXPORTER_EXPORT_CLIENT_LIST", "", "false", kOn,
     "Every connection of each server, by CLIENT LIST; the same as --collector.client_list.",
     set_collector<kClientList>, false, kClientList},
    {"Metrics", "export-client-port", "REDIS_EXPORTER_EXPORT_CLIENT_PORT", "", "false", kOn,
     "With its port as a label.", set_bool<&O::export_client_port>},
    {"Metrics", "client-list-limit", "REDIS_EXPORTER_CLIENT_LIST_LIMIT", "CONNECTIONS", "1000", "",
     "CLIENT LIST is not sent to a server that has more connections than this; 1 to 10000.",
     set_by<&O::client_list_limit, read_client_list_limit>},
    {"Metrics", "is-tile38", "REDIS_EXPORTER_IS_TILE38", "", "false", kOn,
     "SERVER EXT of servers that are a Tile38; the same as --collector.tile38.",
     set_collector<kTile38>, false, kTile38},
    {"Metrics", "include-system-metrics", "REDIS_EXPORTER_INCL_SYSTEM_METRICS", "", "false", kOn,
     "Accepted, without effect: the memory collector always gives the system's memory.",
     set_bool<&O::include_system_metrics>},
    {"Metrics", "include-rdb-file-size-metric", "REDIS_EXPORTER_INCL_RDB_FILE_SIZE_METRIC", "",
     "false", kOn,
     "Size of the RDB file of configured servers that are reached by a loopback address or a Unix\n"
     "socket: their files are looked for on this host.",
     set_bool<&O::include_rdb_file_size>},
    {"Metrics", "include-go-runtime-metrics", "REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS", "",
     "false", kOn, "Accepted, without effect: there is no Go runtime.",
     set_bool<&O::include_go_runtime_metrics>},
    {"Metrics", "include-metrics-for-empty-databases",
     "REDIS_EXPORTER_INCL_METRICS_FOR_EMPTY_DATABASES", "", "true", kOn,
     "A 0 for each database without keys.", set_bool<&O::include_metrics_for_empty_databases>},
    {"Metrics", "exclude-latency-histogram-metrics",
     "REDIS_EXPORTER_EXCLUDE_LATENCY_HISTOGRAM_METRICS", "", "false", kOn,
     "Neither LATENCY HISTOGRAM nor LATENCY LATEST.",
     set_bool<&O::exclude_latency_histogram_metrics>},
    {"Metrics", "latency-histogram-buckets", "", "ladder|full", "ladder", "",
     "Buckets of LATENCY HISTOGRAM: about 12 fixed ones, or every one that the server prints.",
     set_buckets},
    {"Metrics", "commands-limit", "", "COUNT", "512", "",
     "Most values of the label cmd on a node; further commands are summed as `other`.",
     set_commands_limit},

    {"Keys", "check-keys", "REDIS_EXPORTER_CHECK_KEYS", "LIST", "", "",
     "Keys whose size, memory and value are told: names, and patterns as SCAN takes them, which "
     "are\n"
     "looked for in the background. Separated by commas, each with its database when that is not "
     "0:\n"
     "db3=orders:*,queue. %2C is a comma, %3D an equals sign.",
     set_check<&C::keys, read_key_list>},
    {"Keys", "check-single-keys", "REDIS_EXPORTER_CHECK_SINGLE_KEYS", "LIST", "", "",
     "The same for names only, whatever stands in them.",
     set_check<&C::single_keys, read_key_list>},
    {"Keys", "count-keys", "REDIS_EXPORTER_COUNT_KEYS", "LIST", "", "",
     "Patterns whose keys are counted, in the background.",
     set_check<&C::count_keys, read_key_list>},
    {"Keys", "check-streams", "REDIS_EXPORTER_CHECK_STREAMS", "LIST", "", "",
     "Streams, by name and by pattern: their length, ids, groups and consumers.",
     set_check<&C::streams, read_key_list>},
    {"Keys", "check-single-streams", "REDIS_EXPORTER_CHECK_SINGLE_STREAMS", "LIST", "", "",
     "The same for names only, whatever stands in them.",
     set_check<&C::single_streams, read_key_list>},
    {"Keys", "streams-exclude-consumer-metrics", "REDIS_EXPORTER_STREAMS_EXCLUDE_CONSUMER_METRICS",
     "", "false", kOn, "Not the consumers of streams.", set_not<&C::consumers>},
    {"Keys", "check-key-groups", "REDIS_EXPORTER_CHECK_KEY_GROUPS", "LIST", "", "",
     "Lua patterns, separated by commas, \"quoted\" when they hold one: the captures of the first\n"
     "that matches a key's name are its group, of which keys and memory are told.",
     set_check<&C::key_groups, read_lua_patterns>},
    {"Keys", "max-distinct-key-groups", "REDIS_EXPORTER_MAX_DISTINCT_KEY_GROUPS", "COUNT", "100",
     "",
     "Groups of a database that are told apart, those that take most memory; the rest is\n"
     "`overflow`. 1 to 10000.",
     set_check_limit<&C::most_groups, kMostGroups>},
    {"Keys", "script", "REDIS_EXPORTER_SCRIPT", "FILES", "", "",
     "Lua scripts, separated by commas, that return names and numbers in a flat list. The\n"
     "server runs them in each scrape, and nothing else meanwhile.",
     set_scripts},
    {"Keys", "lua-script-read-only", "REDIS_EXPORTER_LUA_SCRIPT_READ_ONLY", "", "false", kOn,
     "Run them by EVAL_RO, which refuses writes (since 7.0).",
     set_check<&C::read_only_scripts, read_bool>},
    {"Keys", "include-search-indexes-metrics", "REDIS_EXPORTER_INCL_SEARCH_INDEXES_METRICS", "",
     "false", kOn, "FT.INFO of search indexes, of servers that have a module for them.",
     set_check<&C::search, read_bool>},
    {"Keys", "check-search-indexes", "REDIS_EXPORTER_CHECK_SEARCH_INDEXES", "PATTERN", ".*", "",
     "Which of them: a regular expression that is looked for in their names.",
     set_check<&C::search_indexes, read_regex>},
    {"Keys", "disable-exporting-key-values", "REDIS_EXPORTER_DISABLE_EXPORTING_KEY_VALUES", "",
     "false", kOn, "Not the values of keys.", set_not<&C::values>},
    {"Keys", "skip-checkkeys-for-role-master", "REDIS_EXPORTER_SKIP_CHECKKEYS_FOR_ROLE_MASTER", "",
     "false", kOn, "Look at keys of replicas only.", set_not<&C::on_masters>},
    {"Keys", "check-keys-batch-size", "REDIS_EXPORTER_CHECK_KEYS_BATCH_SIZE", "COUNT", "1000", "",
     "Keys that one SCAN looks at, at most; 1 to 100000. It is fewer on a slow server.",
     set_check_limit<&C::batch, kMostBatch>},
    {"Keys", "check-keys-limit", "", "COUNT", "10000", "",
     "Keys that are told of a node, at most; 1 to 50000.",
     set_check_limit<&C::most_keys, kMostKeys>},
    {"Keys", "check-keys-interval", "", "DURATION", "30s", "",
     "From one walk through all keys to the next, unless it takes no longer than a scrape waits;\n"
     "1s to 24h.",
     set_check_interval},
    {"Keys", "check-keys-server-share", "", "RATIO", "0.05", "",
     "Part of the server's time that walks through keys may take; 0.001 to 1.",
     set_check<&C::share, read_share>},

    {"Log", "log-level", "REDIS_EXPORTER_LOG_LEVEL", "LEVEL", "INFO", "",
     "DEBUG, INFO, WARN or ERROR; FATAL and PANIC count as ERROR.",
     set_by<&O::log_level, read_log_level>},
    {"Log", "debug", "REDIS_EXPORTER_DEBUG", "", "false", kOn,
     "Log level DEBUG, whatever --log-level says.", set_bool<&O::debug>},
    {"Log", "log-format", "REDIS_EXPORTER_LOG_FORMAT", "txt|json", "txt", "",
     "Format of log lines.", set_log_format},

    {"Instead of serving", "check-config", "", "", "false", kOn,
     "Check flags, environment and the configuration file; the exit status tells.",
     set_action<Action::check_config>},
    {"Instead of serving", "check-health", "", "URL", "", "own",
     "Ask the exporter that runs there, or where this one would listen, whether it can answer.",
     set_check_health},
    {"Instead of serving", "dump-targets", "", "", "false", kOn,
     "Print the nodes that the configuration file lists, and where it does.",
     set_action<Action::dump_targets>},
    {"Instead of serving", "list-metrics", "", "text|markdown", "", "text",
     "Print every metric with type, labels and help.", set_list_metrics},
    {"Instead of serving", "list-collectors", "", "", "false", kOn,
     "Print every collector with what it asks the server.", set_action<Action::list_collectors>},
    {"Instead of serving", "print-acl", "", "FLAVOUR-VERSION|URI", "", "redis-7.0",
     "Print the ACL SETUSER line with exactly the rights that the collectors need on that server.",
     set_print_acl, true},
    {"Instead of serving", "version", "", "", "false", kOn, "Print the version.",
     set_action<Action::version>},
    {"Instead of serving", "help", "", "", "false", kOn, "Print this.", set_action<Action::help>},
};

}  // namespace

std::span<const Flag> flags() { return kFlags; }

const Flag* find_flag(std::string_view name) {
  if (name == "h") name = "help";
  const auto* found = std::ranges::find(kFlags, name, &Flag::name);
  return found == std::end(kFlags) ? nullptr : found;
}

}  // namespace fleet
