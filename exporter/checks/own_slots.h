// SPDX-License-Identifier: Apache-2.0
// Which keys a node of a Cluster has: of others it answers MOVED, which is an error in its
// statistics each time. What CLUSTER NODES said is kept from check to check, until somebody forgets
// it.
#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "checks/slice.h"
#include "config/key_list.h"
#include "resp/cluster_nodes.h"
#include "resp/reply.h"

namespace fleet {

class OwnSlots {
 public:
  static constexpr std::string_view kNodes = "CLUSTER NODES";

  // Adds the question to an empty slice; false when there is none to ask: what the answer was is
  // known, or it is refused.
  bool ask(Slice& slice);
  void take(Reply reply);
  void forget() { slots_.reset(), asked_ = false; }

  // Whether to ask the node for the key. Where nothing is known every key is asked for.
  bool has(std::string_view key) const;

 private:
  bool asked_ = false;
  std::optional<std::bitset<kClusterSlots>> slots_;  // none: not known
};

// The keys that a check reads by name, less those that other nodes of the Cluster have: which these
// are is asked before the first of them is.
class NamedKeys {
 public:
  NamedKeys() = default;  // none
  // `slots` are null where the node has all.
  NamedKeys(std::vector<KeyPattern> names, std::shared_ptr<OwnSlots> slots)
      : names_(std::move(names)), slots_(std::move(slots)) {}

  // Adds the question to an empty slice; false when there is none to ask.
  bool ask(Slice& slice) { return asking_ = slots_ && !names_.empty() && slots_->ask(slice); }
  // Whether the slice under way is that question.
  bool asking() const { return asking_; }
  // Its answer; absent: there is none.
  void take(Reply reply) { slots_->take(reply); }
  // Those that the node is to be asked for, the first time.
  std::vector<KeyPattern> own();
  // The node says that another has one of them.
  void found_elsewhere() {
    if (slots_) slots_->forget();
  }

 private:
  std::vector<KeyPattern> names_;  // until own()
  std::shared_ptr<OwnSlots> slots_;
  bool asking_ = false;
};

}  // namespace fleet
