// SPDX-License-Identifier: Apache-2.0
// Targets that a URL names: which node answers for them, and whose password they get.
#include "scrape/fleet.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/exporter.h"
#include "scrape/all_metrics.h"
#include "scrape/group_settings.h"

namespace fleet::test {
namespace {

constexpr const char* kOwnAuth = "AUTH monitor sesame";

class Targets : public testing::Test {
 protected:
  Targets() : self_({"0", "0", "0"}) {
    declare_metrics(all_collectors(), catalogue_);
    declare_tables(catalogue_);
    options_.collectors.push_back({"server", true});
    options_.redis_addr.reset();
    options_.redis_user = "monitor";
    options_.redis_password = Secret("sesame");
    for (const char* words : {kOwnAuth, "AUTH other sesame"}) redis_.answers(words, "+OK\r\n");
  }

  void allow(std::string_view list) {
    std::vector<std::string> problems;
    options_.allowed_targets = AllowList::parse(list, problems);
    EXPECT_TRUE(problems.empty());
  }
  // What the pattern matches is sent this password, and no user.
  void lend(std::string_view pattern, const std::string& password) {
    AllowedAccess access;
    access.has_credentials = true;
    access.password = Secret(password);
    EXPECT_EQ(options_.allowed_targets.add(pattern, std::move(access)), "");
    redis_.answers("AUTH " + password, "+OK\r\n");
  }
  // As a file of --redis.password-file would, but for the list of allowed targets.
  void lend_by_file(const std::string& uri, const std::string& password) {
    FileAccess files;
    files.read = [&](const std::string&, std::size_t, std::string& text) {
      text = "{\"" + uri + "\": \"" + password + "\"}";
      return std::string();
    };
    std::vector<std::string> problems;
    options_.passwords = PasswordFile::read(files, "passwords.json", problems);
    EXPECT_TRUE(problems.empty());
    redis_.answers("AUTH monitor " + password, "+OK\r\n");
  }
  int received_auth() const {
    int count = 0;
    for (const std::string& command : redis_.commands()) count += command.starts_with("AUTH");
    return count;
  }
  std::string named(const std::string& host) const {
    return "redis://" + host + ":" + std::to_string(redis_.port());
  }
  std::string url(const std::string& user = "") const {
    return "redis://" + user + "127.0.0.1:" + std::to_string(redis_.port());
  }

  // Asks for each target in turn and scrapes it; the nodes that answered, null where none may.
  std::vector<Node*> visit(const std::vector<std::string>& targets) {
    fleet_ = std::make_unique<Fleet>(loop_.get_executor(), options_, catalogue_, self_, lookup_,
                                     FleetTimes{.forget_visited = forget_});
    std::vector<Node*> nodes;
    const auto task = [&]() -> asio::awaitable<void> {
      for (const std::string& target : targets) {
        co_await sleep_until(Clock::now() + pause_);
        const auto start = Clock::now();
        const FoundTarget found = co_await fleet_->find(target, "", start + patience_);
        took_ = Clock::now() - start;
        nodes.push_back(found.node);
        status_ = found.status;
        problem_ = found.problem;
        unresolved_ = found.unresolved;
        if (found.node == nullptr) continue;
        const auto deadline = Clock::now() + std::chrono::seconds(5);
        const auto run = found.node->start(deadline, loop_.get_executor());
        const auto report = co_await Node::finished(run);
        message_ = report->failure.message;
        EXPECT_EQ(report->failure.reason, reason_);
      }
      co_await fleet_->stop();
    };
    run_in(loop_, task());
    return nodes;
  }

