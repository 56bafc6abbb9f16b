// SPDX-License-Identifier: Apache-2.0
// Requests at the same time: equal ones share a scrape, none waits longer than it may.
#include <list>

#include <gtest/gtest.h>

#include "loop/exporter.h"

namespace fleet::test {
namespace {

using Report = std::shared_ptr<const NodeReport>;

TEST(Sharing, TwoRequestsAtOnceCostTheServerOneScrape) {
  FakeRedis redis;
  answer_all(redis);
  redis.takes(milliseconds(200), "SLOWLOG LEN");
  Exporter exporter;
  Node& node = exporter.add(redis);
  Report first, second;
  const auto both = [&]() -> asio::awaitable<void> {
    const auto deadline = Clock::now() + std::chrono::seconds(5);
    const auto one = node.start(deadline, exporter.executor());
    co_await sleep_until(Clock::now() + milliseconds(50));
    const auto other = node.start(deadline + milliseconds(50), exporter.executor());
    first = co_await Node::finished(one);
    second = co_await Node::finished(other);
  };
  exporter.run(both());
  ASSERT_TRUE(first);
  EXPECT_EQ(first, second);
  EXPECT_TRUE(first->up);
  EXPECT_EQ(redis.received("INFO all"), 1);
  // The one that comes after it has a scrape of its own.
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.received("INFO all"), 2);
}

TEST(Sharing, WhoWantsAnExplanationSharesOnlyWhatIsExplained) {
  FakeRedis redis;
  answer_all(redis);
  redis.takes(milliseconds(100), "SLOWLOG LEN");
  Exporter exporter;
  Node& node = exporter.add(redis);
  const auto all = [&]() -> asio::awaitable<void> {
    const auto deadline = Clock::now() + std::chrono::seconds(5);
    const auto plain = node.start(deadline, exporter.executor());
    const auto explained = node.start(deadline, exporter.executor(), true);
    const auto another = node.start(deadline + milliseconds(50), exporter.executor(), true);
    EXPECT_NE(plain, explained);
    EXPECT_EQ(explained, another);
    co_await Node::finished(plain);
    EXPECT_FALSE(plain->explanation);
    co_await Node::finished(explained);
    EXPECT_TRUE(explained->explanation);
  };
  exporter.run(all());
  EXPECT_EQ(redis.received("INFO all"), 2);
}

TEST(Sharing, AnEarlierDeadlineDoesNotWaitForALaterOne) {
  FakeRedis redis;
  redis.hangs();
  Exporter exporter;
  Node& node = exporter.add(redis);
  Clock::duration hurried{}, patient{};
  const auto both = [&]() -> asio::awaitable<void> {
    const auto start = Clock::now();
    const auto one = node.start(start + std::chrono::seconds(5), exporter.executor());
    const auto other = node.start(start + milliseconds(300), exporter.executor());
    co_await Node::finished(other);
    hurried = Clock::now() - start;
    co_await Node::finished(one);
    patient = Clock::now() - start;
  };
  exporter.run(both());
  EXPECT_LT(hurried, milliseconds(900));
  EXPECT_GE(patient, milliseconds(1000));
  EXPECT_EQ(redis.connections(), 2);
}

TEST(Budget, ANodeThatHangsTwiceGetsLessUntilItAnswers) {
  FakeRedis redis;
  answer_all(redis);
  redis.hangs();
  Exporter exporter;
  Node& node = exporter.add(redis);
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_down(scraped, Reason::timeout, "");
    EXPECT_GE(scraped.took, milliseconds(1000));
  }
  const Scraped third = exporter.scrape(node);
  expect_down(third, Reason::timeout, "");
  EXPECT_GE(third.took, Node::kShortBudget);
  EXPECT_LT(third.took, milliseconds(950));

  redis.works_again();
  expect_up(exporter.scrape(node));
  redis.hangs();
  EXPECT_GE(exporter.scrape(node).took, milliseconds(1000));
}

TEST(Budget, ANodeThatAnswersInfoKeepsAllOfItHoweverSlowTheRestIs) {
  FakeRedis redis;
  answer_all(redis);
  redis.stalls_in("CONFIG GET protected-mode", 10);
  Exporter exporter;
  Node& node = exporter.add(redis);
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped, false);
    EXPECT_GE(scraped.took, milliseconds(1000));
  }
}

TEST(Budget, ANodeThatIsSlowIsTriedWithAllOfItBetweenScrapes) {
  FakeRedis redis;
  answer_all(redis);
  redis.hangs();
  Wiring wiring;
  wiring.settings.retry_every = milliseconds(300);
  wiring.settings.max_connection_age = milliseconds(0);  // a kept one has half the budget to answer
  Exporter exporter(wiring);
  Node& node = exporter.add(redis);
  exporter.scrape(node);
  exporter.scrape(node);
  // Slower than the short budget, within the whole one.
  redis.works_again().takes(milliseconds(700), "INFO all");
  exporter.wait(milliseconds(1700));
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped);
  EXPECT_GE(scraped.took, milliseconds(700));
}

