// SPDX-License-Identifier: Apache-2.0
// Managed clouds and servers of Redis's family that lack commands: each gives what it has, and says
// once why the rest is missing. The words of each are those of the public document that its row
// names.
#include <gtest/gtest.h>

#include "base/log.h"
#include "collectors/registry.h"
#include "loop/exporter.h"

namespace fleet::test {
namespace {

struct Refusal {
  std::string_view start;  // of the commands that are refused
  std::string_view words;
};
struct Server {
  std::string_view name, info;
  std::vector<Refusal> refusals;
  std::vector<std::string_view> failed;  // collectors
  std::vector<std::string_view> told;    // families that are there all the same
};
void PrintTo(const Server& server, std::ostream* out) { *out << server.name; }

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html
// (config is unavailable), https://github.com/oliver006/redis_exporter/issues/905 (the words),
// and 597 (INFO's os).
const Server kElastiCache = {
    "AWS ElastiCache",
    "redis_version:7.0.7\r\nos:Amazon ElastiCache\r\n",
    {{"CONFIG", "ERR unknown command 'CONFIG', with args beginning with: 'GET' '*' "}},
    {"config", "security"},
    {"redis_memory_used_bytes", "redis_slowlog_length", "redis_default_user_passwordless"}};

// https://github.com/oliver006/redis_exporter/issues/1054; CLUSTER INFO is supported, of a single
// virtual node: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html
const Server kElastiCacheServerless = {
    "AWS ElastiCache Serverless",
    "redis_version:7.1.0\r\ncluster_enabled:1\r\n",
    {{"CONFIG", "ERR unknown command 'CONFIG', with args beginning with: 'GET' '*' "},
     {"LATENCY LATEST", "ERR unknown command 'latency', with args beginning with: LATEST"},
     {"LATENCY HISTOGRAM", "ERR unknown command 'latency', with args beginning with: HISTOGRAM"}},
    {"latency", "latency_histogram", "config", "security"},
    {"redis_memory_used_bytes", "redis_cluster_state", "redis_slowlog_length"}};

// https://cloud.google.com/memorystore/docs/redis/product-constraints (CLIENT, CONFIG are blocked;
// CLIENT before Redis 6: .../redis/supported-commands),
// https://github.com/oliver006/redis_exporter/issues/315 (the words).
const Server kMemorystore = {
    "Google Cloud Memorystore for Redis",
    "redis_version:4.0.14\r\n",
    {{"CLIENT",
      "ERR unknown command `CLIENT`, with args beginning with: `SETNAME`, `redis_exporter`, "},
     {"CONFIG", "ERR unknown command `CONFIG`, with args beginning with: `GET`, `*`, "}},
    {"config", "security", "client_list"},
    {"redis_memory_used_bytes", "redis_slowlog_length"}};

// https://cloud.google.com/memorystore/docs/valkey/supported-commands: "A NOPERM error is returned
// for commands not listed"; of CONFIG it lists HELP only.
const Server kMemorystoreValkey = {"Google Cloud Memorystore for Valkey",
                                   "redis_version:7.2.4\r\nvalkey_version:8.0.1\r\n",
                                   {{"CONFIG", "NOPERM"}, {"ACL", "NOPERM"}},
                                   {"config", "security"},
                                   {"redis_memory_used_bytes", "redis_slowlog_length"}};

// https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure (CONFIG, ACL are not
// supported: "similar to ERR unknown command"),
// https://github.com/oliver006/redis_exporter/issues/404 (the words for CONFIG).
const Server kAzure = {
    "Azure Cache for Redis",
    "redis_version:6.0.14\r\n",
    {{"CONFIG", "ERR unknown command `config`, with args beginning with: `get`, `*`, "},
     {"ACL", "ERR unknown command"}},
    {"config", "security"},
    {"redis_memory_used_bytes", "redis_slowlog_length"}};

// https://github.com/oliver006/redis_exporter/issues/739 (LATENCY),
// https://github.com/RedisGrafana/grafana-redis-datasource/issues/81 (CLUSTER, where the OSS
// Cluster API is off).
const Server kRedisEnterprise = {
    "Redis Enterprise, Redis Cloud",
    "redis_version:7.2.4\r\ncluster_enabled:1\r\n",
    {{"LATENCY", "ERR unknown command 'LATENCY'"}, {"CLUSTER", "ERR command is not allowed"}},
    {"latency", "latency_histogram", "cluster", "cluster_nodes"},
    {"redis_memory_used_bytes", "redis_config_maxmemory", "redis_slowlog_length"}};

// https://upstash.com/docs/redis/commands/server/overview lists ACL, CONFIG GET and INFO, and
// neither SLOWLOG nor LATENCY; the words are those of its client's tests,
// https://github.com/upstash/redis-js, and of its page on compatibility.
const Server kUpstash = {
    "Upstash",
    "redis_version:7.2.0\r\n",
    {{"SLOWLOG",
      "ERR Command is not available: 'SLOWLOG'. See "
      "https://upstash.com/docs/redis/overall/rediscompatibility for details"},
     {"LATENCY",
      "ERR Command is not available: 'LATENCY'. See "
      "https://upstash.com/docs/redis/overall/rediscompatibility for details"}},
    {"latency", "latency_histogram", "slowlog"},
    {"redis_memory_used_bytes", "redis_config_maxmemory"}};

// https://github.com/oliver006/redis_exporter/issues/326: INFO with lines of its threads. It says
// that it is a Redis 6, and is not asked what came later.
const Server kKeyDb = {
    "KeyDB",
    "redis_version:6.3.4\r\ncurrent_client_thread:1\r\nthread_0_clients:13\r\n",
    {},
    {},
    {"redis_memory_used_bytes", "redis_config_maxmemory", "redis_slowlog_length"}};

// https://github.com/dragonflydb/dragonfly/issues/5431 (INFO), 4629 (LATENCY HISTOGRAM);
// https://dragonflydb.io/docs/command-reference/server-management/config-get: it takes one name.
const Server kDragonfly = {
    "Dragonfly",
    "redis_version:7.4.0\r\ndragonfly_version:df-v1.31.0\r\n",
    {{"LATENCY HISTOGRAM",
      "ERR Unknown subcommand or wrong number of arguments for 'HISTOGRAM'. Try LATENCY HELP."},
     {"CONFIG GET maxmemory maxclients",
      "ERR Unknown subcommand or wrong number of arguments for 'GET'. Try CONFIG HELP."}},
    {"latency_histogram"},
    {"redis_memory_used_bytes", "redis_config_maxmemory", "redis_slowlog_length"}};

// https://kvrocks.apache.org/docs/supported-commands (LATENCY is in no release yet),
// https://github.com/apache/kvrocks/issues/3208 (INFO) and pull/2483 (the words).
const Server kKvrocks = {
    "Apache Kvrocks",
    "version:2.13.0\r\nkvrocks_version:2.13.0\r\nredis_version:4.0.0\r\n",
    {{"LATENCY", "ERR unknown command `LATENCY`, with args beginning with: `LATEST`, "}},
    {"latency"},
    {"redis_memory_used_bytes", "redis_config_maxmemory", "redis_slowlog_length"}};

const std::pair<std::string_view, std::string> kAnswers[] = {
    {"CLIENT SETNAME redis_fleet_exporter", "+OK\r\n"},
    {"CLIENT SETINFO LIB-NAME redis_fleet_exporter", "+OK\r\n"},
    {"CLIENT LIST", bulk("id=1 addr=127.0.0.1:5 name= age=1 idle=0 flags=N db=0\n")},
    {"CONFIG GET databases", "*2\r\n$9\r\ndatabases\r\n$1\r\n1\r\n"},
    {"CONFIG GET maxmemory maxclients io-threads repl-backlog-size client-output-buffer-limit save "
     "min-replicas-to-write",
     "*2\r\n$9\r\nmaxmemory\r\n$3\r\n100\r\n"},
    {"CONFIG GET *", "*2\r\n$9\r\nmaxmemory\r\n$3\r\n100\r\n"},
    {"CONFIG GET protected-mode", "*2\r\n$14\r\nprotected-mode\r\n$2\r\nno\r\n"},
    {"ACL GETUSER default", "*2\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n"},
    {"LATENCY LATEST", "*0\r\n"},
    {"LATENCY HISTOGRAM", "*0\r\n"},
    {"SLOWLOG LEN", ":3\r\n"},
    {"SLOWLOG GET 1", "*0\r\n"},
    {"CLUSTER INFO", bulk("cluster_state:ok\r\n")},
    {"CLUSTER NODES", bulk("aaaa 127.0.0.1:1@2 myself,master - 0 0 1 connected 0-16383\n")},
};

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; ++at) ++found;
  return found;
}

