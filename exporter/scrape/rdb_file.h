// SPDX-License-Identifier: Apache-2.0
// The size of a node's RDB file, where the node is on this host. stat() blocks for as long as a
// network file system is out of reach, and nothing ends it: so it has a thread of its own, one for
// a node, that nobody waits for at the end, and a scrape waits for it no longer than kPatience.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>

#include "config/target.h"
#include "net/deadline.h"
#include "net/event.h"

namespace fleet {

// Whether a node that is connected to at `address` is on this host: only then may its path be one
// of ours.
bool is_on_this_host(const Target& target, const asio::ip::address& address);

class RdbFile {
 public:
  static constexpr std::chrono::milliseconds kPatience{100};

  struct Size {
    std::optional<double> bytes = {};  // 0: there is no such file
    std::string why = {};              // there are none
  };
  // Called on a thread that may outlive this.
  using Look = std::function<Size(const std::string& path)>;

  // The executor's loop has one thread, and outlives this.
  explicit RdbFile(asio::any_io_executor executor, Look look = look_at);
  ~RdbFile();
  RdbFile(const RdbFile&) = delete;
  RdbFile& operator=(const RdbFile&) = delete;

  asio::awaitable<Size> size_of(std::string path, Clock::time_point deadline);

  // Of a regular file, links followed. The path is a server's word: of nothing else is more told
  // than that it is none.
  static Size look_at(const std::string& path);

 private:
  struct Shared;  // with the thread

  void start(std::string path);
  asio::awaitable<void> ended();

  const asio::any_io_executor executor_;
  const Look look_;
  std::string path_;  // that was looked at last
  bool looking_ = false;
  Clock::time_point began_{};
  Size size_;
  Event ended_;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace fleet