  asio::io_context loop_{1};
  Catalogue catalogue_;
  SelfMetrics self_;
  Options options_;
  FakeRedis redis_;
  Resolver::Lookup lookup_ = [](const std::string&) {
    return Resolver::Answer{{asio::ip::make_address("127.0.0.1")}, ""};
  };
  Clock::duration pause_{};  // before each target
  Clock::duration patience_ = std::chrono::seconds(5);
  Clock::duration forget_ = FleetTimes{}.forget_visited;
  std::unique_ptr<Fleet> fleet_;
  unsigned status_ = 0;
  std::string problem_;
  bool unresolved_ = false;
  Reason reason_ = Reason::none;  // of the scrapes that are made
  std::string message_;           // of the last one
  Clock::duration took_{};        // to find the last target
};

TEST_F(Targets, AListedNetworkGetsTheConfiguredPassword) {
  allow("127.0.0.0/8");
  visit({url()});
  EXPECT_EQ(redis_.received(kOwnAuth), 1);
}

TEST_F(Targets, AStarDoesNotGetTheConfiguredPassword) {
  allow("*");
  visit({url(), "redis://name.test:" + std::to_string(redis_.port())});
  EXPECT_EQ(redis_.received("INFO all"), 2);
  EXPECT_EQ(redis_.received(kOwnAuth), 0);
}

TEST_F(Targets, APasswordInAUrlIsNotUsedAndAUserIs) {
  allow("127.0.0.0/8");
  visit({url("other:stolen@")});
  EXPECT_EQ(redis_.received("AUTH other sesame"), 1);
}

TEST_F(Targets, AnEntrysPasswordGoesToWhatItMatchesAndTheFlagsDoesNot) {
  allow("*, 127.0.0.0/16");
  lend("127.0.0.1/32", "entry");
  visit({url()});
  EXPECT_EQ(redis_.received("AUTH entry"), 1);
  EXPECT_EQ(received_auth(), 1);
}

TEST_F(Targets, AnEntrysPasswordGoesWithTheUserThatAUrlNames) {
  lend("127.0.0.0/8", "entry");
  redis_.answers("AUTH other entry", "+OK\r\n");
  visit({url("other:stolen@")});
  EXPECT_EQ(redis_.received("AUTH other entry"), 1);
  EXPECT_EQ(received_auth(), 1);
}

TEST_F(Targets, AnEntrysPasswordDoesNotGoToWhatItDoesNotMatch) {
  allow("*");
  lend("10.0.0.0/8", "entry");
  lend("127.0.0.0/8:1", "entry");
  lend("other.test", "entry");
  visit({url(), named("name.test")});
  EXPECT_EQ(redis_.received("INFO all"), 2);
  EXPECT_EQ(received_auth(), 0);
}

TEST_F(Targets, AnEntrysPasswordDoesNotGoToANameThatAlsoResolvesOutside) {
  allow("*");
  lend("127.0.0.1/32", "entry");
  lookup_ = [](const std::string& host) {
    Resolver::Answer answer{{asio::ip::make_address("127.0.0.1")}, ""};
    if (host == "both.test") answer.addresses.push_back(asio::ip::make_address("127.0.0.2"));
    return answer;
  };
  visit({named("both.test")});
  EXPECT_EQ(received_auth(), 0);
  visit({named("one.test")});
  EXPECT_EQ(redis_.received("AUTH entry"), 1);
}

TEST_F(Targets, TheFilesPasswordIsStrongerThanTheFlagsAndGoesWhereAStarLetsIn) {
  lend_by_file(named("name.test"), "of-file");
  for (const char* list : {"*", "127.0.0.0/8"}) {
    SCOPED_TRACE(list);
    allow(list);
    const int before = redis_.received("AUTH monitor of-file");
    visit({named("name.test"), url()});
    EXPECT_EQ(redis_.received("AUTH monitor of-file"), before + 1);
  }
  EXPECT_EQ(redis_.received(kOwnAuth), 1);  // of the address, which the file does not have
}

TEST_F(Targets, TheFilesPasswordDoesNotGoToAddressesOfMetadataServices) {
  allow("169.254.0.0/16");
  lend_by_file(named("name.test"), "of-file");
  EXPECT_EQ(options_.allowed_targets.add("name.test", {}), "");
  lookup_ = [](const std::string&) {
    return Resolver::Answer{{asio::ip::make_address("169.254.169.254")}, ""};
  };
  reason_ = Reason::dns;
  visit({named("name.test")});
  // The list has the network, but the password is lent to a name.
  EXPECT_NE(message_.find("does not list"), std::string::npos) << message_;
}

// A name that points into 127.0.1.0/24 twice, and then out of it.
class MovingTarget : public Targets {
 protected:
  void move() {
    std::atomic<bool> moved = false;
    const auto lookup = [&moved](const std::string&) {
      return Resolver::Answer{{asio::ip::make_address(moved ? "127.0.2.1" : "127.0.1.1")}, ""};
    };
    TaskGroup tasks(loop_.get_executor());
    Resolver resolver(loop_.get_executor(), lookup, milliseconds(20));
    ConnectLimits limits;
    const auto access =
        std::make_shared<NodeAccess>(settings_of(options_), TlsFiles(), resolver, limits);
    const auto make = [&](Target target, Connector::AddressFilter filter, const TlsFiles*) {
      filters_.push_back(filter);
      return std::make_shared<Node>(std::move(target), std::move(filter), access, catalogue_, self_,
                                    tasks);
    };
    VisitedNodes visited(options_, resolver, tasks, make, forget_);
    const auto task = [&]() -> asio::awaitable<void> {
      for (const int pause : {0, 0, 300}) {
        moved = pause != 0;
        co_await sleep_until(Clock::now() + milliseconds(pause));
        Target target = Exporter::at(redis_, "name.test");
        const auto until = Clock::now() + patience_;
        const auto asker = Resolver::Asker::stranger;
        const FoundTarget found = co_await visited.find(std::move(target), asker, until);
        if (found.node != nullptr) asked_.push_back(found.node->target());
      }
      tasks.cancel();
      co_await tasks.join();
      co_await resolver.stop();
    };
    run_in(loop_, task());
    ASSERT_EQ(asked_.size(), 3u);
    EXPECT_EQ(asked_[1], asked_[0]);
    ASSERT_EQ(filters_.size(), 2u);
    // Whatever happens between two requests, what was lent stays in the network.
    EXPECT_TRUE(filters_[0](asio::ip::make_address("127.0.1.9")));
    EXPECT_FALSE(filters_[0](asio::ip::make_address("127.0.2.1")));
    EXPECT_TRUE(filters_[1](asio::ip::make_address("127.0.2.1")));
  }

