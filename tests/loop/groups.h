// SPDX-License-Identifier: Apache-2.0
// Groups of scripted servers as a fleet has them, with fast rounds.
#pragma once

#include <set>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "loop/exporter.h"
#include "scrape/all_metrics.h"
#include "scrape/fleet.h"
#include "support/collector_runner.h"

namespace fleet::test {

// The reply of a flat list of names and values, and a list of such.
inline std::string flat(std::initializer_list<std::string> words) {
  std::string reply = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) reply += bulk(word);
  return reply;
}
inline std::string list(std::initializer_list<std::string> entries) {
  std::string reply = "*" + std::to_string(entries.size()) + "\r\n";
  for (const std::string& entry : entries) reply += entry;
  return reply;
}

class Groups : public testing::Test {
 protected:
  Groups() {
    declare_metrics(all_collectors(), catalogue_);
    declare_tables(catalogue_);
    options_.config_file = "fleet.yaml";
    options_.redis_addr.reset();
    options_.collectors.push_back({"server", true});
    options_.connection_timeout = milliseconds(500);
  }
  ~Groups() override {
    if (fleet_) run_in(loop_, fleet_->stop());
  }

  Group& add_group(const std::string& name, std::initializer_list<const FakeRedis*> servers) {
    Group& group = options_.groups.emplace_back();
    group.name = name;
    for (const FakeRedis* server : servers) group.nodes.push_back({Exporter::at(*server)});
    return group;
  }
  Group& add_sentinel_group(const FakeRedis& sentinel) {
    Group& group = add_group("pay", {});
    group.source = Group::Source::sentinel;
    group.master = "mymaster";
    group.sentinels.push_back(Exporter::at(sentinel));
    group.labels = {{"team", "web"}};
    return group;
  }

  void begin(Clock::duration list_without = std::chrono::minutes(5),
             Resolver::Lookup lookup = Resolver::system_lookup,
             Clock::duration discovery_pause = milliseconds(20)) {
    fleet_ = std::make_unique<Fleet>(loop_.get_executor(), options_, catalogue_, self_,
                                     std::move(lookup),
                                     FleetTimes{.discovery_pause = discovery_pause,
                                                .list_without = list_without,
                                                .name_refresh = milliseconds(20)});
  }
  std::shared_ptr<const NodeReport> scrape(Node& node) {
    std::shared_ptr<const NodeReport> report;
    const auto task = [&]() -> asio::awaitable<void> {
      const auto run = node.start(Clock::now() + std::chrono::seconds(5), loop_.get_executor());
      report = co_await Node::finished(run);
    };
    run_in(loop_, task());
    return report;
  }
  void scrape_all() {
    for (const Fleet::Member* member : fleet_->members()) scrape(*member->node);
  }
  // Lets discovery go on until `condition` holds.
  bool wait_until(const std::function<bool()>& condition) {
    const auto limit = Clock::now() + std::chrono::seconds(5);
    while (!condition() && Clock::now() < limit)
      run_in(loop_, sleep_until(Clock::now() + milliseconds(10)));
    return condition();
  }
  std::string described(const std::string& series) const {
    SampleSet samples(catalogue_);
    fleet_->describe(samples);
    Page page;
    TextWriter writer("redis", {{&samples, ""}});
    while (writer.write(page.text, std::string::npos)) {
    }
    return page.value(series);
  }
  static std::string port_of(const FakeRedis& redis) { return std::to_string(redis.port()); }
  static std::string address(const FakeRedis& redis) { return "127.0.0.1:" + port_of(redis); }

  // What a Sentinel says of a master with one replica.
  static void watches(FakeRedis& sentinel, const FakeRedis& master, const FakeRedis& replica,
                      const std::string& epoch) {
    sentinel
        .answers("SENTINEL MASTER mymaster", flat({"name",
                                                   "mymaster",
                                                   "ip",
                                                   "127.0.0.1",
                                                   "port",
                                                   port_of(master),
                                                   "runid",
                                                   "a1",
                                                   "flags",
                                                   "master",
                                                   "role-reported",
                                                   "master",
                                                   "config-epoch",
                                                   epoch,
                                                   "num-slaves",
                                                   "1",
                                                   "num-other-sentinels",
                                                   "0",
                                                   "quorum",
                                                   "1"}))
        .answers("SENTINEL REPLICAS mymaster",
                 list({flat({"name", address(replica), "ip", "127.0.0.1", "port", port_of(replica),
                             "runid", "b2", "flags", "slave", "master-link-status", "ok"})}))
        .answers("SENTINEL SENTINELS mymaster", "*0\r\n")
        .answers("INFO sentinel", bulk("# Sentinel\r\nsentinel_tilt:0\r\n"))
        .answers("PING", flat({"pong", ""}))
        .answers(subscription(), flat({"subscribe", "+sdown", "1"}));
  }
  static std::string subscription() {
    std::set<std::string_view> channels;
    for (const SentinelEvent& event : sentinel_events()) channels.insert(event.name);
    std::string line = "SUBSCRIBE";
    for (const std::string_view channel : channels) line.append(" ").append(channel);
    return line;
  }

  asio::io_context loop_{1};
  Catalogue catalogue_;
  SelfMetrics self_{{"0", "0", "0"}};
  Options options_;
  std::unique_ptr<Fleet> fleet_;
};

}  // namespace fleet::test
