// SPDX-License-Identifier: Apache-2.0
// Which nodes there are: the configured one, and those that /scrape asks for and may.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/options.h"
#include "net/connector.h"
#include "net/task_group.h"
#include "scrape/node.h"

namespace fleet {

class Fleet {
 public:
  // Nodes of /scrape kept at once, all together and of one host and port. One more replaces the one
  // that was used longest ago.
  static constexpr std::size_t kMaxVisited = 1024;
  static constexpr std::size_t kMaxVisitedOfServer = 16;
  // After their last scrape; looked for each minute.
  static constexpr std::chrono::minutes kForgetVisited{10};

  // All must outlive the fleet. `lookup` is getaddrinfo and `forget` kForgetVisited but for tests.
  Fleet(asio::any_io_executor executor, const Options& options, const Catalogue& catalogue,
        SelfMetrics& self, Resolver::Lookup lookup = Resolver::system_lookup,
        Clock::duration forget = kForgetVisited);

  // The nodes of the telemetry path.
  std::vector<Node*> configured() const;

  // The node that a URL names. `target` is what stands in the URL: a user is taken from it, a
  // password is not. A name that has to be looked up is waited for until the deadline, and no
  // longer than a node's budget. The node may be replaced by another target's: start it before the
  // next wait.
  struct Found {
    Found(Node* found, unsigned code, std::string why)
        : node(found), status(code), problem(std::move(why)) {}
    Node* node;           // null: see status and problem
    unsigned status;      // 400, 403, 503
    std::string problem;  // for the client: says what to do
  };
  asio::awaitable<Found> find(std::string target, Clock::time_point deadline);

  const ScrapeSettings& settings() const { return settings_; }

  // Ends what runs in the background and waits for it.
  asio::awaitable<void> stop();

 private:
  // What tells visited nodes apart: not how a URL spells it.
  struct Key {
    explicit Key(const Target& target);
    bool same_server(const Key& other) const { return host == other.host && port == other.port; }
    auto operator<=>(const Key&) const = default;
    std::string host;
    std::uint16_t port;
    Target::Transport transport;
    std::string username;
    std::uint32_t database;
  };
  using Visited = std::map<Key, std::unique_ptr<Node>>;

  Target with_credentials(Target target) const;
  std::unique_ptr<Node> make_node(Target target, Connector::AddressFilter filter = {});
  asio::awaitable<void> look_up(std::string host, Resolver::Answer& answer);
  bool make_room(const Key& key);
  bool drop_oldest(const std::function<bool(const Key&)>& among);
  asio::awaitable<void> forget_unused();

  asio::any_io_executor executor_;
  const Options& options_;
  const Catalogue& catalogue_;
  SelfMetrics& self_;
  ScrapeSettings settings_;
  Resolver resolver_;
  TlsClient tls_;
  Connector connector_;
  std::unique_ptr<Node> configured_;
  const Clock::duration forget_;
  bool forgetting_ = false;
  Visited visited_;
  TaskGroup tasks_;
};

// What flags say about scraping, for the collectors there are.
ScrapeSettings settings_of(const Options& options);

}  // namespace fleet
