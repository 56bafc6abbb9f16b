// SPDX-License-Identifier: Apache-2.0
#include "scrape/event_counts.h"

#include <algorithm>

#include "scrape/sentinel_events.h"

namespace fleet {
namespace {

constexpr std::size_t kLongestWords = 512;

}  // namespace

EventCounts::EventCounts() : counts_(sentinel_events().size()) {}

void EventCounts::tell(std::size_t sentinel, int event, std::string_view words, Time now) {
  const auto place = static_cast<std::size_t>(event);
  words = words.substr(0, std::min(words.find(" #"), kLongestWords));  // "#quorum 2/2": of its own
  while (!occasions_.empty() &&
         (now - occasions_.front().first_told > kSame || occasions_.size() >= kMostOccasions))
    occasions_.pop_front();
  if (!sentinel_events()[place].told_once) {
    for (Occasion& occasion : occasions_)
      if (occasion.event == event && occasion.words == words &&
          occasion.told_by.insert(sentinel).second)
        return;
    occasions_.push_back({event, std::string(words), now, {sentinel}});
  }
  ++counts_[place];
}

}  // namespace fleet
