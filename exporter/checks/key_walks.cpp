// SPDX-License-Identifier: Apache-2.0
#include "checks/key_walks.h"

#include <algorithm>

namespace fleet {
namespace {

constexpr std::size_t kLongestCursor = 20;  // digits of an unsigned number with 64 bits

}  // namespace

bool KeyWalks::ask(Slice& slice) {
  if (const std::string why = slice.refused(kScan); !why.empty()) {
    while (!done()) skip(why);
    return false;
  }
  const KeyPattern& pattern = patterns_[at_];
  slice.database = pattern.database;
  asked_size_ = !begun_ && slice.refused(kDbsize).empty();
  if (asked_size_) slice.add(kDbsize);
  begun_ = true;
  weight_ = slice.weight;
  const std::string count = std::to_string(weight_);
  if (type_.empty()) {
    slice.add(kScan, {cursor_, "MATCH", pattern.text, "COUNT", count});
  } else {
    slice.add(kScan, {cursor_, "MATCH", pattern.text, "COUNT", count, "TYPE", type_});
  }
  return true;
}

KeyWalks::Found KeyWalks::take(std::span<const Reply> replies) {
  if (asked_size_) size_ = static_cast<double>(replies.front().integer());
  const Reply scan = replies.back();
  const Found found{at_, scan[1]};
  const std::string_view cursor = scan[0].text();
  if (cursor.empty() || cursor.size() > kLongestCursor || !found.keys.is_array()) {
    skip("SCAN: " +
         std::string(scan.is_error() ? scan.words() : "no cursor and keys in the answer"));
    return {at_, {}};
  }
  looked_at_ += static_cast<double>(weight_);
  // A walk may meet keys that are added meanwhile, but not for ever.
  constexpr double kTimes = 10, kBesides = 1e6;
  if (looked_at_ > kTimes * size_ + kBesides) {
    skip("SCAN does not come to its end");
    return {at_, {}};
  }
  cursor_ = cursor;
  if (cursor_ == "0") next();
  return found;
}

void KeyWalks::skip(std::string why) {
  if (why_.empty()) why_ = std::move(why);
  failed_.resize(patterns_.size());
  failed_[at_] = true;
  next();
}

void KeyWalks::next() {
  ++at_;
  cursor_ = "0";
  begun_ = false;
  looked_at_ = size_ = 0;
}

double KeyWalks::progress() const {
  if (done()) return 1;
  const double part = size_ > 0 ? std::min(looked_at_ / size_, 1.0) : 0;
  return (static_cast<double>(at_) + part) / static_cast<double>(patterns_.size());
}

}  // namespace fleet
