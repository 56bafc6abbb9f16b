// SPDX-License-Identifier: Apache-2.0
// What the program is asked to do: flags over environment over defaults. `--help` prints the same
// in words; flag_table.cpp has the flag, the variable and the reader of each member.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/secret.h"
#include "config/allow_list.h"
#include "config/check_settings.h"
#include "config/group.h"
#include "config/password_file.h"
#include "config/shard.h"
#include "config/target.h"
#include "config/web_settings.h"

namespace fleet {

struct ListenAddress {
  std::string host = {};      // empty: every address of the machine
  std::uint16_t port = 9121;  // 0: a free one
  bool operator==(const ListenAddress&) const = default;
};

struct Options {
  enum class Action : std::uint8_t {
    serve,            // no subcommand
    probe,            // probe URI: one scrape to standard output
    check_config,     // --check-config: what parse_options says is the answer
    check_health,     // --check-health[=URL]: whether an exporter that runs can answer
    list_metrics,     // --list-metrics[=text|markdown]
    list_collectors,  // --list-collectors
    dump_targets,     // --dump-targets: the nodes that would be scraped, and why
    print_acl,        // --print-acl[=FLAVOUR-VERSION or URI]
    version,          // --version
    help,             // --help; parse_options has the text
  };
  using Duration = std::chrono::nanoseconds;

  Action action = Action::serve;
  std::optional<Target> probe_target = {};  // of Action::probe
  bool list_as_markdown = false;            // of Action::list_metrics
  std::string acl_for = "redis-7.0";        // of Action::print_acl: FLAVOUR-VERSION or a URI
  // Of Action::check_health: what it says in the URL; none: the first of listen_addresses.
  std::optional<ListenAddress> health_address = {};
  std::string health_path = "/-/healthy";

  // --config.file, REDIS_EXPORTER_CONFIG_FILE. Empty: none.
  std::string config_file = {};
  // Of the file, with distinct names; without one the node of redis_addr, in a group without name.
  std::vector<Group> groups = {};
  // Files that `groups` were made of, and folders in which files of targets may appear: when one
  // changes it is time to read all again. Also set, as far as possible, beside errors.
  std::vector<std::string> watched_files = {};

  // --shard: of several exporters with one file, each has some of the groups on its telemetry path.
  Shard shard = {};

  // --redis.addr, REDIS_ADDR: the node of the telemetry path. None when it is given as "".
  std::optional<Target> redis_addr = Target{};
  std::string redis_user = {};  // --redis.user, REDIS_USER; a user in a URI wins
  Secret redis_password = {};   // --redis.password, REDIS_PASSWORD; empty: none; one in a URI wins
  // --redis.password-file, REDIS_PASSWORD_FILE: of single servers; stronger than redis_password.
  // /scrape may ask whom it names.
  PasswordFile passwords = {};
  // --is-cluster, REDIS_EXPORTER_IS_CLUSTER: redis_addr is a node of a Cluster, whose other nodes
  // are found by it.
  bool is_cluster = false;
  // --cluster-discover-hostnames, REDIS_EXPORTER_CLUSTER_DISCOVER_HOSTNAMES: by their hostnames.
  bool cluster_hostnames = false;
  // --connection-timeout, REDIS_EXPORTER_CONNECTION_TIMEOUT: a node's budget within a scrape, 1ms
  // to 1h.
  Duration connection_timeout = std::chrono::seconds(2);
  // --max-connection-age, REDIS_EXPORTER_MAX_CONNECTION_AGE: 1s to 8760h.
  Duration max_connection_age = std::chrono::minutes(10);
  bool set_client_name = true;   // --set-client-name, REDIS_EXPORTER_SET_CLIENT_NAME
  bool ping_on_connect = false;  // --ping-on-connect, REDIS_EXPORTER_PING_ON_CONNECT
  // --config-command, REDIS_EXPORTER_CONFIG_COMMAND: what the server calls CONFIG. Empty: never
  // sent (the flag says "-").
  std::string config_command = "CONFIG";

  // --tls-client-key-file, REDIS_EXPORTER_TLS_CLIENT_KEY_FILE: with the certificate or not at all.
  std::string tls_client_key_file = {};
  // --tls-client-cert-file, REDIS_EXPORTER_TLS_CLIENT_CERT_FILE
  std::string tls_client_cert_file = {};
  std::string tls_ca_cert_file = {};  // --tls-ca-cert-file, REDIS_EXPORTER_TLS_CA_CERT_FILE
  std::string tls_server_name = {};   // --tls-server-name, REDIS_EXPORTER_TLS_SERVER_NAME
  // --skip-tls-verification, REDIS_EXPORTER_SKIP_TLS_VERIFICATION
  bool skip_tls_verification = false;

  // --scrape.timeout, REDIS_EXPORTER_SCRAPE_TIMEOUT: a whole scrape's deadline where Prometheus
  // sends none, 1ms to 1h.
  Duration scrape_timeout = std::chrono::seconds(10);
  // --scrape.allowed-targets, REDIS_EXPORTER_SCRAPE_ALLOWED_TARGETS
  AllowList allowed_targets = {};
  // --disable-scrape-endpoint, REDIS_EXPORTER_DISABLE_SCRAPE_ENDPOINT
  bool disable_scrape_endpoint = false;
  // --disable-scrape-checks, REDIS_EXPORTER_DISABLE_SCRAPE_CHECKS: no check-keys= and the like.
  bool disable_scrape_checks = false;