bool has_family(const Scraped& scraped, std::string_view name) {
  return scraped.value(name) != "absent" ||
         scraped.value(std::string(name) + "{state=\"ok\"}") != "absent";
}

class Refusing : public testing::TestWithParam<Server> {};

TEST_P(Refusing, GivesWhatItHasAndTheReasonForTheRest) {
  const Server& server = GetParam();
  FakeRedis redis;
  redis.answers("INFO all", bulk(std::string(server.info) +
                                 "redis_mode:standalone\r\nrole:master\r\nused_memory:5\r\n"
                                 "connected_clients:1\r\n"));
  std::map<std::string_view, std::string_view> refused;  // the server's words by command
  for (const auto& [line, reply] : kAnswers) {
    redis.answers(line, reply);
    for (const auto& [start, words] : server.refusals) {
      if (!line.starts_with(start)) continue;
      redis.answers(line, "-" + std::string(words) + "\r\n");
      refused.emplace(line, words);
    }
  }
  testing::internal::CaptureStderr();
  log::configure(log::Level::info, false);
  Wiring wiring;
  wiring.settings.collectors.assign(all_collectors().begin(), all_collectors().end());
  Exporter exporter(wiring);
  Node& node = exporter.add(redis);
  std::size_t sent = 0;
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped, server.failed.empty());
    std::vector<std::string_view> failed;
    for (const NodeReport::Run& run : scraped.report->runs)
      if (!run.success) failed.push_back(run.collector->name);
    EXPECT_EQ(failed, server.failed);
    for (const std::string_view family : server.told)
      EXPECT_TRUE(has_family(scraped, family)) << family;
    if (i > 0) continue;
    for (const auto& [line, words] : refused) sent += redis.received(line) > 0 ? 1 : 0;
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), std::to_string(sent));
  }
  const std::string log = testing::internal::GetCapturedStderr();
  for (const auto& [line, words] : refused) {
    EXPECT_LE(redis.received(line), 1) << line;
    EXPECT_EQ(count(log, "\"command refused\" instance=\"127.0.0.1:" +
                             std::to_string(redis.port()) + "\" command=\"" +
                             std::string(line.substr(0, line.find(" redis_fleet_exporter"))) +
                             "\" server=\"" + std::string(words)),
              static_cast<std::size_t>(redis.received(line)))
        << line << '\n'
        << log;
  }
  EXPECT_EQ(count(log, "\"scrape incomplete\""), server.failed.empty() ? 0u : 1u) << log;
  for (const std::string_view collector : server.failed)
    EXPECT_EQ(count(log, std::string(collector) + ": "), 1u) << collector << '\n' << log;
  EXPECT_EQ(redis.received("INFO all"), 3);
  EXPECT_EQ(redis.connections(), 1);
}

INSTANTIATE_TEST_SUITE_P(Documented, Refusing,
                         testing::Values(kElastiCache, kElastiCacheServerless, kMemorystore,
                                         kMemorystoreValkey, kAzure, kRedisEnterprise, kUpstash,
                                         kKeyDb, kDragonfly, kKvrocks),
                         [](const auto& row) {
                           std::string name;
                           for (const char c : row.param.name)
                             if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
                           return name;
                         });

}  // namespace
}  // namespace fleet::test
