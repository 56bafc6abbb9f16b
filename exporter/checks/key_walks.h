// SPDX-License-Identifier: Apache-2.0
// Walks through all keys of databases by SCAN, one walk for each pattern.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checks/slice.h"
#include "config/key_list.h"
#include "resp/reply.h"

namespace fleet {

class KeyWalks {
 public:
  static constexpr std::string_view kDbsize = "DBSIZE";
  static constexpr std::string_view kScan = "SCAN";

  // `type`, as TYPE names it, is what SCAN shall find (since 6.0); "": all.
  explicit KeyWalks(std::vector<KeyPattern> patterns, std::string_view type = {})
      : patterns_(std::move(patterns)), type_(type) {}

  bool done() const { return at_ == patterns_.size(); }

  // Adds the next SCAN. Not to be called when done. False, and the walk ends, when SCAN may not be
  // sent: why() says why.
  bool ask(Slice& slice);

  // The keys that a slice found: an array, absent when there are none. `pattern` is whose.
  struct Found {
    std::size_t pattern = 0;
    Reply keys = {};
  };
  Found take(std::span<const Reply> replies);
  // Gives up the current walk.
  void skip(std::string why);

  // Of the walk that failed first; "" when none did.
  const std::string& why() const { return why_; }
  // Whether the walk of a pattern came to its end.
  bool complete(std::size_t pattern) const { return failed_.empty() || !failed_[pattern]; }
  const std::vector<KeyPattern>& patterns() const { return patterns_; }
  double progress() const;

 private:
  void next();

  const std::vector<KeyPattern> patterns_;
  const std::string_view type_;
  std::size_t at_ = 0;  // the current walk's pattern
  std::string cursor_ = "0";
  bool begun_ = false;
  bool asked_size_ = false;          // in the slice under way
  double looked_at_ = 0, size_ = 0;  // keys, of the current walk
  std::size_t weight_ = 0;
  std::vector<bool> failed_;  // by pattern; empty: none
  std::string why_;
};

}  // namespace fleet
