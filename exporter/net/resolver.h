// SPDX-License-Identifier: Apache-2.0
// Names to addresses. getaddrinfo() blocks, for many seconds when a DNS server is dead, and Asio
// runs one at a time: so each lookup has a thread of its own, few at once, which nobody waits for
// at the end. Waiting obeys deadlines, and what was found once is served while it is looked up
// again.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>

#include "net/deadline.h"
#include "net/event.h"
#include "net/task_group.h"

namespace fleet {

class Resolver {
 public:
  struct Answer {
    std::vector<asio::ip::address> addresses;  // empty: see error
    std::string error;                         // getaddrinfo's text
  };
  // Called on a thread that may outlive the resolver: what it refers to must live as long.
  using Lookup = std::function<Answer(const std::string& host)>;

  // Who asks for a name first. Strangers are clients of /scrape, who may ask for anything: their
  // names take turns of their own, so that they keep nobody else waiting.
  enum class Asker : std::uint8_t { fleet, stranger };
  static constexpr std::size_t kLookups = 2;           // at once, of the fleet's names
  static constexpr std::size_t kStrangersLookups = 1;  // and of strangers' names
  static constexpr std::size_t kMaxNames = 4096;  // a stranger's new name then replaces an old one

  static constexpr const char* kBusy = "too many unknown names are being looked up, try again";

  static constexpr std::chrono::seconds kRefresh{30};  // age at which a name is looked up again
  static constexpr std::chrono::minutes kForget{10};   // unused for so long: forgotten

  // The executor's loop has one thread, and outlives the resolver.
  explicit Resolver(asio::any_io_executor executor, Lookup lookup = system_lookup,
                    Clock::duration refresh = kRefresh, Clock::duration forget = kForget);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // The addresses of a name, at once when they are known, else when the lookup ends; a lookup in
  // progress is shared. Wrap it in finished_before(): it has no deadline of its own. The text of an
  // address ("10.0.0.1", "fd00::1") is answered without a lookup. When a known name is looked up
  // again and that fails, the last good answer stays; a name without one is not kept.
  asio::awaitable<Answer> resolve(std::string host, Asker asker = Asker::fleet);

  // The addresses that are known now: null when there are none. To ask counts as use of the name.
  const Answer* known(const std::string& host) const;
  // Whether resolve() answers at once: such a name, or the text of an address.
  bool knows(const std::string& host) const;

  // Whether resolve() is waiting for other lookups to end before it starts that of this name.
  bool in_line(const std::string& host) const;

  static Answer system_lookup(const std::string& host);

  // Ends the refreshing and waits for its end. Nobody waits for lookups in progress: neither this
  // nor the destructor, after which their answers are dropped.
  asio::awaitable<void> stop();

 private:
  enum class State : std::uint8_t { idle, in_line, looking };
  struct Name {
    Name(const asio::any_io_executor& executor, Asker asker)
        : first_asker(asker), changed(executor) {}
    const Asker first_asker;
    Answer answer;
    State state = State::idle;
    bool late = false;  // is looked up out of `left`
    std::size_t waiters = 0;
    Clock::time_point used{};
    Event changed;  // wakes the waiters when a lookup ends
  };
  using Names = std::map<std::string, std::shared_ptr<Name>>;
  // The lookups of one kind of asker.
  struct Line {
    std::size_t limit;
    std::size_t looking = 0;
    std::deque<std::string> asked = {};  // somebody waits, or did
    std::deque<std::string> stale = {};  // to be looked up again; after those
    // Of the fleet: nobody waited any longer when their turn came. One is always being looked up,
    // or names whose DNS server is dead would keep those behind them unknown for ever.
    std::deque<std::string> left = {};
    std::size_t late = 0;  // of them, among those that are looked up
    std::deque<std::string>& next();
  };
  struct Shared;  // with the threads

  Line& line_of(const Name& name) { return lines_[static_cast<std::size_t>(name.first_asker)]; }
  std::shared_ptr<Name> entry_for(const std::string& host, Asker asker);
  bool drop_oldest();
  void start_next(Line& line);
  void look_up(const std::string& host, Name& name);
  void finish(const std::string& host, Answer answer);
  asio::awaitable<void> refresh_loop();

  const asio::any_io_executor executor_;
  const Lookup lookup_;
  const Clock::duration refresh_;
  const Clock::duration forget_;
  Names names_;  // a name that is idle has addresses
  std::array<Line, 2> lines_{Line{kLookups}, Line{kStrangersLookups}};
  TaskGroup tasks_;
  bool refreshing_ = false;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace fleet
