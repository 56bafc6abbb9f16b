// SPDX-License-Identifier: Apache-2.0
// Names to addresses. getaddrinfo() blocks, for many seconds when a DNS server is dead, and Asio
// runs one at a time: so it runs on a small pool of ours, waiting obeys deadlines, and what was
// found once is served while it is looked up again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/thread_pool.hpp>

#include "net/deadline.h"
#include "net/task_group.h"

namespace fleet {

class Resolver {
 public:
  struct Answer {
    std::vector<asio::ip::address> addresses;  // empty: see error
    std::string error;                         // getaddrinfo's text
  };
  using Lookup = std::function<Answer(const std::string& host)>;  // called on the pool

  static constexpr std::chrono::seconds kRefresh{30};  // age at which a name is looked up again
  static constexpr std::chrono::minutes kForget{10};   // unused for so long: no longer refreshed

  explicit Resolver(asio::any_io_executor executor, Lookup lookup = system_lookup,
                    Clock::duration refresh = kRefresh);

  // The addresses of a name, at once when they are known, else when the lookup ends; a lookup in
  // progress is shared. Wrap it in finished_before(): it has no deadline of its own. The text of an
  // address ("10.0.0.1", "fd00::1") is answered without a lookup. After an error the last good
  // answer stays.
  asio::awaitable<Answer> resolve(std::string host);

  // What is known now: null when the name was never resolved.
  const Answer* known(const std::string& host) const;

  static Answer system_lookup(const std::string& host);

  // Ends the refreshing and waits for its end; a lookup in progress is left to end by itself.
  asio::awaitable<void> stop();

 private:
  struct Name {
    explicit Name(const asio::any_io_executor& executor)
        : changed(executor, Clock::time_point::max()) {}
    Answer answer;
    bool looking = false;
    bool answered = false;
    Clock::time_point used{};
    asio::steady_timer changed;  // cancelled, to wake the waiters, when a lookup ends
  };
  void look_up(const std::string& host, const std::shared_ptr<Name>& name);
  asio::awaitable<void> refresh_loop();

  asio::any_io_executor executor_;
  Lookup lookup_;
  Clock::duration refresh_;
  std::map<std::string, std::shared_ptr<Name>> names_;
  TaskGroup tasks_;
  bool refreshing_ = false;
  asio::thread_pool pool_{2};  // last: joined first
};

}  // namespace fleet
