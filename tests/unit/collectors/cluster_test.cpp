// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page cluster(std::string_view cluster_info) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15", "# Cluster", "cluster_enabled:1"});
  answers.add("CLUSTER INFO", '$' + std::to_string(cluster_info.size()) + "\r\n" +
                                  std::string(cluster_info) + "\r\n");
  return run_collector(kClusterCollector, answers);
}

TEST(Cluster, TellsStateSlotsAndMessages) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const Answers answers = recorded(server + "/cluster");
    const Page page = run_collector(kClusterCollector, answers);
    EXPECT_TRUE(page.outcomes.at("cluster").success);
    EXPECT_EQ(page.value("redis_cluster_enabled"), "1");
    EXPECT_EQ(page.value("redis_cluster_state"), "1");
    EXPECT_EQ(page.value("redis_cluster_slots_assigned"), "16384");
    EXPECT_EQ(page.value("redis_cluster_size"), "3");
    EXPECT_EQ(page.value("redis_cluster_stats_messages_meet_sent"), "2");
    EXPECT_EQ(page.value("redis_cluster_links_buffer_limit_exceeded_total"), "0");
    // Nothing that the server tells is left out.
    const Info told(answers.reply("CLUSTER INFO").text());
    EXPECT_EQ(page.count("redis_"), told.lines().size() + 1);  // and whether it is a cluster
  }
}

TEST(Cluster, CountsEveryKindOfMessage) {
  std::string text = "cluster_state:fail\r\n";
  const std::string_view kinds[] = {"ping",    "pong",         "meet",     "fail",
                                    "publish", "publishshard", "auth-req", "auth-ack",
                                    "update",  "mfstart",      "module"};
  for (const std::string_view kind : kinds)
    text.append("cluster_stats_messages_").append(kind).append("_sent:5\r\n");
  const Page page = cluster(text);
  EXPECT_EQ(page.value("redis_cluster_state"), "0");
  for (std::string kind : {"ping", "pong", "meet", "fail", "publish", "publishshard", "auth_req",
                           "auth_ack", "update", "mfstart", "module"})
    EXPECT_EQ(page.value("redis_cluster_stats_messages_" + kind + "_sent"), "5") << kind;
}

TEST(Cluster, GuessesNoNames) {
  const Page page = cluster("cluster_state:ok\r\ncluster_new_thing:7\r\n");
  EXPECT_EQ(page.value("redis_cluster_state"), "1");
  EXPECT_EQ(page.count("redis_"), 2);
}

TEST(Cluster, IsNotAskedOutsideACluster) {
  const Page page = run_collector(kClusterCollector, recorded("redis-7.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("cluster").success);
  EXPECT_EQ(page.value("redis_cluster_enabled"), "0");
  EXPECT_EQ(page.count("redis_cluster_state"), 0);
}

TEST(Cluster, EmitsNothingForAServerBeforeClusters) {
  const Page page = run_collector(kClusterCollector, Answers().add_info({"redis_version:2.8.4"}));
  EXPECT_TRUE(page.outcomes.at("cluster").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

TEST(Cluster, FailsWithTheServersWords) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15", "# Cluster", "cluster_enabled:1"});
  answers.add("CLUSTER INFO", "-NOPERM no permission\r\n");
  const Page page = run_collector(kClusterCollector, answers);
  EXPECT_EQ(page.why("cluster"), "CLUSTER INFO: NOPERM no permission");
  EXPECT_EQ(page.value("redis_cluster_enabled"), "1");
}

}  // namespace
}  // namespace fleet::test
