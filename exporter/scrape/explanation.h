// SPDX-License-Identifier: Apache-2.0
// What happened in one scrape, for people: taken from the conversation once it has ended, so that a
// scrape that nobody wants explained keeps nothing but points in time. All text of the server is
// printable and cut, and no secret is in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scrape/check_state.h"
#include "scrape/node_access.h"
#include "scrape/report.h"
#include "scrape/skipped.h"

namespace fleet {

struct Explanation {
  // Within how much time it had to end, and why.
  struct Limits {
    Clock::time_point deadline{};  // of the request that began it
    Clock::duration budget{};      // from the node's turn on
    bool from_begin = false;       // no: it needed no turn, as a connection was kept
    bool short_budget = false;     // the node was silent twice in a row
    bool beside_another = false;   // another scrape of the node was in progress
  };
  struct Step {
    std::string_view what;
    std::optional<Clock::duration> ended;  // since the scrape began; none: it did not
  };
  struct Asked {
    std::string line;   // as it was sent, AUTH without what follows
    std::string reply;  // its kind and size, or the server's words
  };
  struct Exchange {
    std::string_view name;
    std::vector<Asked> commands;
  };
  struct Fact {
    std::string_view name;
    std::string value;
  };
  struct CollectorRun {
    std::string_view collector;
    bool success;
    double seconds;
    std::size_t series;
    std::string why;  // it failed
  };

  bool up = false;
  Failure failure;  // up: of what is missing
  std::vector<Fact> target, node;
  Limits limits;
  Clock::time_point began{};
  Clock::duration took{};
  std::vector<Step> steps;
  std::vector<Exchange> exchanges;
  std::size_t bytes = 0;  // received
  std::vector<Skipped> skipped;
  std::vector<CollectorRun> collectors;
  std::vector<CheckState> checks;  // of those that are done in this scrape
};

// Of a conversation that has ended just now, before its replies go.
Explanation explain(const Conversation& talk, const NodeMemory& memory, const NodeAccess& access,
                    const Target& target, const NodeReport& report,
                    const Explanation::Limits& limits);

// The commands of a batch, a line each. What follows AUTH is replaced by ***, and a name that
// `names` gives a command by "(renamed)": servers rename commands to keep them from people.
std::vector<std::string> sent_lines(std::string_view batch, const CommandNames& names = {});

// "array of 12", "text of 5423 bytes", "error \"NOPERM ...\"", "no reply".
std::string describe(Reply reply, const Target& target);

// "2027-02-18 13:21:02 UTC, in 120 days".
std::string describe_expiry(double not_after, double now);

}  // namespace fleet
