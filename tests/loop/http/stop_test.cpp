// SPDX-License-Identifier: Apache-2.0
// The end of the server: the door closes at once, who has asked is answered, within the drain time.
#include <atomic>
#include <mutex>

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

// Takes its time for an answer.
class SlowPage {
 public:
  explicit SlowPage(milliseconds takes) : takes_(takes) {}
  http::Handler handler() {
    return [this](const Request&) { return answer(); };
  }
  void wait_for_request() const {
    for (const auto began = Clock::now(); !asked_;) {
      ASSERT_LT(Clock::now() - began, HttpClient::kPatience);
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

 private:
  asio::awaitable<Response> answer() {
    asked_ = true;
    co_await sleep_until(Clock::now() + takes_);
    Response response;
    response.body = "ok\n";
    co_return response;
  }
  const milliseconds takes_;
  std::atomic<bool> asked_ = false;
};

bool refused(std::uint16_t port) { return !HttpClient(port).connected(); }

TEST(Stop, WithNothingInProgressItIsImmediate) {
  SlowPage page(milliseconds(0));
  RunningServer server(page.handler());
  HttpClient silent(server.port());
  HttpClient half(server.port());
  half.send("GET / HT");
  HttpClient kept(server.port());
  kept.send(kGet);
  EXPECT_TRUE(kept.read_reply());
  server.begin_stop();
  EXPECT_LT(server.ended(), std::chrono::seconds(2));
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_TRUE(kept.closed());
  EXPECT_TRUE(refused(server.port()));
}

TEST(Stop, ARequestInProgressIsAnsweredAndNobodyElseLetIn) {
  SlowPage page(milliseconds(700));
  RunningServer server(page.handler());
  HttpClient idle(server.port());
  HttpClient client(server.port());
  client.send(kGet);
  page.wait_for_request();
  server.begin_stop();
  EXPECT_TRUE(idle.closed(milliseconds(500)));
  EXPECT_TRUE(refused(server.port()));
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "ok\n");
  EXPECT_EQ(reply->header("Connection"), "close");
  EXPECT_TRUE(client.closed());
  EXPECT_LT(server.ended(), std::chrono::seconds(5));
}

TEST(Stop, ARequestThatOutlastsTheDrainTimeIsCut) {
  ServerLimits limits;
  limits.drain_time = milliseconds(200);
  SlowPage page(std::chrono::minutes(10));
  RunningServer server(page.handler(), limits);
  HttpClient client(server.port());
  client.send(kGet);
  page.wait_for_request();
  server.begin_stop();
  const auto took = server.ended();
  EXPECT_GE(took, limits.drain_time);
  EXPECT_LT(took, std::chrono::seconds(2));
  EXPECT_FALSE(client.read_reply());
}

TEST(Stop, AClientThatDoesNotReadIsCutAfterTheDrainTime) {
  ServerLimits limits;
  limits.drain_time = milliseconds(200);
  std::atomic<bool> asked = false;
  const auto endless = [&asked](const Request&) -> asio::awaitable<Response> {
    Response response;
    response.more = [&asked](std::string& piece) {
      asked = true;
      piece.append(1 << 20, 'x');
      return true;
    };
    co_return response;
  };
  RunningServer server(endless, limits);
  HttpClient client(server.port(), "127.0.0.1", 4096);
  client.send(kGet);
  while (!asked) std::this_thread::sleep_for(milliseconds(1));
  server.begin_stop();
  EXPECT_LT(server.ended(), std::chrono::seconds(3));
}

}  // namespace
}  // namespace fleet::test
