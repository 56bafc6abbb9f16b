// SPDX-License-Identifier: Apache-2.0
// What each path answers, with nodes that refuse the connection: nobody listens on their port.
#include "http/pages.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "loop/http/pages_exporter.h"
#include "support/gunzip.h"
#include "support/http_client.h"

namespace fleet::test {
namespace {

using Exporter = PagesExporter;

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
  for (const std::string part :
       {"Redis Fleet Exporter 1.2.3", "href=\"/other\"", "/scrape?target=", "href=\"/runbooks\"",
        "href=\"/-/healthy\"", "href=\"/status.json\"", "href=\"/-/ready\""})
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

Options fleet_options(const RefusingPort& one, const RefusingPort& other) {
  Options options;
  options.redis_addr.reset();
  options.config_file = "fleet.yaml";
  for (const auto& [name, port] : {std::pair("web", &one), std::pair("cache", &other)}) {
    Group group;
    group.name = name;
    group.nodes.push_back({target_of(port->uri()), {{"team", name}}, "fleet.yaml:1:1"});
    options.groups.push_back(std::move(group));
  }
  return options;
}

TEST(FleetPages, MetricsHasEveryNodeWithItsLabels) {
  const RefusingPort one, other;
  const Exporter exporter(fleet_options(one, other));
  const std::string instance = one.uri().substr(8);
  const std::string up =
      "redis_up{instance=\"" + instance + "\",redis_group=\"web\",team=\"web\"} 0";
  const HttpReply page = exporter.get("/metrics");
  EXPECT_TRUE(has_line(page, up)) << page.body;
  EXPECT_TRUE(has_line(page, "redis_group_expected_nodes{redis_group=\"cache\"} 1")) << page.body;
  EXPECT_NE(page.body.find("redis_threshold{"), std::string::npos);

  const HttpReply part = exporter.get("/metrics?redis_group=web");
  EXPECT_TRUE(has_line(part, up)) << part.body;
  EXPECT_EQ(part.body.find("cache"), std::string::npos) << part.body;
  EXPECT_EQ(part.body.find("process_"), std::string::npos);
  EXPECT_EQ(exporter.get("/metrics?redis_group=nobody").status, 404);
}

TEST(FleetPages, OfSeveralExportersEachHasItsGroups) {
  const RefusingPort one, other;
  Options options = fleet_options(one, other);
  for (const std::string group : {"web", "cache"}) {
    int pages = 0;
    for (const std::uint32_t shard : {0u, 1u}) {
      options.shard = {shard, 2};
      const Exporter exporter(options);
      const std::string mark = "redis_group=\"" + group + "\"";
      const std::string nodes = exporter.get("/metrics?name[]=redis_up").body;
      const std::string fleet = exporter.get("/metrics/fleet").body;
      const bool has = nodes.find(mark) != std::string::npos;
      EXPECT_EQ(fleet.find(mark) != std::string::npos, has);
      pages += has ? 1 : 0;
      EXPECT_NE(exporter.get("/sd").body.find("\"" + group + "\""), std::string::npos);
      EXPECT_EQ(exporter.get("/scrape?target=" + one.uri()).status, 200);
    }
    EXPECT_EQ(pages, 1) << group;
  }
}

TEST(FleetPages, TheFleetsOwnPageHasNoNode) {
  const RefusingPort one, other;
  const HttpReply page = Exporter(fleet_options(one, other)).get("/metrics/fleet");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has_line(page, "redis_group_expected_nodes{redis_group=\"web\"} 1")) << page.body;
  EXPECT_NE(page.body.find("\nredis_exporter_build_info{"), std::string::npos);
  EXPECT_EQ(page.body.find("\nredis_up"), std::string::npos);
}

TEST(FleetPages, ScrapeAndProbeServeMembersWithoutLabels) {
  const RefusingPort one, other;
  const Exporter exporter(fleet_options(one, other));
  for (const std::string path : {"/scrape", "/probe"})
    EXPECT_TRUE(has_line(exporter.get(path + "?target=" + one.uri()), "redis_up 0")) << path;
}

TEST(FleetPages, ServiceDiscoveryListsNodesForScrape) {
  const RefusingPort one, other;
  Options options = fleet_options(one, other);
  const std::string instance = one.uri().substr(8);
  const std::string entry =
      "\"labels\":{\"instance\":\"" + instance +
      "\",\"__metrics_path__\":\"/scrape\",\"__param_target\":\"" + one.uri() +
      "\",\"__meta_redis_kind\":\"nodes\",\"redis_group\":\"web\",\"__meta_redis_group\":"
      "\"web\",\"team\":\"web\",\"__meta_redis_label_team\":\"web\"}";
  {
    const Exporter exporter(options);
    const HttpReply page = exporter.get("/sd?redis_group=web");
    EXPECT_EQ(page.header("Content-Type"), "application/json");
    EXPECT_EQ(page.body, "[{\"targets\":[\"test\"]," + entry + "}]");  // the Host of http_get
    EXPECT_EQ(exporter.get("/sd?redis_group=nobody").status, 404);
  }
  options.external_address = "exporter.example:9121";
  const HttpReply page = Exporter(options).get("/sd?redis_group=web");
  EXPECT_EQ(page.body, "[{\"targets\":[\"exporter.example:9121\"]," + entry + "}]");
}

TEST(FleetPages, NothingIsListedBeforeDiscoveryKnows) {
  const RefusingPort sentinel;
  Options options;
  options.redis_addr.reset();
  options.config_file = "fleet.yaml";
  Group& group = options.groups.emplace_back();
  group.name = "pay";
  group.source = Group::Source::sentinel;
  group.master = "mymaster";
  group.sentinels.push_back(target_of(sentinel.uri()));
  const Exporter exporter(options);
  EXPECT_EQ(exporter.get("/sd").status, 503);
  EXPECT_EQ(exporter.get("/metrics").status, 200);
}

TEST(FleetPages, AReloadSaysHowItEnded) {
  const RefusingPort one, other;
  Exporter exporter(fleet_options(one, other));
  const auto post = [&exporter](const std::string& path) {
    HttpClient client(exporter.port());
    client.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    return client.read_reply().value_or(HttpReply{});
  };
  EXPECT_EQ(post("/-/reload").status, 200);
  exporter.next_reload_says("fleet.yaml:3:1: groups: unknown key");
  const HttpReply bad = post("/-/reload");
  EXPECT_EQ(bad.status, 500);
  EXPECT_NE(bad.body.find("fleet.yaml:3:1: groups: unknown key"), std::string::npos) << bad.body;
  const HttpReply get = exporter.get("/-/reload");
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.header("Allow"), "POST");
  const HttpReply other_path = post("/metrics");
  EXPECT_EQ(other_path.status, 405);
  EXPECT_EQ(other_path.header("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace fleet::test
