// SPDX-License-Identifier: Apache-2.0
// Proxies that refuse INFO and answer PING are up, with the reason why there is nothing else, and
// are asked INFO once a minute. The words of each are those of the public document that is named.
#include <gtest/gtest.h>

#include "base/log.h"
#include "collectors/registry.h"
#include "loop/exporter.h"

namespace fleet::test {
namespace {

class Proxies : public testing::Test {
 protected:
  Proxies() {
    testing::internal::CaptureStderr();
    log::configure(log::Level::info, false);
    proxy_.answers("PING", "+PONG\r\n");
  }
  ~Proxies() override {
    if (!ended_) end();
  }
  std::string end() {
    ended_ = true;
    return testing::internal::GetCapturedStderr();
  }
  Node& begin() {
    exporter_.emplace(wiring_);
    return exporter_->add(proxy_);
  }
  // Up, without INFO's metrics, and with the reason in all that tells it.
  void expect_only_pong(const Scraped& scraped, std::string_view words) {
    ASSERT_TRUE(scraped.report);
    EXPECT_EQ(scraped.value("redis_up"), "1") << scraped.report->failure.message;
    EXPECT_EQ(scraped.value("redis_exporter_scrape_complete"), "0");
    EXPECT_EQ(scraped.value("redis_exporter_node_failure{reason=\"protocol\"}"), "1");
    EXPECT_EQ(scraped.value("redis_exporter_last_scrape_error{err=\"protocol\"}"), "1");
    const std::string& message = scraped.report->failure.message;
    EXPECT_TRUE(message.starts_with("INFO: " + std::string(words) + "; ")) << message;
    EXPECT_TRUE(message.ends_with("of a proxy, scrape the servers behind it")) << message;
    EXPECT_TRUE(scraped.report->runs.empty());
  }
  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
    return found;
  }
  void expect_logged_once(const std::string& words) {
    const std::string log = end();
    EXPECT_EQ(count(log, "command=\"INFO all\" server=\"" + words + "\" retry_after=\"1m\""), 1u)
        << log;
    EXPECT_EQ(count(log, "\"scrape incomplete\""), 1u) << log;
    EXPECT_EQ(count(log, "\"scrape failed\""), 0u) << log;
  }

  FakeRedis proxy_;
  Wiring wiring_;
  std::optional<Exporter> exporter_;

 private:
  bool ended_ = false;
};

// https://github.com/envoyproxy/envoy/issues/38517 and, of versions before, 17571 and
// command_splitter_impl.cc, which answers PING itself;
// https://github.com/CodisLabs/codis, pkg/proxy/session.go: it takes the argument of INFO for the
// address of a server.
class ProxiesThatRefuseInfo : public Proxies, public testing::WithParamInterface<const char*> {};

TEST_P(ProxiesThatRefuseInfo, AreUpAndAskedForNothingButPing) {
  const std::string words = GetParam();
  proxy_.answers("INFO all", "-" + words + "\r\n");
  proxy_.answers("CLIENT SETNAME redis_fleet_exporter", "-unsupported command 'CLIENT'\r\n");
  Node& node = begin();
  for (int i = 1; i <= 3; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    expect_only_pong(scraped, words);
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "2");
    EXPECT_EQ(proxy_.received("PING"), i);
  }
  EXPECT_EQ(proxy_.received("INFO all"), 1);
  EXPECT_EQ(proxy_.received("CLIENT SETNAME redis_fleet_exporter"), 1);
  EXPECT_EQ(proxy_.connections(), 1);
  expect_logged_once(words);
}

INSTANTIATE_TEST_SUITE_P(Documented, ProxiesThatRefuseInfo,
                         testing::Values("unsupported command 'INFO'",
                                         "ERR unknown command 'INFO', with args beginning with: "
                                         "all",
                                         "ERR backend server 'all' not found"));

// https://github.com/twitter/twemproxy/issues/113 and 460: it hangs up at what it does not have;
// PING is supported since 0.4.0 (ChangeLog).
TEST_F(Proxies, OneThatHangsUpIsAskedWithPingFirst) {
  proxy_.throws_away("CLIENT").throws_away("INFO");
  Node& node = begin();
  for (int i = 1; i <= 3; ++i) {
    expect_only_pong(exporter_->scrape(node), "the server hung up");
    EXPECT_EQ(proxy_.received("PING"), i);
  }
  // At the name, at INFO behind PING, and PING alone on one that is kept.
  EXPECT_EQ(proxy_.connections(), 3);
  expect_logged_once("the server hung up");
}

TEST_F(Proxies, OneThatHangsUpAtTheNameIsNotToldItAgain) {
  answer_all(proxy_);
  proxy_.throws_away("CLIENT");
  wiring_.settings.max_connection_age = milliseconds(0);  // a connection for each scrape
  Node& node = begin();
  for (int i = 0; i < 3; ++i) expect_up(exporter_->scrape(node));
  EXPECT_EQ(proxy_.connections(), 5);  // the first time may have been chance
}

