// SPDX-License-Identifier: Apache-2.0
// What each path answers, with nodes that refuse the connection: nobody listens on their port.
#include "http/pages.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/http/running_server.h"
#include "scrape/node_metrics.h"
#include "support/gunzip.h"
#include "support/http_client.h"

namespace fleet::test {
namespace {

using http::Request;
using http::Response;

Target target_of(const std::string& text) {
  std::string problem;
  const auto target = parse_target(text, problem);
  EXPECT_TRUE(target) << problem;
  return target.value_or(Target{});
}

// A port that is bound and not listened on: nobody else can take it, and it refuses connections.
class RefusingPort {
 public:
  RefusingPort() : socket_(loop_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
  std::string uri() const {
    return "redis://127.0.0.1:" + std::to_string(socket_.local_endpoint().port());
  }

 private:
  asio::io_context loop_;
  asio::ip::tcp::socket socket_;
};

// A port that accepts connections, by its backlog, and never says a word.
class HungPort {
 public:
  HungPort() : acceptor_(loop_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
  std::string uri() const {
    return "redis://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  asio::io_context loop_;
  asio::ip::tcp::acceptor acceptor_;
};

Catalogue all_metrics() {
  Catalogue catalogue;
  declare_metrics(all_collectors(), catalogue);
  for (const Metric* metric : kNodeMetrics) catalogue.declare(*metric);
  return catalogue;
}

// The exporter's pages behind a server, as main.cpp puts them together.
class Exporter {
 public:
  explicit Exporter(Options options = {})
      : options_(std::move(options)),
        fleet_(server_.executor(), options_, catalogue_, self_),
        pages_(options_, fleet_, self_, "1.2.3") {}
  ~Exporter() {
    server_.run(fleet_.stop());
    server_.begin_stop();
    server_.ended();
  }
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  HttpReply get(const std::string& target, const std::string& headers = "") const {
    return http_get(server_.port(), target, headers);
  }

 private:
  const Options options_;
  const Catalogue catalogue_ = all_metrics();
  SelfMetrics self_{{"1.2.3", "abc", "today"}};
  RunningServer server_{[this](const Request& request) { return pages_.answer(request); }};
  Fleet fleet_;
  http::Pages pages_;
};

bool has_line(const HttpReply& reply, const std::string& line) {
  return ("\n" + reply.body).find("\n" + line + "\n") != std::string::npos;
}

Options options_for(const RefusingPort& port) {
  Options options;
  options.redis_addr = target_of(port.uri());
  return options;
}

TEST(Pages, TheLandingPageLeadsToTheOthers) {
  const RefusingPort redis;
  Options options = options_for(redis);
  options.telemetry_path = "/other";
  const HttpReply page = Exporter(options).get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  for (const std::string part : {"Redis Fleet Exporter 1.2.3", "href=\"/other\"", "/scrape?target=",
                                 "href=\"/-/healthy\"", "href=\"/health\"", "href=\"/-/ready\""})
    EXPECT_NE(page.body.find(part), std::string::npos) << part;
  options.disable_scrape_endpoint = true;
  EXPECT_EQ(Exporter(options).get("/").body.find("/scrape"), std::string::npos);
}

TEST(Pages, HealthDoesNotDependOnRedis) {
  const RefusingPort redis;
  const Exporter exporter(options_for(redis));
  for (const std::string path : {"/health", "/-/healthy", "/-/ready"}) {
    SCOPED_TRACE(path);
    const HttpReply reply = exporter.get(path);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "ok\n");
  }
}

TEST(Pages, WhatIsNotThereIs404) {
  const RefusingPort redis;
  const Exporter exporter(options_for(redis));
  for (const std::string path : {"/nothing", "/metrics/", "/Metrics", "/health/x", "//"}) {
    SCOPED_TRACE(path);
    const HttpReply reply = exporter.get(path);
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.body, "not found; / lists what is here\n");
  }
}

TEST(Pages, MetricsHasTheNodeAndTheExporter) {
  const RefusingPort redis;
  const Exporter exporter(options_for(redis));
  const HttpReply page = exporter.get("/metrics");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_TRUE(has_line(page, "redis_up 0")) << page.body;
  EXPECT_TRUE(has_line(page, "redis_exporter_node_failure{reason=\"refused\"} 1")) << page.body;
  EXPECT_NE(page.body.find("process_resident_memory_bytes"), std::string::npos);
  const HttpReply packed = exporter.get("/metrics", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_NE(gunzip(packed.body).value_or("").find("\nredis_up 0\n"), std::string::npos);
}

TEST(Pages, MetricsWithoutANodeHasTheExporterOnly) {
  Options options;
  options.redis_addr.reset();
  const HttpReply page = Exporter(options).get("/metrics");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body.find("redis_up"), std::string::npos);
  EXPECT_NE(page.body.find("process_resident_memory_bytes"), std::string::npos);
}

TEST(Pages, TheTelemetryPathIsWhereItIsAskedFor) {
  const RefusingPort redis;
  Options options = options_for(redis);
  options.telemetry_path = "/other";
  const Exporter exporter(options);
  EXPECT_TRUE(has_line(exporter.get("/other"), "redis_up 0"));
  EXPECT_EQ(exporter.get("/metrics").status, 404);
}

TEST(Pages, NamesChooseFamiliesOfNodeAndExporter) {
  const RefusingPort redis;
  const Exporter exporter(options_for(redis));
  const std::string own = "process_start_time_seconds";
  const HttpReply page = exporter.get("/metrics?name[]=redis_up&name%5B%5D=" + own + "&other=x");
  EXPECT_TRUE(has_line(page, "redis_up 0")) << page.body;
  EXPECT_TRUE(has_line(page, "# TYPE " + own + " gauge")) << page.body;
  EXPECT_EQ(std::ranges::count(page.body, '\n'), 6) << page.body;
  EXPECT_EQ(exporter.get("/metrics?name[]=redis_nothing").body, "");
  EXPECT_EQ(exporter.get("/metrics?name[]=redis_nothing").status, 200);
}

TEST(Pages, ScrapeAnswersForTheConfiguredNodeWithoutTheExporter) {
  const RefusingPort redis;
  const Exporter exporter(options_for(redis));
  const HttpReply page = exporter.get("/scrape?target=" + redis.uri());
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has_line(page, "redis_up 0")) << page.body;
  EXPECT_EQ(page.body.find("process_"), std::string::npos);
}

TEST(Pages, ScrapeSaysWhatIsWrongWithATarget) {
  const RefusingPort redis;
  const RefusingPort other;
  const Exporter exporter(options_for(redis));
  for (const std::string query : {"", "?", "?target", "?target=", "?tgt=a"}) {
    SCOPED_TRACE(query);
    const HttpReply reply = exporter.get("/scrape" + query);
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.body,
              "'target' parameter must be specified: /scrape?target=redis://host:6379\n");
  }
  const HttpReply bad = exporter.get("/scrape?target=http://a:1");
  EXPECT_EQ(bad.status, 400);
  EXPECT_TRUE(bad.body.starts_with("target: ")) << bad.body;
  const HttpReply forbidden = exporter.get("/scrape?target=" + other.uri());
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_NE(forbidden.body.find("--scrape.allowed-targets="), std::string::npos) << forbidden.body;
  EXPECT_EQ(forbidden.header("Content-Type"), "text/plain; charset=utf-8");
  const std::string failures = "redis_target_scrape_request_errors_total";
  EXPECT_TRUE(has_line(exporter.get("/metrics?name[]=" + failures), failures + " 7"));
}

TEST(Pages, ScrapeAnswersForAnAllowedTarget) {
  const RefusingPort redis;
  const RefusingPort other;
  Options options = options_for(redis);
  std::vector<std::string> problems;
  options.allowed_targets = AllowList::parse("127.0.0.0/8", problems);
  ASSERT_TRUE(problems.empty());
  const HttpReply page = Exporter(options).get("/scrape?target=" + other.uri());
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has_line(page, "redis_up 0")) << page.body;
}

