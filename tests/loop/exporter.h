// SPDX-License-Identifier: Apache-2.0
// The part of the exporter between a request and the servers, put together for tests: the real
// resolver, connector, TLS and nodes, with the times and limits that a test needs.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "net/connector.h"
#include "scrape/node.h"
#include "support/fake_redis.h"
#include "support/run_coroutine.h"

namespace fleet::test {

using std::chrono::milliseconds;

// A page of one node, and how long it took.
struct Scraped {
  std::shared_ptr<const NodeReport> report;
  Clock::duration took{};

  // "redis_up" -> "1"; "absent" when there is no such series.
  std::string value(std::string_view series) const;
  std::string success(std::string_view collector) const;
  // The same of what checks of the data found.
  std::string checked(std::string_view series) const;
};

// INFO was answered: up, and no reason; complete or not.
void expect_up(const Scraped& scraped, bool complete = true);
// redis_up 0 and exactly this reason, in all series that tell it; the message names the cure.
void expect_down(const Scraped& scraped, Reason reason, std::string_view cure);

struct Wiring {
  // The collectors whose commands the tests answer: INFO alone, SLOWLOG, CONFIG and ACL.
  static ScrapeSettings settings_for_tests();

  ScrapeSettings settings = settings_for_tests();
  TlsFiles tls = {};
  Resolver::Lookup lookup = Resolver::system_lookup;
  Clock::duration refresh = Resolver::kRefresh;
  std::size_t connects = ConnectLimits::kConnects;
};

class Exporter {
 public:
  explicit Exporter(Wiring wiring = {});
  // Ends what runs in the background, as the program does.
  ~Exporter();

  Node& add(Target target, Connector::AddressFilter filter = {});
  Node& add(const FakeRedis& redis) { return add(at(redis)); }
  static Target at(const FakeRedis& redis, std::string host = "127.0.0.1");

  // One scrape, waited for. A budget ends it before `patience` does unless a test says otherwise.
  Scraped scrape(Node& node, Clock::duration patience = std::chrono::seconds(5));
  void run(asio::awaitable<void> task) { run_in(loop_, std::move(task)); }
  // Lets what runs in the background go on for so long.
  void wait(Clock::duration time);

  ScrapeSettings& settings() { return access_->settings; }
  asio::any_io_executor executor() { return loop_.get_executor(); }
  TaskGroup& tasks() { return tasks_; }

 private:
  asio::io_context loop_{1};
  Wiring wiring_;
  Catalogue catalogue_;
  SelfMetrics self_;
  Resolver resolver_;
  ConnectLimits limits_;
  std::shared_ptr<NodeAccess> access_;
  std::list<std::shared_ptr<Node>> nodes_;
  TaskGroup tasks_;
};

// A server with answers for the commands of settings_for_tests().
void answer_all(FakeRedis& redis);

}  // namespace fleet::test
