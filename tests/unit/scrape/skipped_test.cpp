// SPDX-License-Identifier: Apache-2.0
#include "scrape/skipped.h"

#include <gtest/gtest.h>

#include "collectors/registry.h"

namespace fleet {
namespace {

class SkippedCommands : public testing::Test {
 protected:
  SkippedCommands() { facts_.version = 0x07000f; }

  // Why the command of a collector was not sent; "sent" when it was.
  std::string why(std::string_view collector, std::string_view command) const {
    const PlanOptions with{on_, options_, names_};
    const Plan plan = make_plan(with, facts_, refusals_, {}, kept_);
    for (const Skipped& one : skipped_commands(with, plan, facts_, refusals_, {}, target_))
      if (one.collector == collector && one.command == command) return one.why;
    return "sent";
  }

  std::vector<const Collector*> on_{all_collectors().begin(), all_collectors().end()};
  NodeFacts facts_;
  CollectorOptions options_;
  Refusals refusals_;
  KeptReplies kept_;
  CommandNames names_;
  Target target_;
};

TEST_F(SkippedCommands, AreNotThoseThatAreSent) {
  EXPECT_EQ(why("slowlog", "SLOWLOG LEN"), "sent");
  EXPECT_EQ(why("server", ""), "sent");
}

TEST_F(SkippedCommands, OfACollectorThatIsOffOrForOtherNodes) {
  std::erase(on_, &kSlowlogCollector);
  std::erase(on_, &kServerCollector);
  EXPECT_EQ(why("slowlog", "SLOWLOG GET 1"), "collector switched off");
  EXPECT_EQ(why("server", ""), "collector switched off");
  EXPECT_EQ(why("sentinel", ""), "only for Sentinels");
  facts_.kind = kSentinel;
  EXPECT_EQ(why("latency", "LATENCY LATEST"), "not for a Sentinel");
  EXPECT_EQ(why("slowlog", "SLOWLOG GET 1"), "collector switched off");
}

TEST_F(SkippedCommands, ForAServerThatIsTooOld) {
  facts_.version = 0x060206;
  EXPECT_EQ(why("latency_histogram", "LATENCY HISTOGRAM"), "since 7.0, and the server is 6.2.6");
  EXPECT_EQ(why("commandlog", "COMMANDLOG LEN slow"),
            "since Valkey 8.1, and the server is no Valkey");
  facts_.valkey_version = 0x080002;
  EXPECT_EQ(why("commandlog", "COMMANDLOG LEN slow"), "since Valkey 8.1, and the server is 8.0.2");
}

TEST_F(SkippedCommands, ThatOptionsOrTheKindOfServerDoNotWant) {
  EXPECT_EQ(why("config", "CONFIG GET *"), "only with --include-config-metrics");
  EXPECT_EQ(why("modules", "INFO modules"), "only with --include-modules-metrics");
  EXPECT_EQ(why("persistence", "CONFIG GET dir"),
            "only with --include-rdb-file-size-metric, and of nodes that are configured");
  EXPECT_EQ(why("cluster", "CLUSTER INFO"), "only for a node of a Cluster");
  facts_.cluster_enabled = true;
  EXPECT_EQ(why("keyspace", "CONFIG GET databases"), "not for a node of a Cluster");
  facts_.cluster_enabled = false;
  options_.include_empty_databases = false;
  EXPECT_EQ(why("keyspace", "CONFIG GET databases"),
            "only with --include-metrics-for-empty-databases");
  facts_.clients = 1001;
  EXPECT_EQ(
      why("client_list", "CLIENT LIST"),
      "the last INFO told of more than 1000 connections (--client-list-limit), or of no number");
  options_.config_command = false;
  EXPECT_EQ(why("security", "CONFIG GET protected-mode"),
            "CONFIG is never sent (--config-command=- or rename_commands)");
}

TEST_F(SkippedCommands, ForATile38OrForOthers) {
  EXPECT_EQ(why("tile38", "SERVER EXT"), "only for a Tile38");
  EXPECT_EQ(why("config", "CONFIG GET *"), "only with --include-config-metrics");
  facts_.tile38 = true;
  EXPECT_EQ(why("tile38", "SERVER EXT"), "sent");
  EXPECT_EQ(why("slowlog", "SLOWLOG LEN"), "a Tile38 is asked INFO and SERVER EXT only");
}

TEST_F(SkippedCommands, ThatTheServerRefusedEarlier) {
  target_.password = Secret("hunter2");
  refusals_.note("SLOWLOG LEN", "NOPERM\thunter2 may not",
                 Refusals::Time() - std::chrono::minutes(5));
  EXPECT_EQ(why("slowlog", "SLOWLOG LEN"),
            "refused by the server: \"NOPERM\\t*** may not\"; not sent for another 55m; "
            "--print-acl shows "
            "the rights that the exporter needs");
}

TEST_F(SkippedCommands, ThatAreNeverSentOrWereAnsweredBefore) {
  names_.emplace("SLOWLOG", "");
  EXPECT_EQ(why("slowlog", "SLOWLOG LEN"), "never sent, by rename_commands or --config-command");
  kept_.keep("ACL GETUSER default", Reply::not_applicable());
  EXPECT_EQ(why("security", "ACL GETUSER default"),
            "the answer is kept from earlier on this connection");
}

}  // namespace
}  // namespace fleet
