// SPDX-License-Identifier: Apache-2.0
// Questions to one server beside scrapes, for discovery: a connection of its own, kept from one
// batch to the next.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "resp/reply_buffer.h"
#include "scrape/node_access.h"
#include "scrape/open_connection.h"

namespace fleet {

class Questioner {
 public:
  // A failover must be seen soon, whatever budget scrapes have.
  static constexpr std::chrono::seconds kPatience{2};

  Questioner(Target target, std::shared_ptr<NodeAccess> access)
      : target_(std::move(target)), access_(std::move(access)) {}

  // Sends the batch and waits for its replies, over a new connection when there is none that may be
  // used again; within the node's budget and kPatience. No failure: `replies` has `expected` of
  // them.
  asio::awaitable<Failure> ask(std::string batch, std::size_t expected, ReplyBuffer& replies);

  const Target& target() const { return target_; }
  // That the last question went to; unspecified when none was reached, and for Unix sockets.
  const asio::ip::address& address() const { return opened_.progress.address; }
  // How many connections were tried: another server may answer over a new one.
  std::size_t connections() const { return connections_; }

 private:
  asio::awaitable<void> connect_and_ask(const std::string& batch, std::size_t expected,
                                        ReplyBuffer& replies, Clock::time_point deadline);
  asio::awaitable<void> exchange(const std::string& batch, std::size_t expected,
                                 ReplyBuffer& replies);
  bool connected() const { return opened_.connection != nullptr; }

  const Target target_;
  const std::shared_ptr<NodeAccess> access_;
  Opened opened_;
  std::size_t connections_ = 0;
};

}  // namespace fleet
