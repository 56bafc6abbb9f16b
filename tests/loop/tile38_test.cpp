// SPDX-License-Identifier: Apache-2.0
// A Tile38 is told from a Redis by its INFO, and asked nothing that it does not have.
#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/exporter.h"

namespace fleet::test {
namespace {

TEST(Tile38, IsAskedInfoAndItsOwnStatisticsOnly) {
  FakeRedis server;
  server.answers("INFO all", bulk("tile38_version:1.33.0\r\nredis_version:1.33.0\r\n"
                                  "role:master\r\ncluster_enabled:0\r\n"));
  server.answers("SERVER EXT", "*2\r\n+tile38_num_points\r\n+5\r\n");
  Wiring wiring;
  wiring.settings.collectors.assign(all_collectors().begin(), all_collectors().end());
  wiring.settings.set_client_name = false;
  Exporter exporter(wiring);
  Node& node = exporter.add(server);
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped);
    EXPECT_EQ(scraped.value("redis_tile38_num_points_total"), "5");
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "0");
  }
  EXPECT_EQ(server.commands(),
            (std::vector<std::string>{"INFO all", "SERVER EXT", "INFO all", "SERVER EXT"}));
}

}  // namespace
}  // namespace fleet::test
