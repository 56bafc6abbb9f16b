// SPDX-License-Identifier: Apache-2.0
// Nodes that nobody configured and that /scrape asks for: who may be asked, with whose credentials,
// and how many are kept.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "config/options.h"
#include "scrape/node.h"

namespace fleet {

// The node that a URL names, or why there is none.
struct FoundTarget {
  FoundTarget(Node* found, unsigned code, std::string why)
      : node(found), status(code), problem(std::move(why)) {}
  Node* node;               // null: see status and problem
  unsigned status;          // 400, 403, 503
  std::string problem;      // for the client: says what to do
  bool unresolved = false;  // it might be asked, but DNS does not know its name
};

class VisitedNodes {
 public:
  // Kept at once, all together and of one host and port. One more replaces the one that was used
  // longest ago.
  static constexpr std::size_t kMost = 1024;
  static constexpr std::size_t kMostOfServer = 16;

  // With the files of an entry's `tls`; null: those of the flags.
  using MakeNode =
      std::function<std::shared_ptr<Node>(Target, Connector::AddressFilter, const TlsFiles*)>;

  // All must outlive this. A node is closed `forget` after its last scrape.
  VisitedNodes(const Options& options, Resolver& resolver, TaskGroup& tasks, MakeNode make_node,
               Clock::duration forget);

  // `asker`: whose turn a lookup of the name takes. Waits until the deadline at most, and no longer
  // than a node's budget.
  asio::awaitable<FoundTarget> find(Target target, Resolver::Asker asker,
                                    Clock::time_point deadline);

  // In words: the user and where the password is configured. Of a node that find() named just now.
  std::string credentials_of(const Node& node) const;

  void forget_refusals();
  // What was allowed, and with which credentials, may have changed: all are forgotten.
  void clear();

 private:
  // What tells them apart: not how a URL spells it.
  struct Key {
    explicit Key(const Target& target);
    bool same_server(const Key& other) const { return host == other.host && port == other.port; }
    auto operator<=>(const Key&) const = default;
    std::string host;
    std::uint16_t port;
    Target::Transport transport;
    std::string username;
    std::uint32_t database;
    std::string certificate_name;
  };

  struct Visited {
    std::shared_ptr<Node> node;
    Allowed allowed;
    const AllowList::Entry* access;  // that lent it credentials or TLS; null: none did
  };

  asio::awaitable<void> look_up(std::string host, Resolver::Asker asker, Resolver::Answer& answer);
  bool has_moved(const Visited& visited) const;
  Connector::AddressFilter filter_for(const Target& target, Allowed allowed,
                                      const AllowList::Entry* access, bool lent_by_file) const;
  bool make_room(const Key& key);
  bool drop_oldest(const std::function<bool(const Key&)>& among);
  asio::awaitable<void> forget_unused();

  const Options& options_;
  Resolver& resolver_;
  TaskGroup& tasks_;
  const MakeNode make_node_;
  const Clock::duration forget_;
  bool forgetting_ = false;
  std::map<Key, Visited> nodes_;
  std::set<std::string> unresolved_;  // hosts, as the log has them
};

}  // namespace fleet
