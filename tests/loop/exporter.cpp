// SPDX-License-Identifier: Apache-2.0
#include "loop/exporter.h"

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "exposition/text_writer.h"
#include "scrape/all_metrics.h"
#include "support/collector_runner.h"

namespace fleet::test {

std::string Scraped::value(std::string_view series) const {
  Page page;
  TextWriter writer("redis", {{&report->samples, ""}});
  while (writer.write(page.text, std::string::npos)) {
  }
  return page.value(series);
}

std::string Scraped::checked(std::string_view series) const {
  std::vector<TextWriter::Block> blocks;
  for (const auto& set : report->checks) blocks.push_back({set.get(), ""});
  Page page;
  TextWriter writer("redis", std::move(blocks));
  while (writer.write(page.text, std::string::npos)) {
  }
  return page.value(series);
}

std::string Scraped::success(std::string_view collector) const {
  return value("redis_exporter_collector_success{collector=\"" + std::string(collector) + "\"}");
}

namespace {

void expect_reason(const Scraped& scraped, Reason reason) {
  for (std::size_t i = 1; i < kReasonNames.size(); ++i) {
    const std::string name(kReasonNames[i]);
    EXPECT_EQ(scraped.value("redis_exporter_node_failure{reason=\"" + name + "\"}"),
              reason == static_cast<Reason>(i) ? "1" : "0")
        << name;
  }
  const std::string err = reason == Reason::none ? "" : std::string(name_of(reason));
  EXPECT_EQ(scraped.value("redis_exporter_last_scrape_error{err=\"" + err + "\"}"),
            reason == Reason::none ? "0" : "1");
}

}  // namespace

void expect_up(const Scraped& scraped, bool complete) {
  ASSERT_TRUE(scraped.report);
  EXPECT_EQ(scraped.value("redis_up"), "1") << scraped.report->failure.message;
  EXPECT_EQ(scraped.value("redis_exporter_scrape_complete"), complete ? "1" : "0");
  expect_reason(scraped, Reason::none);
  if (complete) {
    EXPECT_EQ(scraped.report->failure.message, "");
    for (const auto& failed : scraped.report->collector_failures)
      ADD_FAILURE() << failed.collector << ": " << failed.why;
  }
}

void expect_down(const Scraped& scraped, Reason reason, std::string_view cure) {
  ASSERT_TRUE(scraped.report);
  EXPECT_EQ(scraped.value("redis_up"), "0");
  EXPECT_EQ(scraped.value("redis_exporter_scrape_complete"), "0");
  expect_reason(scraped, reason);
  const std::string& message = scraped.report->failure.message;
  EXPECT_NE(message.find(cure), message.npos) << message;
}

ScrapeSettings Wiring::settings_for_tests() {
  ScrapeSettings settings;
  settings.collectors = {&kServerCollector, &kPersistenceCollector, &kSlowlogCollector,
                         &kSecurityCollector};
  settings.node_timeout = milliseconds(1000);
  return settings;
}

Exporter::Exporter(Wiring wiring)
    : wiring_(std::move(wiring)),
      self_({"0", "0", "0"}),
      resolver_(executor(), wiring_.lookup, wiring_.refresh),
      limits_(wiring_.connects),
      access_(std::make_shared<NodeAccess>(wiring_.settings, wiring_.tls, resolver_, limits_)),
      tasks_(executor()) {
  declare_metrics(all_collectors(), catalogue_);
  declare_tables(catalogue_);
}

Exporter::~Exporter() {
  const auto stop = [this]() -> asio::awaitable<void> {
    co_await resolver_.stop();
    tasks_.cancel();
    co_await tasks_.join();
  };
  run(stop());
}

Node& Exporter::add(Target target, Connector::AddressFilter filter) {
  return *nodes_.emplace_back(std::make_shared<Node>(std::move(target), std::move(filter), access_,
                                                     catalogue_, self_, tasks_));
}

Target Exporter::at(const FakeRedis& redis, std::string host) {
  Target target;
  target.host = std::move(host);
  target.port = redis.port();
  return target;
}

Scraped Exporter::scrape(Node& node, Clock::duration patience) {
  Scraped scraped;
  const auto start = Clock::now();
  const auto once = [&]() -> asio::awaitable<void> {
    const auto run = node.start(start + patience, executor());
    scraped.report = co_await Node::finished(run);
  };
  run(once());
  scraped.took = Clock::now() - start;
  return scraped;
}

void Exporter::wait(Clock::duration time) { run(sleep_until(Clock::now() + time)); }

void answer_all(FakeRedis& redis) {
  redis.answers("SLOWLOG LEN", ":3\r\n")
      .answers("SLOWLOG GET 1", "*0\r\n")
      .answers("CONFIG GET protected-mode", "*2\r\n$14\r\nprotected-mode\r\n$3\r\nyes\r\n")
      .answers("ACL GETUSER default", "*2\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n");
}

}  // namespace fleet::test
