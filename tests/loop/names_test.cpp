// SPDX-License-Identifier: Apache-2.0
// Targets with host names: names without address, DNS servers that hang, names that move. A lookup
// shares what it refers to: its thread may outlive the test.
#include <atomic>
#include <future>
#include <memory>

#include <gtest/gtest.h>

#include "loop/exporter.h"

namespace fleet::test {
namespace {

Resolver::Answer address(const char* text) { return {{asio::ip::make_address(text)}, ""}; }

TEST(Names, ANameThatDoesNotResolveIsDns) {
  Wiring wiring;
  wiring.lookup = [](const std::string&) {
    return Resolver::Answer{{}, "Name or service not known"};
  };
  Exporter exporter(wiring);
  Target target;
  target.host = "nowhere.test";
  const Scraped scraped = exporter.scrape(exporter.add(target));
  expect_down(scraped, Reason::dns, "check the name and the DNS server");
  EXPECT_NE(scraped.report->failure.message.find("nowhere.test: Name or service not known"),
            std::string::npos);
  EXPECT_LT(scraped.took, milliseconds(900));
}

TEST(Names, TheSystemResolvesLocalhostAndRefusesNonsense) {
  EXPECT_FALSE(Resolver::system_lookup("localhost").addresses.empty());
  const Resolver::Answer nothing = Resolver::system_lookup("a..b");
  EXPECT_TRUE(nothing.addresses.empty());
  EXPECT_FALSE(nothing.error.empty());
}

TEST(Names, AResolverThatHangsEndsAsDnsAndStallsNobodyElse) {
  FakeRedis redis;
  answer_all(redis);
  std::promise<void> released;
  const std::shared_future<void> release = released.get_future().share();
  const auto lookups = std::make_shared<std::atomic<int>>(0);
  Wiring wiring;
  wiring.lookup = [lookups, release](const std::string& host) {
    ++*lookups;
    if (host == "hung.test") release.wait();
    return address("127.0.0.1");
  };
  Exporter exporter(wiring);
  Target hung = Exporter::at(redis, "hung.test");
  Node& first = exporter.add(hung);
  Node& second = exporter.add(Exporter::at(redis, "well.test"));
  Scraped stuck, fine;
  const auto both = [&]() -> asio::awaitable<void> {
    const auto start = Clock::now();
    const auto deadline = start + std::chrono::seconds(5);
    const auto one = first.start(deadline, exporter.executor());
    const auto other = second.start(deadline, exporter.executor());
    fine.report = co_await Node::finished(other);
    fine.took = Clock::now() - start;
    stuck.report = co_await Node::finished(one);
    stuck.took = Clock::now() - start;
  };
  exporter.run(both());
  expect_up(fine);
  EXPECT_LT(fine.took, milliseconds(900));
  expect_down(stuck, Reason::dns, "the name hung.test was not resolved in time");
  EXPECT_GE(stuck.took, milliseconds(1000));
  EXPECT_LT(stuck.took, milliseconds(1800));

  // The next scrape waits for the same lookup and does not start a second.
  expect_down(exporter.scrape(first, milliseconds(300)), Reason::dns, "hung.test");
  EXPECT_EQ(*lookups, 2);
  released.set_value();
  expect_up(exporter.scrape(first));
  EXPECT_EQ(*lookups, 2);
}

TEST(Names, ANodeFollowsItsNameToAnotherServerWhileTheOldOneLives) {
  FakeRedis a;
  FakeRedis b({.address = "127.0.0.2", .port = a.port()});
  answer_all(a);
  answer_all(b);
  b.answers("INFO all", info_reply("7.0.15", std::string(40, 'b')));
  const auto moved = std::make_shared<std::atomic<bool>>(false);
  Wiring wiring;
  wiring.lookup = [moved](const std::string&) {
    return address(*moved ? "127.0.0.2" : "127.0.0.1");
  };
  wiring.refresh = milliseconds(100);
  Exporter exporter(wiring);
  Node& node = exporter.add(Exporter::at(a, "name.test"));
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped);
    EXPECT_EQ(scraped.report->node.run_id, std::string(40, 'a'));
  }
  EXPECT_EQ(a.connections(), 1);
  *moved = true;
  exporter.wait(milliseconds(400));
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped);
  EXPECT_EQ(scraped.report->node.run_id, std::string(40, 'b'));
  EXPECT_EQ(a.connections(), 1);
  EXPECT_EQ(b.connections(), 1);
}

TEST(Names, ANameThatMovesToAnAddressThatIsNotAllowedIsNotFollowed) {
  FakeRedis a;
  const FakeRedis b({.address = "127.0.0.2", .port = a.port()});
  answer_all(a);
  const auto moved = std::make_shared<std::atomic<bool>>(false);
  Wiring wiring;
  wiring.lookup = [moved](const std::string&) {
    return address(*moved ? "127.0.0.2" : "127.0.0.1");
  };
  wiring.refresh = milliseconds(100);
  Exporter exporter(wiring);
  Node& node = exporter.add(Exporter::at(a, "name.test"), [](const asio::ip::address& one) {
    return one == asio::ip::make_address("127.0.0.1");
  });
  expect_up(exporter.scrape(node));
  *moved = true;
  exporter.wait(milliseconds(400));
  expect_down(exporter.scrape(node), Reason::dns, "--scrape.allowed-targets does not list");
  EXPECT_EQ(b.connections(), 0);
}

TEST(Names, ADnsServerThatFailsDoesNotMakeAKnownAddressWrong) {
  FakeRedis redis;
  answer_all(redis);
  struct Dns {
    std::atomic<bool> broken = false;
    std::atomic<int> failed = 0;
  };
  const auto dns = std::make_shared<Dns>();
  Wiring wiring;
  wiring.lookup = [dns](const std::string&) {
    if (!dns->broken) return address("127.0.0.1");
    ++dns->failed;
    return Resolver::Answer{{}, "Temporary failure in name resolution"};
  };
  wiring.refresh = milliseconds(50);
  wiring.settings.max_connection_age = milliseconds(0);
  Exporter exporter(wiring);
  Node& node = exporter.add(Exporter::at(redis, "name.test"));
  expect_up(exporter.scrape(node));
  dns->broken = true;
  exporter.wait(milliseconds(300));
  EXPECT_GE(dns->failed, 1);
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 2);
}

TEST(Names, TheNextAddressIsTriedWhenOneRefuses) {
  FakeRedis redis;
  answer_all(redis);
  Wiring wiring;
  wiring.lookup = [](const std::string&) {
    Resolver::Answer both = address("127.0.0.3");  // nobody listens there
    both.addresses.push_back(asio::ip::make_address("127.0.0.1"));
    return both;
  };
  Exporter exporter(wiring);
  Node& node = exporter.add(Exporter::at(redis, "name.test"));
  expect_up(exporter.scrape(node));
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 1);
}

}  // namespace
}  // namespace fleet::test
