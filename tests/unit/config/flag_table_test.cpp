// SPDX-License-Identifier: Apache-2.0
// Every flag of redis_exporter 1.91 is known, under the same name and variable, with the same
// default and as the same kind.
#include "config/flag_table.h"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace fleet {
namespace {

struct Reference {
  std::string_view name, environment, default_value;
  bool is_switch;
};

constexpr Reference kReference[] = {
    {"redis.addr", "REDIS_ADDR", "redis://localhost:6379", false},
    {"redis.user", "REDIS_USER", "", false},
    {"redis.password", "REDIS_PASSWORD", "", false},
    {"redis.password-file", "REDIS_PASSWORD_FILE", "", false},
    {"namespace", "REDIS_EXPORTER_NAMESPACE", "redis", false},
    {"check-keys", "REDIS_EXPORTER_CHECK_KEYS", "", false},
    {"check-single-keys", "REDIS_EXPORTER_CHECK_SINGLE_KEYS", "", false},
    {"check-key-groups", "REDIS_EXPORTER_CHECK_KEY_GROUPS", "", false},
    {"check-streams", "REDIS_EXPORTER_CHECK_STREAMS", "", false},
    {"check-single-streams", "REDIS_EXPORTER_CHECK_SINGLE_STREAMS", "", false},
    {"streams-exclude-consumer-metrics", "REDIS_EXPORTER_STREAMS_EXCLUDE_CONSUMER_METRICS", "false",
     true},
    {"count-keys", "REDIS_EXPORTER_COUNT_KEYS", "", false},
    {"check-keys-batch-size", "REDIS_EXPORTER_CHECK_KEYS_BATCH_SIZE", "1000", false},
    {"script", "REDIS_EXPORTER_SCRIPT", "", false},
    {"lua-script-read-only", "REDIS_EXPORTER_LUA_SCRIPT_READ_ONLY", "false", true},
    {"web.listen-address", "REDIS_EXPORTER_WEB_LISTEN_ADDRESS", ":9121", false},
    {"web.telemetry-path", "REDIS_EXPORTER_WEB_TELEMETRY_PATH", "/metrics", false},
    {"config-command", "REDIS_EXPORTER_CONFIG_COMMAND", "CONFIG", false},
    {"connection-timeout", "REDIS_EXPORTER_CONNECTION_TIMEOUT", "15s", false},
    {"tls-client-key-file", "REDIS_EXPORTER_TLS_CLIENT_KEY_FILE", "", false},
    {"tls-client-cert-file", "REDIS_EXPORTER_TLS_CLIENT_CERT_FILE", "", false},
    {"tls-ca-cert-file", "REDIS_EXPORTER_TLS_CA_CERT_FILE", "", false},
    {"tls-server-name", "REDIS_EXPORTER_TLS_SERVER_NAME", "", false},
    {"tls-server-key-file", "REDIS_EXPORTER_TLS_SERVER_KEY_FILE", "", false},
    {"tls-server-cert-file", "REDIS_EXPORTER_TLS_SERVER_CERT_FILE", "", false},
    {"tls-server-ca-cert-file", "REDIS_EXPORTER_TLS_SERVER_CA_CERT_FILE", "", false},
    {"tls-server-min-version", "REDIS_EXPORTER_TLS_SERVER_MIN_VERSION", "TLS1.2", false},
    {"max-distinct-key-groups", "REDIS_EXPORTER_MAX_DISTINCT_KEY_GROUPS", "100", false},
    {"debug", "REDIS_EXPORTER_DEBUG", "false", true},
    {"log-level", "REDIS_EXPORTER_LOG_LEVEL", "INFO", false},
    {"log-format", "REDIS_EXPORTER_LOG_FORMAT", "txt", false},
    {"set-client-name", "REDIS_EXPORTER_SET_CLIENT_NAME", "true", true},
    {"is-tile38", "REDIS_EXPORTER_IS_TILE38", "false", true},
    {"is-cluster", "REDIS_EXPORTER_IS_CLUSTER", "false", true},
    {"cluster-discover-hostnames", "REDIS_EXPORTER_CLUSTER_DISCOVER_HOSTNAMES", "false", true},
    {"export-client-list", "REDIS_EXPORTER_EXPORT_CLIENT_LIST", "false", true},
    {"export-client-port", "REDIS_EXPORTER_EXPORT_CLIENT_PORT", "false", true},
    {"version", "", "false", true},
    {"redis-only-metrics", "REDIS_EXPORTER_REDIS_ONLY_METRICS", "false", true},
    {"include-go-runtime-metrics", "REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS", "false", true},
    {"ping-on-connect", "REDIS_EXPORTER_PING_ON_CONNECT", "false", true},
    {"include-config-metrics", "REDIS_EXPORTER_INCL_CONFIG_METRICS", "false", true},
    {"include-modules-metrics", "REDIS_EXPORTER_INCL_MODULES_METRICS", "false", true},
    {"include-search-indexes-metrics", "REDIS_EXPORTER_INCL_SEARCH_INDEXES_METRICS", "false", true},
    {"include-sentinel-peer-info", "REDIS_EXPORTER_INCL_SENTINEL_PEER_INFO", "false", true},
    {"check-search-indexes", "REDIS_EXPORTER_CHECK_SEARCH_INDEXES", ".*", false},
    {"disable-exporting-key-values", "REDIS_EXPORTER_DISABLE_EXPORTING_KEY_VALUES", "false", true},
    {"exclude-latency-histogram-metrics", "REDIS_EXPORTER_EXCLUDE_LATENCY_HISTOGRAM_METRICS",
     "false", true},
    {"redact-config-metrics", "REDIS_EXPORTER_REDACT_CONFIG_METRICS", "true", true},
    {"include-system-metrics", "REDIS_EXPORTER_INCL_SYSTEM_METRICS", "false", true},
    {"include-rdb-file-size-metric", "REDIS_EXPORTER_INCL_RDB_FILE_SIZE_METRIC", "false", true},
    {"skip-tls-verification", "REDIS_EXPORTER_SKIP_TLS_VERIFICATION", "false", true},
    {"skip-checkkeys-for-role-master", "REDIS_EXPORTER_SKIP_CHECKKEYS_FOR_ROLE_MASTER", "false",
     true},
    {"basic-auth-username", "REDIS_EXPORTER_BASIC_AUTH_USERNAME", "", false},
    {"basic-auth-password", "REDIS_EXPORTER_BASIC_AUTH_PASSWORD", "", false},
    {"basic-auth-hash-password", "REDIS_EXPORTER_BASIC_AUTH_HASH_PASSWORD", "", false},
    {"disable-scrape-endpoint", "REDIS_EXPORTER_DISABLE_SCRAPE_ENDPOINT", "false", true},
    {"include-metrics-for-empty-databases", "REDIS_EXPORTER_INCL_METRICS_FOR_EMPTY_DATABASES",
     "true", true},
    {"append-instance-role-label", "REDIS_EXPORTER_APPEND_INSTANCE_ROLE_LABEL", "false", true},
};

TEST(FlagTable, HasTheFlagsOfRedisExporter) {
  for (const Reference& theirs : kReference) {
    SCOPED_TRACE(theirs.name);
    // Theirs is the time to connect only, and longer than the scrape_timeout of Prometheus.
    const std::string_view default_value =
        theirs.name == "connection-timeout" ? "2s" : theirs.default_value;
    const Flag* flag = find_flag(theirs.name);
    ASSERT_NE(flag, nullptr);
    EXPECT_EQ(flag->environment, theirs.environment);
    EXPECT_EQ(flag->default_value, default_value);
    EXPECT_EQ(!flag->bare.empty(), theirs.is_switch);
  }
}

TEST(FlagTable, HasEachNameAndVariableOnce) {
  std::set<std::string_view> names, variables;
  const auto once = [&](std::string_view name, std::string_view variable) {
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_TRUE(variable.empty() || variables.insert(variable).second) << variable;
  };
  for (const Flag& flag : flags()) once(flag.name, flag.environment);
}

}  // namespace
}  // namespace fleet
