// SPDX-License-Identifier: Apache-2.0
// Who waits for whom, what is kept and for how long. A lookup shares what it refers to: its thread
// may outlive the resolver, and a test.
#include "net/resolver.h"

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "support/run_coroutine.h"

namespace fleet::test {
namespace {

using std::chrono::milliseconds;

// A DNS server: names that start with "hung" wait for release(), those with "bad" have no address.
class Dns {
 public:
  Resolver::Lookup lookup() const {
    return [state = state_](const std::string& host) {
      ++state->lookups;
      if (host.starts_with("hung")) state->release.wait();
      if (host.starts_with("bad")) return Resolver::Answer{{}, "Name or service not known"};
      return Resolver::Answer{{asio::ip::make_address(state->moved ? "127.0.0.2" : "127.0.0.1")},
                              ""};
    };
  }
  void release() { state_->released.set_value(); }
  void move() { state_->moved = true; }
  int lookups() const { return state_->lookups; }
  // Threads of lookups that have not ended share the state.
  void wait_for_threads() const {
    const auto limit = Clock::now() + kLongestTest;
    while (state_.use_count() > 1 && Clock::now() < limit)
      std::this_thread::sleep_for(milliseconds(1));
    EXPECT_EQ(state_.use_count(), 1);
  }

 private:
  struct State {
    std::atomic<int> lookups = 0;
    std::atomic<bool> moved = false;
    std::promise<void> released;
    const std::shared_future<void> release = released.get_future().share();
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

struct Asked {
  bool in_time = false;
  Resolver::Answer answer;
};

asio::awaitable<void> resolve(Resolver& resolver, std::string host, Resolver::Asker asker,
                              Resolver::Answer& answer) {
  answer = co_await resolver.resolve(std::move(host), asker);
}

Asked ask(asio::io_context& loop, Resolver& resolver, const std::string& host,
          Resolver::Asker asker = Resolver::Asker::fleet,
          Clock::duration patience = std::chrono::seconds(5)) {
  Asked asked;
  const auto task = [&]() -> asio::awaitable<void> {
    asked.in_time = co_await finished_before(Clock::now() + patience,
                                             resolve(resolver, host, asker, asked.answer));
  };
  run_in(loop, task());
  return asked;
}

void wait(asio::io_context& loop, Clock::duration time) {
  run_in(loop, sleep_until(Clock::now() + time));
}

void stop(asio::io_context& loop, Resolver& resolver) { run_in(loop, resolver.stop()); }

TEST(ResolverTest, StrangersWaitForEachOtherAndNobodyWaitsForThem) {
  Dns dns;
  asio::io_context loop(1);
  Resolver resolver(loop.get_executor(), dns.lookup());
  const auto stranger = Resolver::Asker::stranger;
  EXPECT_FALSE(ask(loop, resolver, "hung1.test", stranger, milliseconds(50)).in_time);
  EXPECT_FALSE(resolver.in_line("hung1.test"));
  EXPECT_FALSE(ask(loop, resolver, "other.test", stranger, milliseconds(50)).in_time);
  EXPECT_TRUE(resolver.in_line("other.test"));
  EXPECT_EQ(dns.lookups(), 1);
  EXPECT_EQ(ask(loop, resolver, "ours.test").answer.addresses.size(), 1u);
  dns.release();
  // Who asked for the other one has gone: it is looked up when somebody asks again.
  EXPECT_TRUE(ask(loop, resolver, "hung1.test", stranger).in_time);
  EXPECT_FALSE(resolver.in_line("other.test"));
  EXPECT_EQ(dns.lookups(), 2);
  EXPECT_TRUE(ask(loop, resolver, "other.test", stranger).in_time);
  EXPECT_EQ(dns.lookups(), 3);
  stop(loop, resolver);
}

// Those in front take longer than anybody waits, in each scrape anew.
TEST(ResolverTest, ANameOfTheFleetThatIsLateIsLookedUpAllTheSame) {
  Dns dns;
  asio::io_context loop(1);
  Resolver resolver(loop.get_executor(), dns.lookup());
  const auto fleet = Resolver::Asker::fleet;
  for (const char* host : {"hung1.test", "hung2.test", "late.test", "later.test"})
    EXPECT_FALSE(ask(loop, resolver, host, fleet, milliseconds(20)).in_time);
  EXPECT_TRUE(resolver.in_line("late.test"));
  EXPECT_EQ(dns.lookups(), 2);
  dns.release();
  wait(loop, milliseconds(200));
  EXPECT_TRUE(resolver.knows("late.test"));
  EXPECT_TRUE(resolver.knows("later.test"));
  EXPECT_EQ(dns.lookups(), 4);
  stop(loop, resolver);
}

TEST(ResolverTest, ANameWithoutAddressIsNotLookedUpAgainByItself) {
  Dns dns;
  asio::io_context loop(1);
  Resolver resolver(loop.get_executor(), dns.lookup(), milliseconds(10));
  EXPECT_EQ(ask(loop, resolver, "bad.test").answer.error, "Name or service not known");
  wait(loop, milliseconds(100));
  EXPECT_EQ(dns.lookups(), 1);
  EXPECT_FALSE(resolver.knows("bad.test"));
  ask(loop, resolver, "bad.test");
  EXPECT_EQ(dns.lookups(), 2);
  stop(loop, resolver);
}

TEST(ResolverTest, ToAskWhatIsKnownKeepsANameFreshAndOthersAreForgotten) {
  Dns dns;
  asio::io_context loop(1);
  Resolver resolver(loop.get_executor(), dns.lookup(), milliseconds(20), milliseconds(200));
  ask(loop, resolver, "kept.test");
  ask(loop, resolver, "unused.test");
  for (int i = 0; i < 25; ++i) {
    wait(loop, milliseconds(20));
    ASSERT_NE(resolver.known("kept.test"), nullptr);
  }
  EXPECT_EQ(resolver.known("unused.test"), nullptr);
  dns.move();
  wait(loop, milliseconds(150));
  const Resolver::Answer* answer = resolver.known("kept.test");
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->addresses.front(), asio::ip::make_address("127.0.0.2"));
  stop(loop, resolver);
}

TEST(ResolverTest, AStrangersNameReplacesAnotherStrangersWhenThereAreTooMany) {
  Dns dns;
  asio::io_context loop(1);
  Resolver resolver(loop.get_executor(), dns.lookup());
  ask(loop, resolver, "ours.test");
  const auto task = [&]() -> asio::awaitable<void> {
    for (std::size_t i = 0; i < Resolver::kMaxNames; ++i) {
      std::string host = std::to_string(i) + ".test";
      co_await resolver.resolve(std::move(host), Resolver::Asker::stranger);
    }
  };
  run_in(loop, task());
  EXPECT_TRUE(resolver.knows("ours.test"));
  EXPECT_FALSE(resolver.knows("0.test"));
  EXPECT_TRUE(resolver.knows("1.test"));
  EXPECT_TRUE(resolver.knows(std::to_string(Resolver::kMaxNames - 1) + ".test"));
  stop(loop, resolver);
}

TEST(ResolverTest, TheEndDoesNotWaitForALookup) {
  Dns dns;
  const auto start = Clock::now();
  {
    asio::io_context loop(1);
    Resolver resolver(loop.get_executor(), dns.lookup());
    EXPECT_FALSE(
        ask(loop, resolver, "hung.test", Resolver::Asker::fleet, milliseconds(50)).in_time);
    stop(loop, resolver);
  }
  EXPECT_LT(Clock::now() - start, milliseconds(1000));
  dns.release();  // the answer comes when resolver and loop are gone
  dns.wait_for_threads();
}

}  // namespace
}  // namespace fleet::test
