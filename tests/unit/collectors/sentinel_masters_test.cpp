// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr std::string_view kName = "sentinel_masters";
constexpr std::string_view kServer = "# Server\r\nredis_version:7.0.15\r\nredis_mode:sentinel\r\n";

Page masters(const Answers& answers, const CollectorOptions& options = {}) {
  return run_collector(kSentinelMastersCollector, answers, options);
}

// A flat array, as the Sentinel writes an instance: {"name", "a", "flags", "slave"}.
std::string instance(std::initializer_list<std::string_view> fields) {
  std::string bytes = '*' + std::to_string(fields.size()) + "\r\n";
  for (const std::string_view field : fields)
    bytes.append("$" + std::to_string(field.size()) + "\r\n").append(field).append("\r\n");
  return bytes;
}

std::string list(std::initializer_list<std::string> instances) {
  std::string bytes = '*' + std::to_string(instances.size()) + "\r\n";
  for (const std::string& one : instances) bytes += one;
  return bytes;
}

// A Sentinel that watches `a` at 10.0.0.1:6379.
Answers watching_a() {
  Answers answers;
  answers.add_info_text(std::string(kServer) +
                        "# Sentinel\r\nsentinel_masters:1\r\n"
                        "master0:name=a,status=ok,address=10.0.0.1:6379,slaves=2,sentinels=3\r\n");
  answers.add(
      "SENTINEL MASTERS",
      list({instance({"name", "a", "flags", "master,failover_in_progress", "last-ok-ping-reply",
                      "126", "down-after-milliseconds", "5000", "config-epoch", "7", "quorum", "2",
                      "failover-timeout", "180000", "parallel-syncs", "1"})}));
  answers.add("SENTINEL CKQUORUM a", "+OK 3 usable Sentinels.\r\n");
  answers.add("SENTINEL SENTINELS a",
              list({instance({"name", "s1", "ip", "10.0.0.8", "port", "26379", "runid", "x1",
                              "flags", "sentinel"}),
                    instance({"name", "s2", "ip", "10.0.0.9", "port", "26379", "runid", "x2",
                              "flags", "s_down,sentinel,disconnected"})}));
  answers.add("SENTINEL REPLICAS a",
              list({instance({"flags", "slave"}), instance({"flags", "s_down,slave"}),
                    instance({"flags", "slave,master_down"})}));
  return answers;
}

TEST(SentinelMasters, TellsSettingsQuorumAndWhoIsWell) {
  const Page page = masters(watching_a());
  EXPECT_TRUE(page.outcomes.at(std::string(kName)).success);
  const std::string where = "{master_name=\"a\",master_address=\"10.0.0.1:6379\"}";
  EXPECT_EQ(page.value("redis_sentinel_master_setting_ckquorum" + where), "2");
  EXPECT_EQ(page.value("redis_sentinel_master_setting_down_after_milliseconds" + where), "5000");
  EXPECT_EQ(page.value("redis_sentinel_master_setting_failover_timeout" + where), "180000");
  EXPECT_EQ(page.value("redis_sentinel_master_setting_parallel_syncs" + where), "1");
  EXPECT_EQ(page.value("redis_sentinel_master_config_epoch" + where), "7");
  EXPECT_EQ(page.value("redis_sentinel_master_last_ok_ping_reply_seconds" + where), "0.126");
  EXPECT_EQ(page.value("redis_sentinel_master_ok_sentinels" + where), "2");
  EXPECT_EQ(page.value("redis_sentinel_master_ok_slaves" + where), "2");
  EXPECT_EQ(page.value("redis_sentinel_master_ckquorum_status{master_name=\"a\",message=\"OK 3 "
                       "usable Sentinels.\"}"),
            "1");
  EXPECT_EQ(page.value("redis_sentinel_unasked_masters"), "0");
}

