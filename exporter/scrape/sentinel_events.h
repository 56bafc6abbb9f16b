// SPDX-License-Identifier: Apache-2.0
// What a Sentinel tells by itself, by SUBSCRIBE: failovers and states that begin and end between
// two questions. A connection of its own, kept alive by PING.
//
//   +switch-master  mymaster 10.0.0.5 6379 10.0.0.6 6379
//   +sdown          slave 10.0.0.6:6379 10.0.0.6 6379 @ mymaster 10.0.0.5 6379
//   +tilt           #tilt mode entered
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "scrape/node_access.h"

namespace fleet {

// An event that is counted.
struct SentinelEvent {
  std::string_view name;     // the channel: "+sdown"
  std::string_view subject;  // what it happens to: master, slave (as Sentinels write) or sentinel
  // Every Sentinel tells it of itself, or only the one that leads a failover. Otherwise all that
  // see it tell the same.
  bool told_once = false;
};
std::span<const SentinelEvent> sentinel_events();

// The place in sentinel_events() of a message, if it is of the master of that name; -1: of none.
int event_of(std::string_view channel, std::string_view payload, std::string_view master);

class SentinelEvents {
 public:
  static constexpr std::chrono::seconds kKeepAlive{10};  // silence after which a PING goes out
  static constexpr std::chrono::seconds kRetry{5};
  static constexpr std::size_t kMostBytes = 4 << 20;  // then a new connection follows

  static constexpr std::chrono::hours kRetryRefused{1};
  using Heard = std::function<void(int event, std::string_view payload)>;

  SentinelEvents(Target target, std::shared_ptr<NodeAccess> access, std::string master, Heard heard)
      : target_(std::move(target)),
        access_(std::move(access)),
        master_(std::move(master)),
        heard_(std::move(heard)) {}

  // Until retire(), or cancelled.
  asio::awaitable<void> listen(std::shared_ptr<SentinelEvents> self);
  // Events are not told any more.
  void retire() { retired_ = true; }
  bool listening() const { return listening_; }

 private:
  asio::awaitable<void> connect(Clock::time_point deadline);
  asio::awaitable<void> hear();
  Clock::duration pause_after(Clock::time_point start);
  asio::awaitable<void> receive(std::size_t least);
  void take(Reply message);

  const Target target_;
  const std::shared_ptr<NodeAccess> access_;
  const std::string master_;
  const Heard heard_;
  bool retired_ = false;
  bool listening_ = false;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<ReplyBuffer> replies_;
  Failure failure_;
  std::string logged_;  // the failure that the log has last, "" when events were heard
};

}  // namespace fleet
