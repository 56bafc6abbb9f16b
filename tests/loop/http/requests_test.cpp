// SPDX-License-Identifier: Apache-2.0
// What the server makes of a request's bytes, and the bytes of its answers.
#include <atomic>
#include <mutex>

#include <gtest/gtest.h>

#include "loop/http/running_server.h"
#include "support/http_client.h"

namespace fleet::test {
namespace {

using http::Request;
using http::Response;

// Answers with what it was asked, and remembers the last request.
class Echo {
 public:
  http::Handler handler() {
    return [this](const Request& request) { return answer(request); };
  }
  Request last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  asio::awaitable<Response> answer(const Request& request) {
    const std::lock_guard lock(mutex_);
    last_ = request;
    Response response;
    response.body = "asked for " + request.path;
    co_return response;
  }
  mutable std::mutex mutex_;
  Request last_;
};

class Requests : public testing::Test {
 protected:
  Echo echo_;
  RunningServer server_{echo_.handler()};
};

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: test\r\n\r\n";

TEST_F(Requests, GetIsAnsweredWithItsLength) {
  HttpClient client(server_.port());
  client.send(kGet);
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->head.starts_with("HTTP/1.1 200 OK\r\n")) << reply->head;
  EXPECT_EQ(reply->header("Content-Length"), "12");
  EXPECT_EQ(reply->header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(reply->body, "asked for /a");
}

TEST_F(Requests, HeadHasTheHeadersAndNoBody) {
  HttpClient client(server_.port());
  client.send("HEAD /a HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto head = client.read_reply(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->header("Content-Length"), "12");
  client.send(kGet);  // a body would stand before this answer
  const auto get = client.read_reply();
  ASSERT_TRUE(get);
  EXPECT_EQ(get->body, "asked for /a");
}

TEST_F(Requests, AConnectionIsKept) {
  HttpClient client(server_.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(kGet));
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->header("Connection"), "");
  }
}

TEST_F(Requests, ConnectionCloseIsObeyed) {
  HttpClient client(server_.port());
  client.send("GET /a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->header("Connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST_F(Requests, PipelinedRequestsAreAnsweredInOrder) {
  HttpClient client(server_.port());
  std::string requests;
  for (int i = 0; i < 20; ++i)
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  client.send(requests);
  for (int i = 0; i < 20; ++i) {
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply) << i;
    EXPECT_EQ(reply->body, "asked for /" + std::to_string(i));
  }
}

TEST_F(Requests, ARequestMayComeByteByByte) {
  HttpClient client(server_.port());
  for (const char c : kGet) ASSERT_TRUE(client.send({&c, 1}));
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST_F(Requests, Http10ClosesUnlessAskedToKeep) {
  HttpClient closing(server_.port());
  closing.send("GET /a HTTP/1.0\r\n\r\n");
  auto reply = closing.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->head.starts_with("HTTP/1.0 200 OK\r\n")) << reply->head;
  EXPECT_EQ(reply->body, "asked for /a");
  EXPECT_TRUE(closing.closed());

  HttpClient keeping(server_.port());
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    reply = keeping.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->header("Connection"), "keep-alive");
  }
}

TEST_F(Requests, OtherMethodsAreToldWhichThereAre) {
  for (const std::string method : {"PUT", "DELETE", "OPTIONS", "PATCH", "BREW"}) {
    SCOPED_TRACE(method);
    HttpClient client(server_.port());
    client.send(method + " /a HTTP/1.1\r\nHost: test\r\n\r\n");
    const auto refusal = client.read_reply();
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->status, 405);
    EXPECT_EQ(refusal->header("Allow"), "GET, HEAD");
    EXPECT_EQ(refusal->body, "only GET and HEAD\n");
    client.send(kGet);  // nothing was wrong with the connection
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
  }
}

TEST_F(Requests, ARequestWithABodyIsRefusedAndNotReadAsTheNext) {
  auto refuses = [this](const std::string& request, int status, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    HttpClient client(server_.port());
    client.send(request);
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, status);
    EXPECT_EQ(reply->header("Connection"), "close");
    EXPECT_TRUE(client.closed());
  };
  const std::string hidden = "GET /b HTTP/1.1\r\nHost: test\r\n\r\n";
  const std::string length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n\r\n";
  refuses("GET /a HTTP/1.1\r\nHost: test\r\n" + length + hidden, 413);
  refuses("POST /a HTTP/1.1\r\nHost: test\r\n" + length + hidden, 413);
  refuses("PUT /a HTTP/1.1\r\nHost: test\r\n" + length + hidden, 405);
  refuses("GET /a HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413);
  refuses("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 99999999999\r\n\r\n", 413);
  EXPECT_EQ(echo_.last().path, "");
}

