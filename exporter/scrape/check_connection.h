// SPDX-License-Identifier: Apache-2.0
// The connection over which checks look into a node's data: beside scrapes, in the database that is
// asked for, and leaving no trace in what the server knows of the keys' use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "collectors/node_facts.h"
#include "resp/reply_buffer.h"
#include "scrape/node_access.h"
#include "scrape/open_connection.h"

namespace fleet {

class CheckConnection {
 public:
  static constexpr std::string_view kSelect = "SELECT";
  static constexpr std::string_view kNoTouch = "CLIENT NO-TOUCH";  // since 7.2
  static constexpr std::string_view kReadonly = "READONLY";        // to replicas of a Cluster

  CheckConnection(const Target& target, std::shared_ptr<NodeAccess> access)
      : target_(target), access_(std::move(access)) {}

  // Sends a batch to a database and waits for its replies, within the node's budget. No failure:
  // `replies` has `expected` of them, or unselectable() says why the database was not asked.
  asio::awaitable<Failure> ask(const NodeFacts& node, std::uint32_t database,
                               const std::string& batch, std::size_t expected,
                               ReplyBuffer& replies);

  const std::string& unselectable() const { return unselectable_; }
  // What one exchange is charged with, at most: a server that stood still was not kept by us.
  static constexpr std::chrono::milliseconds kMostWork{20};

  // Time from the last byte of the batch out to the last reply in, less what the fastest exchange
  // so far took, which is the way there and back: the server's work.
  Clock::duration work() const { return work_; }
  void close() { opened_ = Opened(); }

 private:
  asio::awaitable<void> connect_and_ask(const NodeFacts& node, std::uint32_t database,
                                        const std::string& batch, std::size_t expected,
                                        ReplyBuffer& replies, Clock::time_point deadline);
  asio::awaitable<void> select_and_ask(std::uint32_t database, const std::string& batch,
                                       std::size_t expected, ReplyBuffer& replies);
  asio::awaitable<void> prepare(const NodeFacts& node);
  asio::awaitable<void> select(std::uint32_t database);
  asio::awaitable<void> exchange(const std::string& batch, std::size_t expected,
                                 ReplyBuffer& replies);

  const Target target_;
  const std::shared_ptr<NodeAccess> access_;
  Opened opened_;
  std::optional<std::uint32_t> database_;  // that the connection is in; none: it was not prepared
  std::string unselectable_;
  Clock::duration work_{};
  Clock::duration fastest_ = Clock::duration::max();   // over this connection
  std::pair<std::string, std::uint8_t> prepared_for_;  // run_id and kind
};

}  // namespace fleet
