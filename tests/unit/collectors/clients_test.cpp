// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

Page clients(std::string_view info) { return page_of(kClientsCollector, info); }
Page clients(const Answers& answers) { return run_collector(kClientsCollector, answers); }

TEST(Clients, CountsThemByWhatTheyDo) {
  const Page page = clients(recorded("redis-8.0/standalone"));
  EXPECT_TRUE(page.outcomes.at("clients").success);
  EXPECT_EQ(page.value("redis_connected_clients"), "6");
  EXPECT_EQ(page.value("redis_max_clients"), "10000");
  EXPECT_EQ(page.value("redis_blocked_clients"), "1");
  EXPECT_EQ(page.value("redis_tracking_clients"), "1");
  EXPECT_EQ(page.value("redis_total_watched_keys"), "1");
  EXPECT_EQ(page.count("redis_clients_paused{"), 0u);
}

TEST(Clients, TellsAPauseByWhatItHoldsBack) {
  const Page page = clients(
      "# Clients\r\npaused_reason:client_pause\r\npaused_actions:write\r\n"
      "paused_timeout_milliseconds:8999\r\n");
  EXPECT_EQ(page.value("redis_clients_paused{actions=\"write\"}"), "1");
  EXPECT_EQ(page.value("redis_clients_paused{actions=\"all\"}"), "0");
  EXPECT_EQ(page.value("redis_clients_paused{actions=\"none\"}"), "0");
  EXPECT_EQ(page.value("redis_clients_paused_info{reason=\"client_pause\"}"), "1");
  EXPECT_EQ(page.value("redis_clients_paused_remaining_seconds"), "8.999");
  EXPECT_EQ(
      clients(recorded("valkey-8.1/standalone")).value("redis_clients_paused{actions=\"none\"}"),
      "1");
}

TEST(Clients, MakesNothingUpForAbsentFields) {
  const Page page = clients("# Clients\r\nconnected_clients:1\r\n");
  EXPECT_TRUE(page.outcomes.at("clients").success);
  EXPECT_EQ(page.count("redis_"), 1u);
}

TEST(Clients, ReadsAnOldServer) {
  const Page page = clients(
      "# Server\r\nredis_version:2.8.17\r\n# Clients\r\nconnected_clients:7\r\n"
      "client_longest_output_list:3\r\nclient_biggest_input_buf:99\r\nblocked_clients:0\r\n");
  EXPECT_EQ(page.value("redis_client_longest_output_list"), "3");
  EXPECT_EQ(page.value("redis_client_biggest_input_buf"), "99");
  EXPECT_EQ(page.count("redis_"), 4u);
}

TEST(Clients, LeavesOutWhatIsNoNumber) {
  EXPECT_EQ(clients("connected_clients:many\r\nmaxclients:\r\n").count("redis_"), 0u);
}

}  // namespace
}  // namespace fleet::test