TEST_F(Proxies, APasswordGoesBeforePing) {
  proxy_.answers("AUTH secret", "+OK\r\n").answers("INFO all", "-unsupported command 'INFO'\r\n");
  wiring_.settings.max_connection_age = milliseconds(0);
  exporter_.emplace(wiring_);
  Target target = Exporter::at(proxy_);
  target.password = Secret("secret");
  Node& node = exporter_->add(target);
  expect_only_pong(exporter_->scrape(node), "unsupported command 'INFO'");
  proxy_.forget_commands();
  expect_only_pong(exporter_->scrape(node), "unsupported command 'INFO'");
  EXPECT_EQ(proxy_.commands(), (std::vector<std::string>{"AUTH secret", "PING"}));
  proxy_.answers("AUTH secret", "-ERR invalid password\r\n");
  expect_down(exporter_->scrape(node), Reason::auth, "check user and password");
}

TEST_F(Proxies, OneThatAnswersNeitherIsDown) {
  proxy_.answers("INFO all", "-unsupported command 'INFO'\r\n");
  proxy_.answers("PING", "-no upstream host\r\n");
  Node& node = begin();
  for (int i = 0; i < 2; ++i)
    expect_down(exporter_->scrape(node), Reason::protocol, "scrape the servers behind it");
  EXPECT_EQ(proxy_.received("INFO all"), 1);
}

TEST_F(Proxies, OneThatDiesIsDownForItsOwnReason) {
  proxy_.answers("INFO all", "-unsupported command 'INFO'\r\n");
  Node& node = begin();
  expect_only_pong(exporter_->scrape(node), "unsupported command 'INFO'");
  proxy_.turns_away_with("").closes_open_connections();
  expect_down(exporter_->scrape(node), Reason::closed, "rediss://");
  EXPECT_EQ(proxy_.received("INFO all"), 1);
}

TEST_F(Proxies, AKeptConnectionOverWhichInfoIsRefusedStays) {
  answer_all(proxy_);
  Node& node = begin();
  expect_up(exporter_->scrape(node));
  proxy_.answers("INFO all", "-ERR unknown command 'INFO'\r\n");
  for (int i = 1; i <= 2; ++i) {
    expect_only_pong(exporter_->scrape(node), "ERR unknown command 'INFO'");
    EXPECT_EQ(proxy_.received("PING"), i);
  }
  EXPECT_EQ(proxy_.received("INFO all"), 2);
  EXPECT_EQ(proxy_.connections(), 1);
}

// https://github.com/envoyproxy/envoy, redis.rst: TYPE, STRLEN and GETRANGE are routed by their
// key.
TEST_F(Proxies, NamedKeysAreReadThroughOne) {
  proxy_.answers("INFO all", "-unsupported command 'INFO'\r\n")
      .answers("CLIENT SETNAME redis_fleet_exporter", "-unsupported command 'CLIENT'\r\n")
      .answers("SELECT 0", "-unsupported command 'SELECT'\r\n")
      .answers("TYPE k", "+string\r\n")
      .answers("MEMORY USAGE k", "-unsupported command 'MEMORY'\r\n")
      .answers("STRLEN k", ":2\r\n")
      .answers("GETRANGE k 0 511", "$2\r\n42\r\n");
  wiring_.settings.checks.single_keys = {{0, "k"}};
  Node& node = begin();
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    expect_only_pong(scraped, "unsupported command 'INFO'");
    EXPECT_EQ(scraped.checked("redis_key_size{db=\"db0\",key=\"k\"}"), "2");
    EXPECT_EQ(scraped.checked("redis_key_value{db=\"db0\",key=\"k\"}"), "42");
    EXPECT_EQ(scraped.checked("redis_exporter_check_success{check=\"single_keys\"}"), "0");
  }
  EXPECT_EQ(proxy_.received("MEMORY USAGE k"), 1);
  EXPECT_EQ(count(end(), "\"check failed\""), 1u);
}

// https://github.com/joyieldInc/predixy, Handler.cpp and Response.cpp: INFO is its own.
TEST_F(Proxies, OneWithAnInfoOfItsOwnIsUp) {
  proxy_.answers("INFO all", bulk("# Proxy\nVersion:1.0.5\nName:PredixyExample\nRedisMode:proxy\n"
                                  "\n# SystemResource\nUsedMemory:1064\n"));
  proxy_.answers("CLIENT SETNAME redis_fleet_exporter", "-ERR unknown command\r\n");
  proxy_.answers("CONFIG GET databases", "*0\r\n").answers("CONFIG GET *", "*0\r\n");
  wiring_.settings.collectors.assign(all_collectors().begin(), all_collectors().end());
  Node& node = begin();
  for (int i = 0; i < 2; ++i) {
    const Scraped scraped = exporter_->scrape(node);
    expect_up(scraped);
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "1");
  }
  EXPECT_EQ(proxy_.received("PING"), 0);
}

}  // namespace
}  // namespace fleet::test