TEST(Pages, ScrapeCanBeSwitchedOff) {
  const RefusingPort redis;
  Options options = options_for(redis);
  options.disable_scrape_endpoint = true;
  const HttpReply reply = Exporter(options).get("/scrape?target=" + redis.uri());
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body, "/scrape is switched off by --disable-scrape-endpoint\n");
}

TEST(Pages, ATimeoutThatIsTooShortIsKept) {
  const HungPort redis;
  Options options;
  options.redis_addr = target_of(redis.uri());
  const Exporter exporter(options);
  const auto began = Clock::now();
  const HttpReply page = exporter.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds: 0.6\r\n");
  EXPECT_TRUE(has_line(page, "redis_up 0")) << page.body;
  EXPECT_TRUE(has_line(page, "redis_exporter_node_failure{reason=\"timeout\"} 1")) << page.body;
  // Less than the node's own budget of 2 s: 0.6 s less the margin of 0.25 s.
  EXPECT_LT(Clock::now() - began, std::chrono::milliseconds(1500));
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(340));
}

TEST(Pages, AnAbsurdTimeoutDoesNotChangeTheScrape) {
  const HungPort redis;
  Options options;
  options.redis_addr = target_of(redis.uri());
  options.connection_timeout = std::chrono::milliseconds(300);
  const Exporter exporter(options);
  for (const std::string value : {"nan", "inf", "-1", "0", "1e308", "soon"}) {
    SCOPED_TRACE(value);
    const auto began = Clock::now();
    const HttpReply page =
        exporter.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds: " + value + "\r\n");
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(has_line(page, "redis_up 0")) << page.body;
    EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(290));
    EXPECT_LT(Clock::now() - began, std::chrono::seconds(3));
  }
}

}  // namespace
}  // namespace fleet::test
