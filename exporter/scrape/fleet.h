// SPDX-License-Identifier: Apache-2.0
// Which nodes there are: the configured one, and those that /scrape asks for and may.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/options.h"
#include "net/connector.h"
#include "net/task_group.h"
#include "scrape/node.h"

namespace fleet {

class Fleet {
 public:
  static constexpr std::size_t kMaxVisited = 1024;           // nodes of /scrape kept at once
  static constexpr std::chrono::minutes kForgetVisited{10};  // after their last scrape

  // All must outlive the fleet. `lookup` is getaddrinfo but for tests.
  Fleet(asio::any_io_executor executor, const Options& options, const Catalogue& catalogue,
        SelfMetrics& self, Resolver::Lookup lookup = Resolver::system_lookup);

  // The nodes of the telemetry path.
  std::vector<Node*> configured() const;

  // The node that a URL names. `target` is what stands in the URL: a user is taken from it, a
  // password is not.
  struct Found {
    Found(Node* found, unsigned code, std::string why)
        : node(found), status(code), problem(std::move(why)) {}
    Node* node;           // null: see status and problem
    unsigned status;      // 400, 403, 503
    std::string problem;  // for the client: says what to do
  };
  asio::awaitable<Found> find(std::string target);

  const ScrapeSettings& settings() const { return settings_; }

  // Ends what runs in the background and waits for it.
  asio::awaitable<void> stop();

 private:
  Target with_credentials(Target target) const;
  std::unique_ptr<Node> make_node(Target target, Connector::AddressFilter filter = {});
  asio::awaitable<void> look_up(std::string host, Resolver::Answer& answer);
  void forget_unused();

  asio::any_io_executor executor_;
  const Options& options_;
  const Catalogue& catalogue_;
  SelfMetrics& self_;
  ScrapeSettings settings_;
  Resolver resolver_;
  TlsClient tls_;
  Connector connector_;
  std::unique_ptr<Node> configured_;
  std::map<std::string, std::unique_ptr<Node>> visited_;  // by user@spelling
  TaskGroup tasks_;
};

// What flags say about scraping, for the collectors there are.
ScrapeSettings settings_of(const Options& options);

}  // namespace fleet
