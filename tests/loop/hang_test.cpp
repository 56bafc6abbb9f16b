// SPDX-License-Identifier: Apache-2.0
// Servers that are slow, silent or gone: a scrape ends at its budget with what came in time.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include <gtest/gtest.h>

#include "loop/exporter.h"

namespace fleet::test {
namespace {

// The budget of these tests is 1 s; a busy machine may add something to it.
constexpr milliseconds kEnd{1800};

TEST(Hang, AServerThatNeverAnswersIsATimeoutAtTheBudget) {
  FakeRedis redis;
  redis.hangs();
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(redis));
  expect_down(scraped, Reason::timeout, "SLOWLOG GET");
  EXPECT_GE(scraped.took, milliseconds(1000));
  EXPECT_LT(scraped.took, kEnd);
  EXPECT_EQ(redis.connections(), 1);
}

TEST(Hang, TheRequestsDeadlineEndsAScrapeBeforeTheBudgetDoes) {
  FakeRedis redis;
  redis.hangs();
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(redis), milliseconds(300));
  expect_down(scraped, Reason::timeout, "connected, but no answer");
  EXPECT_LT(scraped.took, milliseconds(950));
}

// A listening socket whose queue is full: the kernel drops what knocks.
class FullBacklog {
 public:
  explicit FullBacklog(in_addr_t host = INADDR_LOOPBACK, std::uint16_t port = 0)
      : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    auto* place = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, place, size) != 0 || ::listen(listener_, 0) != 0) std::abort();
    ::getsockname(listener_, place, &size);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 8; ++i) {
      clients_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      ::connect(clients_.back(), place, size);
    }
  }
  ~FullBacklog() {
    for (const int client : clients_) ::close(client);
    ::close(listener_);
  }
  std::uint16_t port() const { return port_; }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<int> clients_;
};

TEST(Hang, AHostThatDoesNotAcceptIsATimeoutOfTheConnect) {
  const FullBacklog nobody;
  Exporter exporter;
  Target target;
  target.host = "127.0.0.1";
  target.port = nobody.port();
  const Scraped scraped = exporter.scrape(exporter.add(target));
  expect_down(scraped, Reason::timeout, "no answer to connect: check address, firewall");
  EXPECT_LT(scraped.took, kEnd);
}

TEST(Hang, AnAddressThatDoesNotAcceptLeavesTimeForTheNext) {
  FakeRedis redis;
  answer_all(redis);
  const FullBacklog nobody(INADDR_LOOPBACK + 2, redis.port());
  Wiring wiring;
  wiring.lookup = [](const std::string&) {
    Resolver::Answer both;
    both.addresses = {asio::ip::make_address("127.0.0.3"), asio::ip::make_address("127.0.0.1")};
    return both;
  };
  Exporter exporter(wiring);
  const Scraped scraped = exporter.scrape(exporter.add(Exporter::at(redis, "name.test")));
  expect_up(scraped);
  EXPECT_LT(scraped.took, kEnd);
}

TEST(Hang, APortWhereNobodyListensIsRefusedAtOnce) {
  std::uint16_t port = 0;
  {
    const FakeRedis redis;
    port = redis.port();
  }
  Exporter exporter;
  Target target;
  target.host = "127.0.0.1";
  target.port = port;
  const Scraped scraped = exporter.scrape(exporter.add(target));
  expect_down(scraped, Reason::refused, "check address and port, and that the server runs");
  EXPECT_LT(scraped.took, milliseconds(900));
}

TEST(Hang, ASlowDripEndsAtTheBudget) {
  FakeRedis redis;
  answer_all(redis);
  redis.drips(1, milliseconds(50));
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(redis));
  expect_down(scraped, Reason::timeout, "the answer began but did not end in time");
  EXPECT_GE(scraped.took, milliseconds(1000));
  EXPECT_LT(scraped.took, kEnd);
}

TEST(Hang, HalfAnInfoIsATimeout) {
  FakeRedis redis;
  redis.stalls_in("INFO all", 80);
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(redis));
  expect_down(scraped, Reason::timeout, "the answer began but did not end in time");
  EXPECT_LT(scraped.took, kEnd);
}

TEST(Hang, RepliesThatCameInTimeAreKept) {
  FakeRedis redis;
  answer_all(redis);
  redis.stalls_in("CONFIG GET protected-mode", 10);
  Exporter exporter;
  Node& node = exporter.add(redis);
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped, false);
  EXPECT_EQ(scraped.report->failure.reason, Reason::timeout);
  EXPECT_EQ(scraped.value("redis_slowlog_length"), "3");
  EXPECT_EQ(scraped.success("server"), "1");
  EXPECT_EQ(scraped.success("slowlog"), "1");
  EXPECT_EQ(scraped.success("security"), "0");
  EXPECT_LT(scraped.took, kEnd);

  // A connection on which a reply is outstanding is not used again.
  redis.works_again();
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 2);
}

TEST(Hang, RepliesThatCameInTimeOverAKeptConnectionAreKept) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_up(exporter.scrape(node));
  redis.stalls_in("CONFIG GET protected-mode", 3);
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped, false);
  EXPECT_EQ(scraped.value("redis_slowlog_length"), "3");
  EXPECT_EQ(scraped.value("redis_protected_mode_enabled"), "absent");
  EXPECT_EQ(scraped.value("redis_default_user_passwordless"), "0");  // told before
  EXPECT_EQ(scraped.success("security"), "0");
  EXPECT_GE(scraped.took, milliseconds(1000));  // it had begun to answer: no new connection
  EXPECT_LT(scraped.took, kEnd);
  EXPECT_EQ(redis.connections(), 1);
}

TEST(Hang, AResetInTheMiddleIsClosedAndKeepsWhatCame) {
  FakeRedis redis;
  answer_all(redis);
  redis.resets_in("INFO all", 50);
  Exporter exporter;
  Node& node = exporter.add(redis);
  expect_down(exporter.scrape(node), Reason::closed, "see its log");

  redis.works_again().resets_in("CONFIG GET protected-mode", 5);
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped, false);
  EXPECT_EQ(scraped.report->failure.reason, Reason::closed);
  EXPECT_EQ(scraped.success("security"), "0");
  EXPECT_LT(scraped.took, milliseconds(900));
}

TEST(Hang, AServerThatHangsUpInsteadOfAnsweringIsClosed) {
  FakeRedis redis;
  redis.turns_away_with("");
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(redis));
  expect_down(scraped, Reason::closed, "rediss://");
  EXPECT_LT(scraped.took, milliseconds(900));
}

}  // namespace
}  // namespace fleet::test