TEST(SentinelMasters, HasTwinsThatSurviveAFailover) {
  const Page page = masters(watching_a());
  const std::string name = "{master_name=\"a\"}";
  EXPECT_EQ(page.value("redis_sentinel_quorum" + name), "2");
  EXPECT_EQ(page.value("redis_sentinel_down_after_seconds" + name), "5");
  EXPECT_EQ(page.value("redis_sentinel_failover_timeout_seconds" + name), "180");
  EXPECT_EQ(page.value("redis_sentinel_parallel_syncs" + name), "1");
  EXPECT_EQ(page.value("redis_sentinel_config_epoch" + name), "7");
  EXPECT_EQ(page.value("redis_sentinel_last_ok_ping_reply_age_seconds" + name), "0.126");
  EXPECT_EQ(page.value("redis_sentinel_failover_in_progress" + name), "1");
  EXPECT_EQ(page.value("redis_sentinel_healthy_sentinels" + name), "2");
  EXPECT_EQ(page.value("redis_sentinel_healthy_replicas" + name), "2");
  EXPECT_EQ(page.value("redis_sentinel_quorum_reachable" + name), "1");
}

TEST(SentinelMasters, ReadsRealOnes) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(server);
    const std::string name = "{master_name=\"mymaster\"}";
    const Page well = masters(recorded(server + "/sentinel"));
    EXPECT_TRUE(well.outcomes.at(std::string(kName)).success);
    EXPECT_EQ(well.value("redis_sentinel_quorum_reachable" + name), "1");
    EXPECT_EQ(well.value("redis_sentinel_healthy_sentinels" + name), "2");
    EXPECT_EQ(well.value("redis_sentinel_healthy_replicas" + name), "1");
    EXPECT_EQ(well.value("redis_sentinel_failover_in_progress" + name), "0");
    const Page alone = masters(recorded(server + "/sentinel-alone"));
    EXPECT_EQ(alone.value("redis_sentinel_quorum_reachable" + name), "0");
    EXPECT_EQ(alone.value("redis_sentinel_healthy_sentinels" + name), "1");
    EXPECT_EQ(alone.value("redis_sentinel_healthy_replicas" + name), "0");
  }
}

TEST(SentinelMasters, TakesALostQuorumForAValue) {
  Answers answers = watching_a();
  answers.add("SENTINEL CKQUORUM a", "-NOQUORUM 1 usable Sentinels. Not enough\r\n");
  const Page page = masters(answers);
  EXPECT_TRUE(page.outcomes.at(std::string(kName)).success);
  EXPECT_EQ(page.value("redis_sentinel_quorum_reachable{master_name=\"a\"}"), "0");
  EXPECT_EQ(page.value("redis_sentinel_master_ckquorum_status{master_name=\"a\",message=\"NOQUORUM "
                       "1 usable Sentinels. Not enough\"}"),
            "0");
}

TEST(SentinelMasters, NamesTheOtherSentinelsWhenToldTo) {
  EXPECT_EQ(masters(watching_a()).count("redis_sentinel_peer_info"), 0u);
  CollectorOptions options;
  options.include_sentinel_peer_info = true;
  const Page page = masters(watching_a(), options);
  EXPECT_EQ(page.count("redis_sentinel_peer_info"), 2u);
  EXPECT_EQ(
      page.value("redis_sentinel_peer_info{master_name=\"a\",master_address=\"10.0.0.1:6379\","
                 "name=\"s2\",ip=\"10.0.0.9\",port=\"26379\",runid=\"x2\","
                 "flags=\"s_down,sentinel,disconnected\"}"),
      "1");
}

TEST(SentinelMasters, MakesNothingUpForAbsentFields) {
  Answers answers = watching_a();
  answers.add("SENTINEL MASTERS", list({instance({"name", "a", "quorum", "many"})}));
  answers.add("SENTINEL SENTINELS a", list({instance({"name", "s1"})}));
  answers.add("SENTINEL REPLICAS a", list({}));
  const Page page = masters(answers);
  EXPECT_TRUE(page.outcomes.at(std::string(kName)).success);
  EXPECT_EQ(page.count("redis_sentinel_quorum{"), 0u);
  EXPECT_EQ(page.count("redis_sentinel_failover_in_progress"), 0u);
  EXPECT_EQ(page.value("redis_sentinel_healthy_sentinels{master_name=\"a\"}"), "1");
  EXPECT_EQ(page.value("redis_sentinel_healthy_replicas{master_name=\"a\"}"), "0");
}

