// SPDX-License-Identifier: Apache-2.0
// Who may come in by HTTP's basic authentication. A bcrypt hash takes a tenth of a second by
// design: it is made on a thread, and a password that was right is remembered (as a keyed digest),
// so that a scraper waits for it once. Wrong ones are not remembered: whoever tries many cannot
// push out the right ones.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/web_settings.h"
#include "net/worker.h"

namespace fleet::http {

struct Login {
  std::string name, password;
};

// "Basic YTpi" is a and b. None: it is something else.
std::optional<Login> parse_login(std::string_view authorization);

class Passwords {
 public:
  enum class Verdict : unsigned char { right, wrong, busy };

  // Passwords that are looked at, at once; and of those from one address (of IPv6 one /64), so that
  // one guesser leaves room for others. Besides, there is room for addresses that came in before.
  static constexpr std::size_t kMostWaiting = 64;
  static constexpr std::size_t kMostOfOneAddress = 4;
  static constexpr std::size_t kRoomForKnown = 64;
  static constexpr std::size_t kMostRemembered = 256;

  explicit Passwords(asio::any_io_executor executor);

  // From now on; what was right for a user that is as before stays so.
  void set_users(std::vector<WebUser> users);
  bool empty() const { return users_.empty(); }

  // `authorization` is the header's value; `from` the client's address.
  asio::awaitable<Verdict> check(std::string authorization, std::string from);

 private:
  using Digest = std::array<unsigned char, 32>;
  void remember(const WebUser& user, const Digest& digest);
  bool may_wait(const std::string& network) const;
  Digest digest(std::string_view name, std::string_view password) const;

  Worker worker_;
  std::vector<WebUser> users_;
  unsigned generation_ = 0;              // of users_
  Digest key_{};                         // of this process
  std::map<Digest, std::string> right_;  // and whose
  std::set<std::string> came_in_;        // networks that a right password came from
  std::size_t waiting_ = 0;
  std::map<std::string, std::size_t> waiting_of_;  // by network
};

}  // namespace fleet::http