  std::vector<Target> asked_;                      // by each request
  std::vector<Connector::AddressFilter> filters_;  // of the nodes that were made
};

TEST_F(MovingTarget, LosesTheEntrysPassword) {
  allow("127.0.0.0/8");
  lend("127.0.1.0/24", "entry");
  move();
  EXPECT_EQ(asked_.front().password, Secret("entry"));
  EXPECT_EQ(asked_.back().password, Secret("sesame"));
}

TEST_F(MovingTarget, LosesTheFlagsPasswordWhereOnlyAStarLetsItIn) {
  allow("*, 127.0.1.0/24");
  move();
  EXPECT_EQ(asked_.front().password, Secret("sesame"));
  EXPECT_EQ(asked_.back().password, std::nullopt);
}

TEST_F(Targets, TheConfiguredNodeIsFoundUnderOtherSpellings) {
  options_.redis_addr = Exporter::at(redis_);
  const auto nodes = visit({url(), "127.0.0.1:" + std::to_string(redis_.port())});
  EXPECT_EQ(nodes[0], fleet_->members().front()->node.get());
  EXPECT_EQ(nodes[0], nodes[1]);
  EXPECT_EQ(redis_.connections(), 1);
}

TEST_F(Targets, AreKeptWithTheirConnections) {
  allow("127.0.0.0/8");
  const auto nodes = visit({url(), url(), url("other@")});
  EXPECT_EQ(nodes[0], nodes[1]);
  EXPECT_NE(nodes[0], nodes[2]);
  EXPECT_EQ(redis_.connections(), 2);
}

TEST_F(Targets, ThatAreNotListedAreRefusedWithoutAConnection) {
  allow("10.0.0.0/8");
  EXPECT_EQ(visit({url(), "redis://name.test"}), (std::vector<Node*>{nullptr, nullptr}));
  EXPECT_EQ(status_, 403u);
  EXPECT_NE(problem_.find("--scrape.allowed-targets=name.test:6379"), std::string::npos);
  EXPECT_EQ(redis_.connections(), 0);
}

TEST_F(Targets, ThatAreNotTargetsAreTheClientsMistake) {
  allow("*");
  visit({"http://name.test"});
  EXPECT_EQ(status_, 400u);
}

TEST_F(Targets, AreTheSameHoweverAUrlSpellsThem) {
  allow("*");
  const std::string port = ":" + std::to_string(redis_.port());
  const auto nodes =
      visit({"name.test" + port, "redis://NAME.test" + port + "/0", "valkey://name.test" + port});
  EXPECT_EQ(nodes[0], nodes[1]);
  EXPECT_EQ(nodes[0], nodes[2]);
}

TEST_F(Targets, OfOneServerAreLimitedAndTheOldestGivesWay) {
  allow("127.0.0.0/8");
  std::vector<std::string> targets = {url("first@"), url("second@")};
  for (std::size_t i = 1; i < VisitedNodes::kMostOfServer; ++i)
    targets.push_back(url("user" + std::to_string(i) + "@"));
  // The first has left; the second is then the oldest, and the last one is still there.
  targets.push_back(targets.back());
  targets.push_back(targets.front());
  for (const std::string& target : targets) {
    const std::string user = target.substr(8, target.find('@') - 8);
    redis_.answers("AUTH " + user + " sesame", "+OK\r\n");
  }
  visit(targets);
  EXPECT_EQ(status_, 200u);
  EXPECT_EQ(redis_.received("AUTH first sesame"), 2);
  EXPECT_EQ(redis_.connections(), static_cast<int>(targets.size()) - 1);
}

TEST_F(Targets, ThatNobodyAsksForLoseTheirConnections) {
  allow("127.0.0.0/8");
  forget_ = milliseconds(100);
  pause_ = milliseconds(300);
  visit({url(), url()});
  EXPECT_EQ(redis_.connections(), 2);
}

TEST_F(Targets, WhoseNameDoesNotResolveAreNotCalledForbidden) {
  allow("10.0.0.0/8");
  lookup_ = [](const std::string&) {
    return Resolver::Answer{{}, "Temporary failure in name resolution"};
  };
  EXPECT_EQ(visit({"name.test"}).front(), nullptr);
  EXPECT_EQ(status_, 503u);
  EXPECT_TRUE(unresolved_);
  EXPECT_EQ(problem_,
            "cannot resolve name.test: Temporary failure in name resolution; check the name and "
            "the DNS server");
}

TEST_F(Targets, AreNotWaitedForLongerThanTheRequestHas) {
  allow("*");
  std::promise<void> released;
  lookup_ = [release = released.get_future().share()](const std::string&) {
    release.wait();
    return Resolver::Answer{};
  };
  patience_ = milliseconds(100);
  visit({"hung.test"});
  EXPECT_EQ(status_, 503u);
  EXPECT_EQ(problem_.find("cannot resolve hung.test: no answer in time;"), 0u) << problem_;
  EXPECT_LT(took_, milliseconds(1000));
  visit({"hung.test", "other.test"});
  EXPECT_EQ(status_, 503u);
  EXPECT_EQ(problem_, Resolver::kBusy);
  released.set_value();
}

}  // namespace
}  // namespace fleet::test