  // --web.listen-address, REDIS_EXPORTER_WEB_LISTEN_ADDRESS: at least one.
  std::vector<ListenAddress> listen_addresses = {ListenAddress{}};
  // --web.systemd-socket, REDIS_EXPORTER_WEB_SYSTEMD_SOCKET: the sockets that systemd opened,
  // instead.
  bool systemd_socket = false;
  // --web.config.file, REDIS_EXPORTER_WEB_CONFIG_FILE. Empty: none.
  std::string web_config_file = {};
  // --tls-server-*, REDIS_EXPORTER_TLS_SERVER_*, and --basic-auth-*, REDIS_EXPORTER_BASIC_AUTH_*:
  // what redis_exporter has instead of that file.
  WebFlags web_flags = {};
  WebSettings web = {};  // what the file or those flags say
  // --web.telemetry-path, REDIS_EXPORTER_WEB_TELEMETRY_PATH: none of the exporter's other paths.
  std::string telemetry_path = "/metrics";
  // --web.external-address, REDIS_EXPORTER_WEB_EXTERNAL_ADDRESS: host:port at which Prometheus
  // reaches the exporter, for /sd. Empty: the Host that the request names.
  std::string external_address = {};

  // --namespace, REDIS_EXPORTER_NAMESPACE: what stands before the first _ of a metric's name.
  std::string metric_namespace = "redis";
  // --redis-only-metrics, REDIS_EXPORTER_REDIS_ONLY_METRICS: without metrics of the process and
  // build.
  bool redis_only_metrics = false;
  // --append-instance-role-label, REDIS_EXPORTER_APPEND_INSTANCE_ROLE_LABEL
  bool append_instance_role_label = false;
  // --include-config-metrics, REDIS_EXPORTER_INCL_CONFIG_METRICS
  bool include_config_metrics = false;
  // --redact-config-metrics, REDIS_EXPORTER_REDACT_CONFIG_METRICS
  bool redact_config_metrics = true;
  // --include-modules-metrics, REDIS_EXPORTER_INCL_MODULES_METRICS
  bool include_modules_metrics = false;
  // --include-sentinel-peer-info, REDIS_EXPORTER_INCL_SENTINEL_PEER_INFO
  bool include_sentinel_peer_info = false;
  // --include-rdb-file-size-metric, REDIS_EXPORTER_INCL_RDB_FILE_SIZE_METRIC: of nodes on this
  // host.
  bool include_rdb_file_size = false;
  // --include-go-runtime-metrics, REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: accepted and without
  // effect, because there is no Go runtime; a warning says so.
  bool include_go_runtime_metrics = false;
  // --include-system-metrics, REDIS_EXPORTER_INCL_SYSTEM_METRICS: accepted and without effect,
  // because the memory collector always gives the system's memory.
  bool include_system_metrics = false;
  // --exclude-latency-histogram-metrics, REDIS_EXPORTER_EXCLUDE_LATENCY_HISTOGRAM_METRICS: neither
  // LATENCY HISTOGRAM nor LATENCY LATEST.
  bool exclude_latency_histogram_metrics = false;
  // --include-metrics-for-empty-databases, REDIS_EXPORTER_INCL_METRICS_FOR_EMPTY_DATABASES
  bool include_metrics_for_empty_databases = true;
  // --latency-histogram-buckets: every bound that the server prints, instead of the fixed ladder.
  bool full_latency_buckets = false;
  // --commands-limit: distinct values of the label cmd, 1 to 65536; the rest is `other`.
  std::size_t commands_limit = 512;
  // --export-client-port, REDIS_EXPORTER_EXPORT_CLIENT_PORT. Whether there are clients at all is
  // said by the collector client_list, which --export-client-list switches.
  bool export_client_port = false;
  // --client-list-limit, REDIS_EXPORTER_CLIENT_LIST_LIMIT: connections, 1 to 10000; CLIENT LIST is
  // not sent to a server that has more.
  std::size_t client_list_limit = 1000;
  // --collector.NAME and --no-collector.NAME, in the order of the list that parse_options was
  // given.
  std::vector<CollectorSwitch> collectors = {};

  CheckSettings checks = {};  // check_settings.h names flags and limits

  // --log-level, REDIS_EXPORTER_LOG_LEVEL, and --debug, REDIS_EXPORTER_DEBUG, which is stronger.
  log::Level log_level = log::Level::info;
  bool debug = false;
  bool log_as_json = false;  // --log-format, REDIS_EXPORTER_LOG_FORMAT: txt or json

  bool operator==(const Options&) const = default;
};

// The value of an environment variable; none when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
Environment process_environment();

struct ParsedOptions {
  Options options;                    // meaningless beside errors
  std::vector<std::string> errors;    // every one found; the exit status is then 2
  std::vector<std::string> warnings;  // for the log at start-up
  std::string print;                  // --help: for standard output, exit status 0
};

// Reads the arguments after the program's name, and the file that they name. `collectors` are the
// ones there are, each on or off by default; their names must outlive the result. `labels` are
// those that samples have, which no group may add.
ParsedOptions parse_options(std::span<const char* const> arguments, const Environment& environment,
                            std::span<const CollectorSwitch> collectors,
                            std::span<const std::string_view> labels = {});

}  // namespace fleet
