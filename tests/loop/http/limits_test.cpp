// SPDX-License-Identifier: Apache-2.0
// Slow, idle and many clients: each holds its own connection, for a time, and nothing else.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "loop/http/running_server.h"
#include "support/http_client.h"

namespace fleet::test {
namespace {

using http::Request;
using http::Response;
using http::ServerLimits;
using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
constexpr milliseconds kShort{200};

asio::awaitable<Response> ok(const Request&) {
  Response response;
  response.body = "ok\n";
  co_return response;
}

bool answered(HttpClient& client) {
  if (!client.send(kGet)) return false;
  const auto reply = client.read_reply();
  return reply && reply->body == "ok\n";
}

// Within two seconds, which is far from the other limits and near enough to the short ones.
bool cut(HttpClient& client) { return client.closed(std::chrono::seconds(2)); }

TEST(Limits, AHeaderThatDripsIsCut) {
  ServerLimits limits;
  limits.header_time = kShort;
  RunningServer server(ok, limits);
  HttpClient client(server.port());
  const auto began = Clock::now();
  while (client.send("G") && Clock::now() - began < HttpClient::kPatience)
    std::this_thread::sleep_for(milliseconds(20));
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(2));
  EXPECT_GE(Clock::now() - began, kShort);
}

TEST(Limits, HalfARequestIsCut) {
  ServerLimits limits;
  limits.header_time = kShort;
  RunningServer server(ok, limits);
  HttpClient client(server.port());
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_TRUE(cut(client));
}

TEST(Limits, HalfAPipelinedRequestIsCut) {
  ServerLimits limits;
  limits.header_time = kShort;
  RunningServer server(ok, limits);
  HttpClient client(server.port());
  client.send(std::string(kGet) + "GET /");
  EXPECT_TRUE(client.read_reply());
  EXPECT_TRUE(cut(client));
}

TEST(Limits, AnIdleConnectionIsCut) {
  ServerLimits limits;
  limits.idle_time = kShort;
  RunningServer server(ok, limits);
  HttpClient silent(server.port());
  EXPECT_TRUE(cut(silent));
  HttpClient kept(server.port());
  EXPECT_TRUE(answered(kept));
  EXPECT_TRUE(cut(kept));
}

TEST(Limits, TheTimesOfAReadDoNotCutAScrape) {
  ServerLimits limits;
  limits.header_time = limits.idle_time = limits.write_time = milliseconds(50);
  const auto slow = [](const Request&) -> asio::awaitable<Response> {
    co_await sleep_until(Clock::now() + milliseconds(300));
    Response response;
    response.body = "ok\n";
    co_return response;
  };
  RunningServer server(slow, limits);
  HttpClient client(server.port());
  EXPECT_TRUE(answered(client));
}

TEST(Limits, TheConnectionAfterTheLastTakesTheLongestIdleOnesPlace) {
  ServerLimits limits;
  ASSERT_EQ(limits.connections, 512U);
  RunningServer server(ok, limits);
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (std::size_t i = 0; i < limits.connections; ++i) {
    clients.push_back(std::make_unique<HttpClient>(server.port()));
    ASSERT_TRUE(clients.back()->connected()) << i;
  }
  // All are accepted now, in this order; the first becomes the one that was used last.
  ASSERT_TRUE(answered(*clients.back()));
  ASSERT_TRUE(answered(*clients[0]));
  HttpClient one_more(server.port());
  EXPECT_TRUE(answered(one_more));
  EXPECT_TRUE(cut(*clients[1]));
  EXPECT_TRUE(answered(*clients[2]));
  EXPECT_TRUE(answered(*clients[0]));
}

TEST(Limits, AsManyAsComeAtOnceEvictAsMany) {
  ServerLimits limits;
  limits.connections = 4;
  RunningServer server(ok, limits);
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (std::size_t i = 0; i < 40; ++i)
    clients.push_back(std::make_unique<HttpClient>(server.port()));
  for (std::size_t i = 36; i < 40; ++i) EXPECT_TRUE(answered(*clients[i])) << i;
  for (std::size_t i = 0; i < 36; ++i) EXPECT_TRUE(cut(*clients[i])) << i;
}

// Answers no request before it is opened.
class Gate {
 public:
  http::Handler handler() {
    return [this](const Request&) { return answer(); };
  }
  void wait_for(int requests) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, HttpClient::kPatience, [&] { return waiting_ >= requests; });
    ASSERT_GE(waiting_, requests);
  }
  void open() { open_ = true; }

 private:
  asio::awaitable<Response> answer() {
    {
      const std::lock_guard lock(mutex_);
      ++waiting_;
    }
    changed_.notify_all();
    while (!open_) co_await sleep_until(Clock::now() + milliseconds(5));
    Response response;
    response.body = "ok\n";
    co_return response;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  std::atomic<bool> open_ = false;
};