TEST(SentinelMasters, AsksAnOldOneForSlaves) {
  Answers answers = watching_a();
  answers.add_info_text(
      "redis_version:4.0.14\r\nredis_mode:sentinel\r\n# Sentinel\r\n"
      "master0:name=a,status=ok,address=h:1,slaves=1,sentinels=1\r\n");
  answers.add("SENTINEL REPLICAS a", "-ERR Unknown sentinel subcommand 'REPLICAS'\r\n");
  answers.add("SENTINEL SLAVES a", list({instance({"flags", "slave"})}));
  const Page page = masters(answers);
  EXPECT_TRUE(page.outcomes.at(std::string(kName)).success);
  EXPECT_EQ(page.value("redis_sentinel_healthy_replicas{master_name=\"a\"}"), "1");
}

TEST(SentinelMasters, AsksNothingOfOneThatIsTooOld) {
  const Page page = masters(
      Answers().add_info_text("redis_version:2.8.3\r\nredis_mode:sentinel\r\n# Sentinel\r\n"
                              "master0:name=a,status=ok,address=h:1,slaves=1,sentinels=1\r\n"));
  EXPECT_TRUE(page.outcomes.at(std::string(kName)).success);
  EXPECT_EQ(page.count("redis_sentinel_"), 1u);  // none is left out
}

TEST(SentinelMasters, FailsWithTheServersWords) {
  Answers answers = watching_a();
  answers.add("SENTINEL SENTINELS a", "-NOPERM no permission\r\n");
  const Page page = masters(answers);
  EXPECT_EQ(page.why(std::string(kName)), "SENTINEL SENTINELS: NOPERM no permission");
  EXPECT_EQ(page.count("redis_sentinel_healthy_sentinels"), 0u);
  EXPECT_EQ(page.value("redis_sentinel_healthy_replicas{master_name=\"a\"}"), "2");
}

TEST(SentinelMasters, FailsWhenAReplyIsMissing) {
  Answers answers = watching_a();
  answers.add_info_text(std::string(kServer) +
                        "# Sentinel\r\n"
                        "master0:name=a,status=ok,address=10.0.0.1:6379,slaves=2,sentinels=3\r\n"
                        "master1:name=b,status=ok,address=10.0.0.2:6379,slaves=2,sentinels=3\r\n");
  const Page page = masters(answers);
  EXPECT_EQ(page.why(std::string(kName)), "SENTINEL CKQUORUM: no reply");
  EXPECT_EQ(page.value("redis_sentinel_quorum_reachable{master_name=\"a\"}"), "1");
}

TEST(SentinelMasters, PassesOverAMasterThatIsGone) {
  Answers answers = watching_a();
  const std::string_view gone = "-ERR No such master with that name\r\n";
  answers.add("SENTINEL MASTERS", "*0\r\n").add("SENTINEL CKQUORUM a", gone);
  answers.add("SENTINEL SENTINELS a", gone).add("SENTINEL REPLICAS a", gone);
  const Page page = masters(answers);
  EXPECT_TRUE(page.outcomes.at(std::string(kName)).success);
  EXPECT_EQ(page.count("redis_sentinel_"), 1u);
}

TEST(SentinelMasters, SaysHowManyItDoesNotAskAbout) {
  std::string info = std::string(kServer) + "# Sentinel\r\n";
  for (std::size_t i = 0; i < NodeFacts::kMostMasters + 3; ++i)
    info += "master" + std::to_string(i) + ":name=m" + std::to_string(i) +
            ",status=ok,address=h:1,slaves=0,sentinels=1\r\n";
  EXPECT_EQ(masters(Answers().add_info_text(info)).value("redis_sentinel_unasked_masters"), "3");
}

}  // namespace
}  // namespace fleet::test
