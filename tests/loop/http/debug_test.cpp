// SPDX-License-Identifier: Apache-2.0
// /scrape?debug=true over the ways in which servers and networks fail.
#include <gtest/gtest.h>

#include "loop/http/pages_exporter.h"
#include "support/fake_redis.h"
#include "support/gunzip.h"

namespace fleet::test {
namespace {

using Meets = FakeRedis::Meets;

class DebugScrape : public testing::Test {
 protected:
  DebugScrape() {
    redis_.answers("SLOWLOG LEN", ":3\r\n")
        .answers("SLOWLOG GET 1", "*0\r\n")
        .answers("CONFIG GET protected-mode", "*2\r\n$14\r\nprotected-mode\r\n$3\r\nyes\r\n")
        .answers("ACL GETUSER default", "*2\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n");
    options_.redis_addr = target_of(uri());
    options_.connection_timeout = std::chrono::milliseconds(400);
    for (const std::string_view name : {"server", "slowlog", "security"})
      options_.collectors.push_back({name});
  }
  std::string uri() const { return "redis://127.0.0.1:" + std::to_string(redis_.port()); }
  std::string query() const { return "/scrape?debug=true&target=" + uri(); }

  FakeRedis redis_;
  Options options_;
};

void expect(const std::string& page, const std::string& part) {
  EXPECT_NE(page.find(part), std::string::npos) << part << "\nis not in\n" << page;
}

void expect_not(const std::string& page, const std::string& part) {
  EXPECT_EQ(page.find(part), std::string::npos) << part << "\nis in\n" << page;
}

TEST_F(DebugScrape, ShowsANewConnectionAndThenAKeptOne) {
  const PagesExporter exporter(options_);
  const HttpReply first = exporter.get(query());
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("Content-Type"), "text/plain; charset=utf-8");
  expect(first.body, "Result: up and complete\n");
  expect(first.body, "to 127.0.0.1:" + std::to_string(redis_.port()) + ", new, because none was");
  expect(first.body, "  CLIENT SETNAME redis_fleet_exporter  status \"OK\"\n");
  expect(first.body, "  its last reply ");
  expect(first.body, "  redis_version      7.0.15\n");
  expect(first.body, "  COMMANDLOG LEN slow           commandlog         collector switched off\n");
  expect(first.body, "\nMetrics of this scrape:\n\n# HELP redis_");
  EXPECT_TRUE(has_line(first, "redis_up 1"));
  const HttpReply second = exporter.get(query());
  expect(second.body, ", kept from an earlier scrape; it may be kept for another ");
  expect(second.body, "security           the answer is kept from earlier on this connection\n");
  expect(second.body, "  SLOWLOG LEN                integer 3\n");
  expect(first.body, "from its turn to connect; --connection-timeout\n");
  expect(second.body, "from the scrape's begin, as a connection was kept; --connection-timeout\n");
  expect_not(second.body, "SETNAME");
  EXPECT_EQ(redis_.connections(), 1);
  const HttpReply packed = exporter.get(query(), "Accept-Encoding: gzip\r\n");
  const std::string unpacked = gunzip(packed.body).value_or("");
  EXPECT_TRUE(unpacked.starts_with("Scrape of redis://127.0.0.1:"));
  expect(unpacked, "\nredis_up 1\n");
}

TEST_F(DebugScrape, ShowsHowChecksOfDataAreDoing) {
  options_.checks.single_keys = {{0, "l"}, {0, "gone"}};
  options_.checks.count_keys = {{0, "k*"}};
  options_.checks.batch = 10;
  redis_.answers("SELECT 0", "+OK\r\n").answers("DBSIZE", ":1000\r\n");
  redis_.answers("TYPE l", "+list\r\n").answers("LLEN l", ":2\r\n");
  redis_.answers("TYPE gone", "+none\r\n").answers("MEMORY USAGE gone", "$-1\r\n");
  redis_.answers("MEMORY USAGE l", "-NOPERM no permissions to run 'memory|usage'\r\n");
  redis_.answers("SCAN 0 MATCH k* COUNT 10", "*2\r\n$1\r\n7\r\n*0\r\n");
  redis_.answers("SCAN 7 MATCH k* COUNT 10", "*2\r\n$1\r\n7\r\n*0\r\n");
  const PagesExporter exporter(options_);
  const HttpReply reply = exporter.get(query());
  const std::string& page = reply.body;
  expect(page, "\nChecks of data\n  single_keys  failed         2 samples ");
  expect(page, " s, MEMORY USAGE: NOPERM no permissions to run 'memory|usage'\n");
  expect(page, "  count_keys   not ended yet  0 samples  the next is at ");
  EXPECT_TRUE(has_line(reply, "redis_exporter_refused_commands 1"));
}

TEST_F(DebugScrape, ShowsWhatTheServerRefusesNowAndLater) {
  redis_.answers("SLOWLOG LEN", "-NOPERM \x1b[31mno 'slowlog|len'\r\n");
  const PagesExporter exporter(options_);
  const std::string words = "\"NOPERM \\u001b[31mno 'slowlog|len'\"";
  const std::string first = exporter.get(query()).body;
  expect(first, "Result: up, but not complete\nMissing: slowlog: SLOWLOG LEN: NOPERM \\u001b[31m");
  expect(first, "error " + words + "\n");
  expect_not(first, "\x1b");
  const std::string second = exporter.get(query()).body;
  expect(second,
         "refused by the server: " + words +
             "; not sent for another 1h; --print-acl shows the rights that the exporter needs\n");
  EXPECT_EQ(redis_.received("SLOWLOG LEN"), 1);
}

TEST_F(DebugScrape, ShowsNoPasswordWhateverTheServerSaysToIt) {
  options_.redis_addr = target_of("redis://someone:hunter2@" + uri().substr(8));
  redis_.answers("AUTH someone hunter2",
                 "-ERR unknown command 'AUTH', with args beginning with: 'someone' 'hunter2'\r\n");
  redis_.answers("INFO all", "-NOAUTH hunter2 or so\r\n");
  const PagesExporter exporter(options_);
  const std::string page =
      exporter.get("/scrape?debug=true&target=redis://me:other-secret@" + uri().substr(8)).body;
  expect(page, "Scrape of redis://***@127.0.0.1:");
  expect(page, "Result: down, redis_up 0\nReason: auth: AUTH: the server has no command AUTH");
  expect(page, "  AUTH *** ***                         error: the server has no command AUTH\n");
  expect(page, "error \"NOAUTH *** or so\"\n");
  expect(page, "closed, because the scrape did not end well\n");
  expect(page, "  credentials  user someone, password of the URI of --redis.addr\n");
  for (const std::string secret : {"hunter2", "other-secret"}) expect_not(page, secret);
}

TEST_F(DebugScrape, ShowsWhoseTheNodeIsAndWhereThePasswordComesFrom) {
  redis_.answers("AUTH hunter2", "+OK\r\n").answers("AUTH ada hunter2", "+OK\r\n");
  options_.redis_password = Secret("hunter2");
  {
    const PagesExporter exporter(options_);
    const std::string page = exporter.get(query()).body;
    expect(page, "  group        none: it is the node of --redis.addr\n");
    expect(page,
           "  credentials  the default user, password of REDIS_PASSWORD or --redis.password\n");
  }
  options_.redis_addr.reset();
  options_.config_file = "fleet.yaml";
  Group& group = options_.groups.emplace_back();
  group.name = "web";
  group.username = "ada";
  group.password = Secret("hunter2");
  group.nodes.push_back({target_of(uri()), {}, "fleet.yaml:3:5"});
  {
    const PagesExporter exporter(options_);
    const std::string page = exporter.get(query()).body;
    expect(page, "  group        web, fleet.yaml:3:5\n");
    expect(page, "  credentials  none: neither the group nor the node names credentials with a ");
  }
  group.nodes[0].target.username = "ada";
  group.nodes[0].target.password = Secret("hunter2");
  group.standalone = true;
  {
    const PagesExporter exporter(options_);
    const std::string page = exporter.get(query()).body;
    expect(page, "  group        web (standalone), fleet.yaml:3:5\n");
    expect(page, "  credentials  user ada, password of the group's credentials\n");
    expect_not(page, "hunter2");
  }
  group.password = Secret("another");
  expect(
      PagesExporter(options_).get(query()).body,
      "  credentials  user ada, password of the node's own: its address, or credentials of its ");
}

TEST_F(DebugScrape, ShowsWhoLetsATargetInAndWithWhosePassword) {
  redis_.answers("AUTH hunter2", "+OK\r\n").answers("AUTH ada other", "+OK\r\n");
  options_.redis_addr.reset();
  options_.config_file = "fleet.yaml";
  options_.redis_password = Secret("hunter2");
  const auto page = [this](const std::string& entry, AllowedAccess access = {}) {
    options_.allowed_targets = {};
    EXPECT_EQ(options_.allowed_targets.add(entry, std::move(access)), "");
    const PagesExporter exporter(options_);
    return exporter.get(query()).body;
  };
  expect(page("*"), "  credentials  none: what only * lets in gets no password\n");
  const std::string by_flags = page("127.0.0.0/8");
  expect(by_flags, "  group        none: the list of allowed targets lets it in\n");
  expect(by_flags,
         "  credentials  the default user, password of REDIS_PASSWORD or --redis.password");
  expect(
      page("127.0.0.0/8", {true, "ada", Secret("other")}),
      "  credentials  user ada, password of the entry of allowed_targets that has 127.0.0.0/8\n");
  options_.redis_password = Secret();
  expect(page("127.0.0.0/8"),
         "  credentials  none: REDIS_PASSWORD or --redis.password is not set, ");
}

TEST_F(DebugScrape, ShowsTheStepThatTheTimeRanOutIn) {
  redis_.hangs();
  const PagesExporter exporter(options_);
  const std::string page = exporter.get(query()).body;
  expect(page, "Reason: timeout: connected, but no answer in time");
  expect(page, "its first byte     not reached\n");
  expect(page, "INFO all                             no reply\n");
  expect(page, "node's budget      400.000 ms");
  exporter.get(query());
  const std::string third =
      exporter.get(query(), "X-Prometheus-Scrape-Timeout-Seconds: 5\r\n").body;
  expect(third, "X-Prometheus-Scrape-Timeout-Seconds 5, less");
}

TEST_F(DebugScrape, ShowsAKeptConnectionThatWasGivenUp) {
  const PagesExporter exporter(options_);
  exporter.get(query());
  redis_.hangs(Meets::open_connections);
  const std::string page = exporter.get(query()).body;
  expect(page, "Result: up and complete\n");
  expect(page, "new, because the kept one broke or was silent");
  expect(page, "  kept connection given up ");
  expect(page, "\nSent on the kept connection, which was given up\n  INFO all ");
  expect(page, "\nSent greeting of a new connection\n");
}

TEST_F(DebugScrape, ShowsAConnectionThatTheServerEnds) {
  redis_.closes_in("INFO all", 0);
  const PagesExporter exporter(options_);
  const std::string page = exporter.get(query()).body;
  expect(page, "Result: down, redis_up 0\nReason: closed: ");
  expect(page, "INFO all                             no reply\n");
}

TEST_F(DebugScrape, ShowsTheSecondGreetingOfAServerThatHangsUpAtTheFirst) {
  redis_.answers("PING", "+PONG\r\n").closes_in("PING", 0);
  redis_.closes_in("CLIENT SETNAME redis_fleet_exporter", 0);
  const PagesExporter exporter(options_);
  const std::string page = exporter.get(query()).body;
  expect(page, "Result: down, redis_up 0\nReason: closed: ");
  expect(page, "the server hung up at the usual one: another, with PING first\n");
  expect(page, "\nSent greeting of a new connection\n  PING  no reply\n");
}

TEST_F(DebugScrape, ShowsAProxyThatIsAskedPingInstead) {
  redis_.answers("INFO all", "-unsupported command 'INFO'\r\n").answers("PING", "+PONG\r\n");
  const PagesExporter exporter(options_);
  const std::string first = exporter.get(query()).body;
  expect(first,
         "Result: up, but not complete\nReason: protocol: INFO: unsupported command 'INFO'; ");
  expect(first, "INFO all                             error \"unsupported command 'INFO'\"\n");
  expect(first, "\nSent because INFO is refused\n  PING  answered\n");
  expect(first, "; it may be kept for another ");
  const std::string page = exporter.get(query()).body;
  expect(page, "Result: up, but not complete\nReason: protocol: ");
  expect(page, "\nSent because INFO is refused\n  PING  answered\n");
  expect(page, "kept from an earlier scrape");
  expect(page, "INFO all  -  refused by the server: \"unsupported command 'INFO'\"; not sent for ");
  EXPECT_EQ(page.find("not reached"), page.npos) << page;
  EXPECT_EQ(redis_.received("INFO all"), 1);
}

TEST_F(DebugScrape, SaysThatNothingIsSentWhileInfoIsRefused) {
  redis_.answers("INFO all", "-NOPERM no\r\n");
  const PagesExporter exporter(options_);
  expect(exporter.get(query()).body, "Reason: noperm: ");
  const std::string page = exporter.get(query()).body;
  expect(page, "Reason: noperm: ");
  expect(page, "\nNothing was sent\n");
  expect(page,
         "INFO all  -  refused by the server: \"NOPERM no\"; not sent for another 1m; "
         "--print-acl shows the rights that the exporter needs\n");
  EXPECT_EQ(redis_.received("INFO all"), 1);
}

TEST_F(DebugScrape, IsForTheSameTargetsAsScrape) {
  const FakeRedis other;
  const PagesExporter exporter(options_);
  const std::string forbidden = "/scrape?target=redis://127.0.0.1:" + std::to_string(other.port());
  for (const std::string& target :
       {forbidden, std::string("/scrape?target=http://a:1"), std::string("/probe?target=")}) {
    const HttpReply plain = exporter.get(target);
    const HttpReply debug = exporter.get(target + "&debug=true");
    EXPECT_EQ(debug.status, plain.status);
    EXPECT_EQ(debug.body, plain.body);
  }
  EXPECT_EQ(exporter.get(forbidden + "&debug=true").status, 403);
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(DebugScrape, IsAskedForByTrueAlone) {
  const PagesExporter exporter(options_);
  for (const std::string value : {"", "1", "TRUE", "yes"}) {
    const HttpReply reply = exporter.get("/scrape?target=" + uri() + "&debug=" + value);
    EXPECT_EQ(reply.status, 400) << value;
    EXPECT_EQ(reply.body, "'debug' may be true or false, or be left out\n");
  }
  const HttpReply plain = exporter.get("/scrape?debug=false&target=" + uri());
  EXPECT_EQ(plain.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_TRUE(plain.body.starts_with("# HELP ")) << plain.body.substr(0, 100);
}

}  // namespace
}  // namespace fleet::test