TEST(Limits, WhenAllAreBusyANewConnectionIsRefused) {
  ServerLimits limits;
  limits.connections = 3;
  Gate gate;
  RunningServer server(gate.handler(), limits);
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (std::size_t i = 0; i < limits.connections; ++i) {
    clients.push_back(std::make_unique<HttpClient>(server.port()));
    clients.back()->send(kGet);
  }
  gate.wait_for(3);
  HttpClient refused(server.port());
  EXPECT_TRUE(cut(refused));
  gate.open();
  for (const auto& client : clients) {
    const auto reply = client->read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "ok\n");
  }
  HttpClient next(server.port());
  EXPECT_TRUE(answered(next));
}

TEST(Limits, AClientThatLeavesInTheMiddleOfAScrapeTakesNothingAlong) {
  ServerLimits limits;
  limits.connections = 1;
  Gate gate;
  RunningServer server(gate.handler(), limits);
  HttpClient leaving(server.port());
  leaving.send(kGet);
  gate.wait_for(1);
  leaving.close();
  gate.open();
  // The only place is free again as soon as the scrape has ended.
  bool served = false;
  for (const auto began = Clock::now();
       !served && Clock::now() - began < std::chrono::seconds(5);) {
    HttpClient next(server.port());
    served = answered(next);
  }
  EXPECT_TRUE(served);
}

// A page without end, and how many pieces of it were asked for.
class EndlessPage {
 public:
  static constexpr std::size_t kPiece = 256 << 10;
  http::Handler handler() {
    return [this](const Request&) { return answer(); };
  }
  int pieces() const { return pieces_; }
  bool released() const { return alive_.expired(); }

 private:
  asio::awaitable<Response> answer() {
    auto alive = std::make_shared<int>();
    alive_ = alive;
    Response response;
    response.body.assign(kPiece, 'x');
    response.more = [this, alive](std::string& piece) {
      piece.append(kPiece, 'x');
      ++pieces_;
      return true;
    };
    co_return response;
  }
  std::atomic<int> pieces_ = 0;
  std::weak_ptr<int> alive_;
};

TEST(Limits, AClientThatDoesNotReadIsCutAndGetsNoMoreThanTheKernelHolds) {
  ServerLimits limits;
  limits.write_time = kShort;
  EndlessPage page;
  RunningServer server(page.handler(), limits);
  HttpClient client(server.port(), "127.0.0.1", 4096);
  client.send(kGet);
  // The kernel keeps 4 MiB at most for the sender (net.ipv4.tcp_wmem).
  int before = -1;
  for (const auto began = Clock::now(); Clock::now() - began < std::chrono::seconds(5);) {
    std::this_thread::sleep_for(kShort * 3);
    if (page.pieces() > 0 && page.pieces() == before) break;
    before = page.pieces();
  }
  EXPECT_GT(page.pieces(), 0);
  EXPECT_LT(page.pieces(), 40);
  server.begin_stop();
  EXPECT_LT(server.ended(), std::chrono::seconds(1));  // nothing was in progress any more
  EXPECT_TRUE(page.released());
}

TEST(Limits, AClientThatReadsTooSlowlyIsCutAtThePiece) {
  ServerLimits limits;
  limits.write_time = kShort;
  EndlessPage page;
  RunningServer server(page.handler(), limits);
  HttpClient client(server.port(), "127.0.0.1", 4096);
  client.send(kGet);
  client.read_slowly(milliseconds(1000));
  EXPECT_TRUE(client.closed());
  EXPECT_LT(page.pieces(), 40);
}

TEST(Limits, APageThatIsReadHasNoLimitOfTime) {
  ServerLimits limits;
  limits.write_time = kShort;
  EndlessPage page;
  RunningServer server(page.handler(), limits);
  HttpClient client(server.port());
  client.send(kGet);
  EXPECT_FALSE(client.closed(milliseconds(1000)));  // five write times, all of them busy
  EXPECT_GT(page.pieces(), 40);
}

}  // namespace
}  // namespace fleet::test
