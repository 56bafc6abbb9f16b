// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr std::string_view kFourDatabases = "*2\r\n$9\r\ndatabases\r\n$1\r\n4\r\n";
constexpr std::string_view kNoReply = "";

Page keyspace(std::string_view info, std::string_view config = kFourDatabases,
              const CollectorOptions& options = {}) {
  Answers answers;
  answers.add_info_text(info);
  if (config != kNoReply) answers.add("CONFIG GET databases", config);
  return run_collector(kKeyspaceCollector, answers, options);
}

bool asks_for_databases(const NodeFacts& node, const CollectorOptions& options) {
  return is_asked(kKeyspaceCollector.commands[0], node, options);
}

TEST(Keyspace, TellsEachDatabase) {
  const Page page = run_collector(kKeyspaceCollector, recorded("redis-8.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("keyspace").success);
  EXPECT_EQ(page.value("redis_db_keys{db=\"db0\"}"), "14");
  EXPECT_EQ(page.value("redis_db_keys_expiring{db=\"db0\"}"), "2");
  EXPECT_EQ(page.value("redis_db_avg_ttl_seconds{db=\"db0\"}"), "149999.79");
  EXPECT_EQ(page.value("redis_db_keys_with_expiring_items{db=\"db0\"}"), "1");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db1\"}"), "0");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db3\"}"), "2");
  EXPECT_EQ(page.count("redis_db_keys{"), 16u);
  EXPECT_EQ(page.count("redis_db_keys_expiring{"), 16u);
  EXPECT_EQ(page.count("redis_db_avg_ttl_seconds{"), 2u);  // of an empty database there is none
}

TEST(Keyspace, ReadsColumnsByName) {
  const Page page = keyspace(
      "# Keyspace\r\ndb0:expires=1,keys=9,new=7,avg_ttl=1500\r\n"
      "db1:keys=2,expires=0,avg_ttl=0,keys_with_volatile_items=3\r\n"
      "db2:keys=4,expires=0,avg_ttl=0,cached_keys=2\r\n");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db0\"}"), "9");
  EXPECT_EQ(page.value("redis_db_keys_expiring{db=\"db0\"}"), "1");
  EXPECT_EQ(page.value("redis_db_avg_ttl_seconds{db=\"db0\"}"), "1.5");
  EXPECT_EQ(page.value("redis_db_keys_with_expiring_items{db=\"db1\"}"), "3");
  EXPECT_EQ(page.value("redis_db_keys_cached{db=\"db2\"}"), "2");
  EXPECT_EQ(page.count("redis_db_keys_cached{"), 1u);
}

TEST(Keyspace, AssumesSixteenDatabasesWhereItCannotKnow) {
  constexpr std::string_view kInfo = "# Keyspace\r\ndb20:keys=1,expires=0,avg_ttl=0\r\n";
  constexpr std::string_view kRefused =
      "-NOPERM this user has no permissions to run 'config|get'\r\n";
  for (const std::string_view config : {kRefused, kNoReply}) {
    const Page page = keyspace(kInfo, config);
    EXPECT_TRUE(page.outcomes.at("keyspace").success);  // a good guess is no failure
    EXPECT_EQ(page.count("redis_db_keys{"), 17u);
    EXPECT_EQ(page.value("redis_db_keys{db=\"db20\"}"), "1");
  }
}

TEST(Keyspace, HasOneDatabaseInAClusterUnlessThereAreMore) {
  const Page page = keyspace("# Cluster\r\ncluster_enabled:1\r\n# Keyspace\r\n");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db0\"}"), "0");
  EXPECT_EQ(page.count("redis_db_keys{"), 1u);
  const Page more =
      keyspace("cluster_enabled:1\r\n# Keyspace\r\ndb2:keys=5,expires=0,avg_ttl=0\r\n");
  EXPECT_EQ(more.value("redis_db_keys{db=\"db2\"}"), "5");
  EXPECT_EQ(more.count("redis_db_keys{"), 2u);
}

TEST(Keyspace, LeavesEmptyDatabasesOutWhenToldSo) {
  CollectorOptions options;
  options.include_empty_databases = false;
  const Page page = keyspace("# Keyspace\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n", kNoReply, options);
  EXPECT_EQ(page.count("redis_db_keys{"), 1u);
}

