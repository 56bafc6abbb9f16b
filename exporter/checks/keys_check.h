// SPDX-License-Identifier: Apache-2.0
// Size, memory and value of keys: of those that are named, and of those that patterns find.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "checks/check.h"
#include "checks/key_reader.h"
#include "checks/key_walks.h"
#include "checks/own_slots.h"

namespace fleet {

class KeysCheck : public Check {
 public:
  struct Limits {
    std::size_t keys = 10000;  // read, of all databases
    bool values = true;
  };

  // Reads keys by name. They have a size of 0 when there are no such keys; in a Cluster, where
  // `slots` are not null, when the node answers for their slots: others say MOVED.
  KeysCheck(const std::vector<KeyPattern>& names, std::shared_ptr<OwnSlots> slots,
            const Limits& limits);
  // Reads those that patterns find, less those that another check reads by name.
  KeysCheck(std::vector<KeyPattern> patterns, const std::vector<KeyPattern>& less,
            const Limits& limits);

  void ask(Slice& slice) override;
  void take(std::span<const Reply> replies) override;
  void skip_database(std::string_view why) override;
  void describe(SampleSet& out) const override;
  double progress() const override;

 private:
  void add(std::uint32_t database, std::string_view name);

  const std::size_t most_;
  NamedKeys named_;
  const bool missing_has_size_;
  const std::set<KeyPattern> less_;
  KeyWalks walks_;
  KeyReader reader_;
  bool walking_ = false;  // the slice under way is a walk's
};

}  // namespace fleet