TEST(ConnectLimit, RequestsBeyondItWaitForTheirTurn) {
  FakeRedis slow, quick;
  answer_all(slow);
  answer_all(quick);
  slow.takes(milliseconds(300), "INFO all");
  Wiring wiring;
  wiring.connects = 1;
  Exporter exporter(wiring);
  Node& first = exporter.add(slow);
  Node& second = exporter.add(quick);
  Report one, other;
  const auto both = [&]() -> asio::awaitable<void> {
    const auto deadline = Clock::now() + std::chrono::seconds(5);
    const auto first_run = first.start(deadline, exporter.executor());
    const auto second_run = second.start(deadline, exporter.executor());
    other = co_await Node::finished(second_run);
    one = first_run->report;
  };
  exporter.run(both());
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->up);
  EXPECT_TRUE(one);  // the turn came when the first was done
}

TEST(ConnectLimit, WithoutATurnTheScrapeIsLimit) {
  FakeRedis hung, well;
  answer_all(well);
  hung.hangs();
  Wiring wiring;
  wiring.connects = 1;
  Exporter exporter(wiring);
  Node& first = exporter.add(hung);
  Node& second = exporter.add(well);
  Scraped scraped;
  const auto both = [&]() -> asio::awaitable<void> {
    const auto start = Clock::now();
    const auto holder = first.start(start + std::chrono::seconds(5), exporter.executor());
    const auto waiter = second.start(start + milliseconds(300), exporter.executor());
    scraped.report = co_await Node::finished(waiter);
    scraped.took = Clock::now() - start;
    co_await Node::finished(holder);
  };
  exporter.run(both());
  expect_down(scraped, Reason::limit, "too many connects in progress");
  EXPECT_LT(scraped.took, milliseconds(900));
  EXPECT_EQ(well.connections(), 0);
  expect_up(exporter.scrape(second));  // the place was given back
}

TEST(ConnectLimit, CountsTheReplacementOfAKeptConnection) {
  FakeRedis hung, well;
  answer_all(well);
  Wiring wiring;
  wiring.connects = 1;
  Exporter exporter(wiring);
  Node& first = exporter.add(hung);
  Node& second = exporter.add(well);
  expect_up(exporter.scrape(second));
  hung.hangs();
  well.closes_open_connections();
  Scraped scraped;
  const auto both = [&]() -> asio::awaitable<void> {
    const auto start = Clock::now();
    const auto holder = first.start(start + std::chrono::seconds(5), exporter.executor());
    const auto waiter = second.start(start + milliseconds(300), exporter.executor());
    scraped.report = co_await Node::finished(waiter);
    co_await Node::finished(holder);
  };
  exporter.run(both());
  expect_down(scraped, Reason::limit, "too many connects in progress");
  EXPECT_EQ(well.connections(), 1);
}

// A machine that hangs, with so many ports.
void start_hung(Exporter& exporter, const FakeRedis& hung, std::size_t ports) {
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  for (std::size_t i = 0; i < ports; ++i) exporter.add(hung).start(deadline, exporter.executor());
  exporter.wait(milliseconds(100));
}

TEST(ConnectLimit, AHostWithManyHungPortsDoesNotDelayAnother) {
  FakeRedis hung, well(FakeRedis::Place{.address = "127.0.0.2"});
  answer_all(well);
  hung.hangs();
  Exporter exporter;
  start_hung(exporter, hung, ConnectLimits::kConnects + ConnectLimits::kConnectsToHost);
  EXPECT_EQ(hung.connections(), static_cast<int>(ConnectLimits::kConnectsToHost));
  const Scraped scraped = exporter.scrape(exporter.add(Exporter::at(well, "127.0.0.2")));
  expect_up(scraped);
  EXPECT_LT(scraped.took, milliseconds(500));
}

TEST(ConnectLimit, OfAHostHoldsUnderAllItsNames) {
  FakeRedis hung, well;
  answer_all(well);
  Wiring wiring;
  wiring.lookup = [](const std::string&) {
    return Resolver::Answer{{asio::ip::make_address("127.0.0.1")}, ""};
  };
  Exporter exporter(wiring);
  Node& named = exporter.add(Exporter::at(well, "name.test"));
  expect_up(exporter.scrape(named));
  well.closes_open_connections();
  hung.hangs();
  start_hung(exporter, hung, ConnectLimits::kConnectsToHost);
  expect_down(exporter.scrape(named, milliseconds(300)), Reason::limit,
              "too many connects in progress");
  exporter.wait(milliseconds(1200));  // the others have given up
  expect_up(exporter.scrape(named));
}

TEST(ConnectLimit, ManyWaitersAreServedInTurn) {
  FakeRedis redis;
  answer_all(redis);
  redis.takes(milliseconds(20), "INFO all");
  Wiring wiring;
  wiring.connects = 2;
  Exporter exporter(wiring);
  std::vector<Node*> nodes;
  for (int i = 0; i < 12; ++i) nodes.push_back(&exporter.add(redis));
  int up = 0;
  const auto all = [&]() -> asio::awaitable<void> {
    const auto deadline = Clock::now() + std::chrono::seconds(5);
    std::vector<std::shared_ptr<Node::Run>> runs;
    for (Node* node : nodes) runs.push_back(node->start(deadline, exporter.executor()));
    for (const auto& run : runs) {
      const Report report = co_await Node::finished(run);
      up += report && report->up ? 1 : 0;
    }
  };
  exporter.run(all());
  EXPECT_EQ(up, 12);
  EXPECT_EQ(redis.connections(), 12);
}

}  // namespace
}  // namespace fleet::test
