// SPDX-License-Identifier: Apache-2.0
// A check: work on a server's data that grows with the data, and is cut into slices therefore. It
// is a machine without I/O or clock: it says what to ask next, and takes the replies, until it asks
// nothing more. One object does the work once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "checks/slice.h"
#include "resp/reply.h"
#include "samples/sample_set.h"

namespace fleet {

class Check {
 public:
  virtual ~Check() = default;

  // Adds the next commands; none: the check has ended.
  virtual void ask(Slice& slice) = 0;
  // What came of the slice: replies[i] answers its i-th command. An error is an answer like any
  // other; views are good until the return.
  virtual void take(std::span<const Reply> replies) = 0;
  // Instead of take(): the slice's database cannot be selected, and was not asked.
  virtual void skip_database(std::string_view why) = 0;

  // What came of it, after the end.
  virtual void describe(SampleSet& out) const = 0;
  // How much is done, 0 to 1.
  virtual double progress() const { return 0; }

  // Why something is missing from the result; "" when nothing is. For the log.
  const std::string& failure() const { return failure_; }
  // Whether a limit left something out.
  bool truncated() const { return truncated_; }

 protected:
  // The first is told: others often follow from it.
  void fail(std::string why) {
    if (failure_.empty()) failure_ = std::move(why);
  }
  // As many as a line of the log bears: each has a cause of its own.
  void fail_also(const std::string& why) {
    constexpr std::size_t kLongest = 800;
    if (failure_.empty()) {
      failure_ = why;
    } else if (failure_.size() + why.size() < kLongest) {
      failure_.append("; ").append(why);
    }
  }
  void truncate() { truncated_ = true; }

 private:
  std::string failure_;
  bool truncated_ = false;
};

}  // namespace fleet