TEST_F(Requests, AnEmptyBodyIsNone) {
  HttpClient client(server_.port());
  client.send("GET /a HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST_F(Requests, AHeaderOfMoreThan8KiBIsRefusedWithAnAnswer) {
  auto refuses = [this](const std::string& request, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    HttpClient client(server_.port());
    client.send(request);
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 431);
    EXPECT_EQ(reply->body, "the request's header is longer than 8 KiB\n");
    EXPECT_TRUE(client.closed());
  };
  const std::string start = "GET /a HTTP/1.1\r\nHost: test\r\nX: ";
  refuses(start + std::string(9000, 'x') + "\r\n\r\n");
  refuses(start + std::string(500'000, 'x') + "\r\n\r\n");
  refuses("GET /" + std::string(9000, 'a'));
  std::string many = "GET /a HTTP/1.1\r\n";
  for (int i = 0; i < 2000; ++i) many += "A: b\r\n";
  refuses(many);
  EXPECT_EQ(echo_.last().path, "");

  HttpClient client(server_.port());
  client.send(start + std::string(7900, 'x') + "\r\n\r\n");
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST_F(Requests, WhatIsNoRequestIsAnswered400) {
  auto refuses = [this](const std::string& request, std::string_view body,
                        int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    HttpClient client(server_.port());
    client.send(request);
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 400);
    EXPECT_TRUE(reply->body.starts_with(body)) << reply->body;
  };
  constexpr std::string_view kNoRequest = "this is not an HTTP/1.1 request: ";
  refuses("hello\r\n\r\n", kNoRequest);
  refuses("PING\r\n", kNoRequest);
  refuses(std::string("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", 11), kNoRequest);  // TLS
  refuses("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", kNoRequest);
  refuses("GET /a HTTP/1.1\r\nno colon\r\n\r\n", kNoRequest);
  refuses("GET /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n", kNoRequest);
  constexpr std::string_view kBadTarget = "the request's path or query is malformed";
  refuses("GET a HTTP/1.1\r\nHost: test\r\n\r\n", kBadTarget);
  refuses("GET /%zz HTTP/1.1\r\nHost: test\r\n\r\n", kBadTarget);
  refuses("GET /a?b=%0a HTTP/1.1\r\nHost: test\r\n\r\n", kBadTarget);
  EXPECT_EQ(echo_.last().path, "");
}

TEST_F(Requests, TheQueryAndTheHeadersReachThePage) {
  http_get(server_.port(), "/scrape?target=redis%3A%2F%2Fa%3A1&name%5B%5D=x&name[]=y+z",
           "Accept-Encoding: gzip, deflate\r\nX-Prometheus-Scrape-Timeout-Seconds: 4.5\r\n");
  const Request request = echo_.last();
  EXPECT_EQ(request.path, "/scrape");
  const std::vector<std::pair<std::string, std::string>> query = {
      {"target", "redis://a:1"}, {"name[]", "x"}, {"name[]", "y z"}};
  EXPECT_EQ(request.query, query);
  EXPECT_TRUE(request.accepts_gzip);
  EXPECT_EQ(request.scrape_timeout, 4.5);
}

TEST_F(Requests, AnAbsurdScrapeTimeoutCountsAsNotSent) {
  for (const std::string value : {"", "0", "-1", "-0", "nan", "-nan", "inf", "-inf", "1e400", "ten",
                                  "10s", "1,5", "0x10", "1 2"}) {
    SCOPED_TRACE(value);
    http_get(server_.port(), "/a", "X-Prometheus-Scrape-Timeout-Seconds: " + value + "\r\n");
    EXPECT_EQ(echo_.last().path, "/a");
    EXPECT_EQ(echo_.last().scrape_timeout, std::nullopt);
  }
  http_get(server_.port(), "/a", "X-Prometheus-Scrape-Timeout-Seconds: 1e308\r\n");
  EXPECT_EQ(echo_.last().scrape_timeout, 1e308);
}

}  // namespace
}  // namespace fleet::test
