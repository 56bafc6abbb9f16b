// SPDX-License-Identifier: Apache-2.0
// How many keys match each of some patterns.
#pragma once

#include <vector>

#include "checks/check.h"
#include "checks/key_walks.h"

namespace fleet {

class KeyCount : public Check {
 public:
  explicit KeyCount(std::vector<KeyPattern> patterns)
      : counts_(patterns.size()), walks_(std::move(patterns)) {}

  void ask(Slice& slice) override;
  void take(std::span<const Reply> replies) override;
  void skip_database(std::string_view why) override;
  void describe(SampleSet& out) const override;
  double progress() const override { return walks_.progress(); }

 private:
  std::vector<double> counts_;  // by pattern
  KeyWalks walks_;
};

}  // namespace fleet
