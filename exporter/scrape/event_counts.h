// SPDX-License-Identifier: Apache-2.0
// How often each event of a master's Sentinels happened, from what each of them tells: what several
// tell within a while is one event. Pure.
#pragma once

#include <chrono>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fleet {

class EventCounts {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kSame{30};    // in which all Sentinels tell of one event
  static constexpr std::size_t kMostOccasions = 256;  // remembered; older ones are not waited for

  // By place in sentinel_events(), all 0 at first.
  EventCounts();

  // `sentinel` told of `event` (a place in sentinel_events()) in these words.
  void tell(std::size_t sentinel, int event, std::string_view words, Time now);

  const std::vector<double>& counts() const { return counts_; }

 private:
  struct Occasion {
    int event;
    std::string words;
    Time first_told;
    std::set<std::size_t> told_by;
  };
  std::deque<Occasion> occasions_;  // the oldest first
  std::vector<double> counts_;
};

}  // namespace fleet
