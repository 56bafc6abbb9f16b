// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page server(std::string_view info) { return page_of(kServerCollector, info); }
Page server(const Answers& answers) { return run_collector(kServerCollector, answers); }

TEST(Server, TellsWhatRunsThere) {
  for (const std::string name : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    SCOPED_TRACE(name);
    const Page page = server(recorded(name + "/standalone"));
    EXPECT_TRUE(page.outcomes.at("server").success);
    EXPECT_GT(std::stod(page.value("redis_uptime_in_seconds")), 0);
    EXPECT_EQ(page.value("redis_hz"), "10");
    EXPECT_EQ(page.value("redis_server_word_size_bytes"), "8");
    EXPECT_GT(std::stod(page.value("redis_start_time_seconds")), 1.7e9);
    EXPECT_EQ(page.count("redis_instance_info{"), 1u);
    EXPECT_EQ(page.count("redis_server_build_info{"), 1u);
    EXPECT_EQ(page.value("redis_instance_role{role=\"master\"}"), "1");
    EXPECT_EQ(page.value("redis_instance_role{role=\"replica\"}"), "0");
    EXPECT_EQ(page.value("redis_instance_role{role=\"sentinel\"}"), "0");
  }
}

TEST(Server, KnowsTheRoleOfReplicasAndSentinels) {
  EXPECT_EQ(server(recorded("redis-8.0/replica")).value("redis_instance_role{role=\"replica\"}"),
            "1");
  EXPECT_EQ(server(recorded("valkey-8.1/sentinel")).value("redis_instance_role{role=\"sentinel\"}"),
            "1");
}

TEST(Server, HasOptionalLabelsOnlyWhereTheFieldIs) {
  const Page redis = server(
      "# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\nos:Linux\r\ntcp_port:6379\r\n"
      "run_id:a\r\nprocess_id:1\r\nrole:master\r\n");
  EXPECT_EQ(
      redis.value("redis_instance_info{role=\"master\",redis_version=\"7.2.4\",redis_build_id=\"\","
                  "redis_mode=\"standalone\",os=\"Linux\",maxmemory_policy=\"\",tcp_port=\"6379\","
                  "run_id=\"a\",process_id=\"1\",master_replid=\"\"}"),
      "1");
  const Page valkey = server(
      "# Server\r\nredis_version:7.2.4\r\nserver_mode:cluster\r\nvalkey_version:9.0.0\r\n"
      "valkey_release_stage:ga\r\navailability_zone:z-1\r\n");
  EXPECT_EQ(
      valkey.value("redis_instance_info{role=\"\",redis_version=\"7.2.4\",redis_build_id=\"\","
                   "redis_mode=\"cluster\",os=\"\",maxmemory_policy=\"\",tcp_port=\"\",run_id=\"\","
                   "process_id=\"\",master_replid=\"\",valkey_version=\"9.0.0\","
                   "valkey_release_stage=\"ga\",availability_zone=\"z-1\"}"),
      "1");
  const Page nowhere = server("valkey_version:9.0.0\r\navailability_zone:\r\n");
  EXPECT_EQ(nowhere.text.find("availability_zone="), std::string::npos) << nowhere.text;
}

TEST(Server, TakesTheStartTimeFromTheServersClock) {
  const Page page = server("server_time_usec:1700000123456789\r\nuptime_in_seconds:23\r\n");
  EXPECT_EQ(page.value("redis_start_time_seconds"), "1700000100");
  EXPECT_EQ(page.value("redis_server_time_seconds"), "1700000123.456789");
}

TEST(Server, MakesNothingUpForAbsentFields) {
  const Page page = server("# Server\r\nredis_version:7.0.0\r\n");
  EXPECT_TRUE(page.outcomes.at("server").success);
  EXPECT_EQ(page.count("redis_"), 4u);  // the info and three roles
  EXPECT_EQ(page.value("redis_start_time_seconds"), "absent");
}

TEST(Server, ReadsAnOldServer) {
  const Page page = server(
      "# Server\r\nredis_version:2.8.17\r\nredis_mode:standalone\r\nuptime_in_seconds:50\r\n"
      "hz:10\r\nlru_clock:12345\r\n# Replication\r\nrole:master\r\n");
  EXPECT_TRUE(page.outcomes.at("server").success);
  EXPECT_EQ(page.value("redis_hz"), "10");
  EXPECT_EQ(page.value("redis_configured_hz"), "absent");
  EXPECT_EQ(page.value("redis_start_time_seconds"),
            "1795179050");  // from our clock: it tells no time
}

TEST(Server, LeavesOutWhatIsNoNumber) {
  const Page page = server("hz:ten\r\nprocess_id:\r\nuptime_in_seconds:1x\r\n");
  EXPECT_EQ(page.value("redis_hz"), "absent");
  EXPECT_EQ(page.value("redis_process_id"), "absent");
  EXPECT_EQ(page.value("redis_uptime_in_seconds"), "absent");
}

TEST(Server, TellsTheCertificatesThatValkeyUses) {
  const Page page = server(recorded("newer/standalone"));
  EXPECT_EQ(page.value("redis_tls_ca_cert_expires_in_seconds"), "-60");
  EXPECT_EQ(page.value("redis_tls_certificate_info{certificate=\"server\",serial=\"01A2B3\"}"),
            "1");
  EXPECT_EQ(page.value("redis_tls_certificate_info{certificate=\"ca\",serial=\"03C4\"}"), "1");
  EXPECT_EQ(page.count("redis_tls_certificate_info{"), 2u);  // the client's is none
}

TEST(Server, TellsTheThreadsOfKeyDb) {
  const Page page = server(recorded("keydb/active-replica"));
  EXPECT_EQ(page.count("redis_server_thread_clients{"), 2u);
  EXPECT_NE(page.value("redis_server_threads_total"), "absent");
  EXPECT_NE(page.value("redis_long_lock_waits_total"), "absent");
}

}  // namespace
}  // namespace fleet::test
