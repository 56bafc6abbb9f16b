// SPDX-License-Identifier: Apache-2.0
// CLIENT LIST goes out with INFO in one write, so the INFO before it decides whether it does.
#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/exporter.h"

namespace fleet::test {
namespace {

constexpr std::string_view kTruncated =
    "redis_exporter_collector_truncated{collector=\"client_list\"}";

class ClientList : public testing::Test {
 protected:
  static Wiring wiring() {
    Wiring wiring;
    wiring.settings.collectors = {&kServerCollector, &kClientListCollector};
    wiring.settings.collector_options.client_list_limit = 2;
    return wiring;
  }
  void has(int clients) {
    redis_.answers("INFO all", info_reply("7.0.15", std::string(40, 'a'),
                                          "connected_clients:" + std::to_string(clients) + "\r\n"));
  }
  FakeRedis redis_;
  Exporter exporter_{wiring()};
};

TEST_F(ClientList, IsNotSentAfterAnInfoThatTellsOfTooManyConnections) {
  redis_.answers("CLIENT LIST", bulk("id=1 addr=10.0.0.9:1 name=a\n"));
  Node& node = exporter_.add(redis_);
  has(2);
  Scraped scraped = exporter_.scrape(node);
  expect_up(scraped);
  EXPECT_EQ(scraped.value("redis_clients_by_name{name=\"a\"}"), "1");
  EXPECT_EQ(scraped.value(kTruncated), "0");
  has(3);
  exporter_.scrape(node);
  EXPECT_EQ(redis_.received("CLIENT LIST"), 2) << "this INFO came with the list";
  scraped = exporter_.scrape(node);
  expect_up(scraped);
  EXPECT_EQ(redis_.received("CLIENT LIST"), 2);
  EXPECT_EQ(scraped.value("redis_clients_by_name{name=\"a\"}"), "absent");
  EXPECT_EQ(scraped.value(kTruncated), "1");
  EXPECT_EQ(scraped.success("client_list"), "1");
  EXPECT_EQ(scraped.value("redis_exporter_collector_truncated{collector=\"server\"}"), "absent");
  EXPECT_EQ(redis_.connections(), 1);
}

TEST_F(ClientList, IsNotSentOverANewConnectionToACrowdedServer) {
  has(3);
  const Scraped scraped = exporter_.scrape(exporter_.add(redis_));
  expect_up(scraped);
  EXPECT_EQ(redis_.received("CLIENT LIST"), 0);
  EXPECT_EQ(scraped.value(kTruncated), "1");
}

}  // namespace
}  // namespace fleet::test
