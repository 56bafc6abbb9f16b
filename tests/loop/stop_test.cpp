// SPDX-License-Identifier: Apache-2.0
// The end of the program while work is in progress: it is prompt, and nobody waits for ever.
#include <future>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/exporter.h"
#include "scrape/all_metrics.h"
#include "scrape/fleet.h"

namespace fleet::test {
namespace {

using Report = std::shared_ptr<const NodeReport>;

class Stop : public testing::Test {
 protected:
  Stop() : self_({"0", "0", "0"}) {
    declare_metrics(all_collectors(), catalogue_);
    declare_tables(catalogue_);
    options_.connection_timeout = std::chrono::seconds(3);
    for (const char* name : {"server", "slowlog", "security"})
      options_.collectors.push_back({name, true});
    answer_all(redis_);
  }

  // Starts a scrape, stops the fleet after `delay`, and returns what the request was told.
  Report stop_while_scraping(Fleet& fleet, milliseconds delay) {
    Report report;
    const auto task = [&]() -> asio::awaitable<void> {
      const auto start = Clock::now();
      Node* node = fleet.members().front()->node.get();
      const auto run = node->start(start + std::chrono::seconds(5), loop_.get_executor());
      co_await sleep_until(start + delay);
      co_await fleet.stop();
      report = co_await Node::finished(run);
      took_ = Clock::now() - start;
    };
    run_in(loop_, task());
    return report;
  }

  asio::io_context loop_{1};
  Catalogue catalogue_;
  SelfMetrics self_;
  Options options_;
  FakeRedis redis_;
  Clock::duration took_{};
};

TEST_F(Stop, EndsAScrapeOfAServerThatHangs) {
  redis_.hangs();
  options_.redis_addr = Exporter::at(redis_);
  Fleet fleet(loop_.get_executor(), options_, catalogue_, self_);
  EXPECT_FALSE(stop_while_scraping(fleet, milliseconds(100)));
  EXPECT_LT(took_, milliseconds(2000));
}

TEST_F(Stop, EndsAScrapeOverAKeptConnection) {
  options_.redis_addr = Exporter::at(redis_);
  Fleet fleet(loop_.get_executor(), options_, catalogue_, self_);
  const auto once = [&]() -> asio::awaitable<void> {
    const auto run = fleet.members().front()->node->start(Clock::now() + std::chrono::seconds(5),
                                                          loop_.get_executor());
    const Report report = co_await Node::finished(run);
    EXPECT_TRUE(report && report->up);
  };
  run_in(loop_, once());
  redis_.hangs();
  EXPECT_FALSE(stop_while_scraping(fleet, milliseconds(100)));
  EXPECT_LT(took_, milliseconds(1200));  // before the kept connection is given up
  EXPECT_EQ(redis_.connections(), 1);
}

TEST_F(Stop, EndsAScrapeBeforeItsFirstStep) {
  options_.redis_addr = Exporter::at(redis_);
  Fleet fleet(loop_.get_executor(), options_, catalogue_, self_);
  Report report;
  const auto task = [&]() -> asio::awaitable<void> {
    const auto run = fleet.members().front()->node->start(Clock::now() + std::chrono::seconds(5),
                                                          loop_.get_executor());
    co_await fleet.stop();
    report = co_await Node::finished(run);
  };
  run_in(loop_, task());
  EXPECT_FALSE(report);
}

TEST_F(Stop, EndsAScrapeThatWaitsForAName) {
  options_.redis_addr = Exporter::at(redis_, "hung.test");
  std::promise<void> released;
  const std::shared_future<void> release = released.get_future().share();
  {
    Fleet fleet(loop_.get_executor(), options_, catalogue_, self_, [release](const std::string&) {
      release.wait();
      return Resolver::Answer{{}, "too late"};
    });
    EXPECT_FALSE(stop_while_scraping(fleet, milliseconds(100)));
    EXPECT_LT(took_, milliseconds(2000));
    released.set_value();  // the thread of the lookup ends by itself
  }
}

TEST_F(Stop, EndsTheRefreshingOfNames) {
  options_.redis_addr = Exporter::at(redis_, "localhost");
  Fleet fleet(loop_.get_executor(), options_, catalogue_, self_, [](const std::string&) {
    return Resolver::Answer{{asio::ip::make_address("127.0.0.1")}, ""};
  });
  const Report report = stop_while_scraping(fleet, milliseconds(500));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->up);
  EXPECT_EQ(loop_.poll(), 0u);  // nothing is left to run
  EXPECT_TRUE(loop_.stopped());
}

TEST_F(Stop, EndsTheRetriesOfANodeThatHangs) {
  redis_.hangs();
  options_.redis_addr = Exporter::at(redis_);
  options_.connection_timeout = milliseconds(200);
  Fleet fleet(loop_.get_executor(), options_, catalogue_, self_);
  const auto twice = [&]() -> asio::awaitable<void> {
    for (int i = 0; i < 2; ++i) {
      const auto run = fleet.members().front()->node->start(Clock::now() + std::chrono::seconds(5),
                                                            loop_.get_executor());
      co_await Node::finished(run);
    }
    EXPECT_FALSE(fleet.members().front()->node->idle());  // it retries
  };
  run_in(loop_, twice());
  EXPECT_FALSE(stop_while_scraping(fleet, milliseconds(50)));
  EXPECT_LT(took_, milliseconds(1500));
  EXPECT_TRUE(fleet.members().front()->node->idle());
}

}  // namespace
}  // namespace fleet::test