TEST(Keyspace, AsksForTheNumberOfDatabasesOnlyWhereItMatters) {
  const NodeFacts node;
  CollectorOptions options;
  EXPECT_TRUE(asks_for_databases(node, options));
  NodeFacts cluster;
  cluster.cluster_enabled = true;
  EXPECT_FALSE(asks_for_databases(cluster, options));
  options.config_command = false;
  EXPECT_FALSE(asks_for_databases(node, options));
  options.config_command = true;
  options.include_empty_databases = false;
  EXPECT_FALSE(asks_for_databases(node, options));
  EXPECT_EQ(kKeyspaceCollector.applies_to & kSentinel, 0);
}

TEST(Keyspace, ReadsAnOldServer) {
  const Page page = keyspace(
      "# Server\r\nredis_version:2.6.0\r\n# Keyspace\r\n"
      "db0:keys=3,expires=1\r\n");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db0\"}"), "3");
  EXPECT_EQ(page.count("redis_db_avg_ttl_seconds{"), 0u);
}

TEST(Keyspace, IsNotMisledByALyingServer) {
  const Page page = keyspace(
      "# Keyspace\r\ndb1:keys=1\r\ndb1:keys=2\r\ndb0:keys=3\r\n"
      "db-1:keys=4\r\ndbx:keys=5\r\ndb:keys=6\r\ndb1x:keys=7\r\n"
      "db99999999999999999999:keys=8\r\ndb2:keys=many\r\n",
      "*2\r\n$9\r\ndatabases\r\n$10\r\n9999999999\r\n");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db1\"}"), "1");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db2\"}"), "absent");
  EXPECT_LE(page.count("redis_db_keys{"), 10'000u);
}

TEST(Keyspace, LeavesOutDatabasesThatNoServerCanHave) {
  for (const std::string number : {"2147483648", "9223372036854775806", "9223372036854775807"}) {
    SCOPED_TRACE(number);
    const Page page = keyspace("# Keyspace\r\ndb" + number + ":keys=1\r\n# Keysizes\r\ndb" +
                               number + "_distrib_strings_sizes:1=5\r\n");
    EXPECT_EQ(page.count("redis_db_keys{"), 4u);
    EXPECT_EQ(page.value("redis_db_keys{db=\"db3\"}"), "0");
    EXPECT_EQ(page.count("redis_db_keys_of_size{"), 0u);
  }
  const Page page = keyspace("# Keyspace\r\ndb2147483647:keys=1\r\n");
  EXPECT_EQ(page.value("redis_db_keys{db=\"db2147483647\"}"), "1");
  EXPECT_EQ(page.count("redis_db_keys{"), 5u);
}

TEST(Keyspace, BoundsTheNumberOfDatabasesThatTheServerTells) {
  const auto zeros = [](const std::string& number) {
    const std::string size = std::to_string(number.size());
    return keyspace("# Keyspace\r\n",
                    "*2\r\n$9\r\ndatabases\r\n$" + size + "\r\n" + number + "\r\n")
        .count("redis_db_keys{");
  };
  EXPECT_EQ(zeros("9223372036854775807"), 10'000u);
  EXPECT_EQ(zeros("-9223372036854775808"), 0u);
  EXPECT_EQ(zeros("99999999999999999999"), 16u);
  EXPECT_EQ(zeros("nan"), 16u);
}

TEST(Keyspace, CountsKeysFromASizeUp) {
  const Page page = keyspace(
      "# Keysizes\r\ndb0_distrib_strings_sizes:0=9,1=5,8=2,16=1,2K=4,1M=3,"
      "1G=1\r\ndb1_distrib_zsets_items:256=2\r\n");
  const auto strings = [&page](const std::string& size) {
    return page.value("redis_db_keys_of_size{db=\"db0\",type=\"strings\",at_least=\"" + size +
                      "\"}");
  };
  EXPECT_EQ(strings("1"), "16");
  EXPECT_EQ(strings("16"), "9");
  EXPECT_EQ(strings("256"), "8");
  EXPECT_EQ(strings("4096"), "4");
  EXPECT_EQ(strings("65536"), "4");
  EXPECT_EQ(strings("1048576"), "4");
  EXPECT_EQ(strings("16777216"), "1");
  EXPECT_EQ(page.value("redis_db_keys_of_size{db=\"db1\",type=\"zsets\",at_least=\"256\"}"), "2");
  EXPECT_EQ(page.count("redis_db_keys_of_size{"), 14u);
}

}  // namespace
}  // namespace fleet::test
