// SPDX-License-Identifier: Apache-2.0
// Pages made from samples, as they arrive: whole, in pieces, compressed.
#include "http/page_body.h"

#include <gtest/gtest.h>

#include "loop/http/running_server.h"
#include "support/gunzip.h"
#include "support/http_client.h"

namespace fleet::test {
namespace {

using http::PageParts;
using http::Request;
using http::Response;

constexpr Metric kUp = gauge("redis_up", "Whether it is up.");
constexpr Metric kKeys = gauge("redis_db_keys", "Keys of a database.", "db");
constexpr Metric kCalls = counter("redis_calls_total", "Calls.", "cmd");
constexpr std::string_view kTail = "# TYPE own gauge\nown 1\n";

// Nodes of so many samples each, and the page that a client must get of them.
class Pages {
 public:
  explicit Pages(int nodes, int samples) {
    for (const Metric* metric : {&kUp, &kKeys, &kCalls}) catalogue_.declare(*metric);
    for (int n = 0; n < nodes; ++n) {
      auto report = std::make_shared<NodeReport>(catalogue_);
      report->samples.add(kUp, 1);
      for (int i = 0; i < samples; ++i) {
        const std::string name = "name" + std::to_string(i * 7919 % 100003);
        report->samples.add(i % 2 == 0 ? kKeys : kCalls, {{"name", name}}, i / 8.0);
      }
      reports_.push_back(std::move(report));
    }
  }

  PageParts parts() const {
    PageParts parts;
    parts.name_space = "redis";
    for (std::size_t n = 0; n < reports_.size(); ++n)
      parts.nodes.push_back({reports_[n], "instance=\"" + std::to_string(n) + "\""});
    parts.tail = kTail;
    return parts;
  }

  std::string expected() const {
    std::vector<TextWriter::Block> blocks;
    for (std::size_t n = 0; n < reports_.size(); ++n)
      blocks.push_back({&reports_[n]->samples, "instance=\"" + std::to_string(n) + "\""});
    TextWriter writer("redis", blocks);
    std::string text;
    while (writer.write(text, SIZE_MAX)) {
    }
    return text.append(kTail);
  }

  http::Handler handler() const {
    return [this](const Request& request) { return answer(request); };
  }

 private:
  asio::awaitable<Response> answer(const Request& request) const {
    Response response = http::page_response(parts(), request.accepts_gzip);
    co_return response;
  }
  Catalogue catalogue_;
  std::vector<std::shared_ptr<const NodeReport>> reports_;
};

constexpr std::string_view kGzip = "Accept-Encoding: gzip\r\n";
constexpr std::string_view kType = "text/plain; version=0.0.4; charset=utf-8";

TEST(PageBody, ASmallPageHasALength) {
  const Pages pages(1, 1000);
  RunningServer server(pages.handler());
  const HttpReply plain = http_get(server.port(), "/metrics");
  EXPECT_EQ(plain.body, pages.expected());
  EXPECT_EQ(plain.header("Content-Length"), std::to_string(pages.expected().size()));
  EXPECT_EQ(plain.header("Content-Type"), kType);
  EXPECT_EQ(plain.header("Content-Encoding"), "");
  const HttpReply packed = http_get(server.port(), "/metrics", std::string(kGzip));
  EXPECT_EQ(gunzip(packed.body), pages.expected());
  EXPECT_EQ(packed.header("Content-Length"), std::to_string(packed.body.size()));
  EXPECT_EQ(packed.header("Content-Type"), kType);
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size() / 4);
}

TEST(PageBody, ALargePageComesInChunks) {
  const Pages pages(3, 40'000);
  const std::string expected = pages.expected();
  ASSERT_GT(expected.size(), 4U << 20);
  RunningServer server(pages.handler());
  const HttpReply plain = http_get(server.port(), "/metrics");
  EXPECT_EQ(plain.header("Content-Length"), "");
  EXPECT_GT(plain.chunks, 1U);
  EXPECT_TRUE(plain.body == expected);
  const HttpReply packed = http_get(server.port(), "/metrics", std::string(kGzip));
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_GT(packed.chunks, 1U);
  EXPECT_TRUE(gunzip(packed.body) == expected);
}

TEST(PageBody, ALargePageLeavesTheConnectionUsable) {
  const Pages pages(1, 40'000);
  RunningServer server(pages.handler());
  HttpClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n");
    const auto head = client.read_reply(true);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 200);
    client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->body == pages.expected());
  }
}

TEST(PageBody, Http10GetsALargePageWithoutChunks) {
  const Pages pages(1, 40'000);
  RunningServer server(pages.handler());
  HttpClient client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto reply = client.read_reply();  // up to the end of the connection
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->header("Transfer-Encoding"), "");
  EXPECT_EQ(reply->header("Connection"), "");
  EXPECT_TRUE(reply->body == pages.expected());
}

TEST(PageBody, NoNodeLeavesTheTail) {
  const Pages pages(0, 0);
  RunningServer server(pages.handler());
  EXPECT_EQ(http_get(server.port(), "/").body, kTail);
}

}  // namespace
}  // namespace fleet::test
