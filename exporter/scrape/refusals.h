// SPDX-License-Identifier: Apache-2.0
// The commands that a node refused (no permission, unknown): not sent again for a while, so that a
// missing right is one line in its ACL LOG and not one a scrape. Pure.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace fleet {

class Refusals {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::hours kForget{1};
  // INFO decides about redis_up: a right that was just granted must show soon.
  static constexpr std::chrono::minutes kForgetInfo{1};
  // In place of the words of a server that hangs up.
  static constexpr std::string_view kHungUp = "the server hung up";

  // Whether an error reply says that the command, as it stands, will never be answered.
  static bool is_refusal(std::string_view error);
  // Whether it says that the user may not read a key, or a search index, of the command.
  static bool is_of_key(std::string_view error);

  // Takes note of an error reply to `line`; true when it is news, to be logged. AUTH is never
  // refused for good: without it the server would refuse everything else. `line` is without the
  // name of a master: what is refused for one is refused for all.
  bool note(std::string_view line, std::string_view error, Time now);
  // As if the server had refused it in these words.
  void hold(std::string_view line, std::string_view words, Time now) { enter(line, words, now); }
  // Takes note that the server hangs up at `line`, and answers without it; true when it is news.
  bool note_hang_up(std::string_view line, Time now);
  bool holds(std::string_view line, Time now) const;
  // For how long it is still not sent; 0: it is.
  std::chrono::nanoseconds left(std::string_view line, Time now) const;
  // The server's words, "" when the command is not refused.
  std::string_view words(std::string_view line) const;

  // The node became another (run_id), or we did (credentials, configuration).
  void clear() { entries_.clear(); }
  std::size_t count(Time now) const;

 private:
  bool enter(std::string_view line, std::string_view words, Time now);

  struct Entry {
    Time until;
    std::string error;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace fleet
