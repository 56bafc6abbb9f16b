// SPDX-License-Identifier: Apache-2.0
// The replies to a command that is asked once for each master (Command::each_master), put together
// as one reply that a collector reads like any other: an array of name, reply, name, reply.
#pragma once

#include <string_view>
#include <vector>

#include "resp/reply.h"

namespace fleet {

class RepliesByMaster {
 public:
  // An absent reply stays absent. Name and reply must outlive this.
  void add(std::string_view master, Reply reply) {
    if (reply.absent()) return;
    items_.push_back(ReplyNode::of_text(ReplyNode::Kind::string, master));
    items_.push_back(reply.node());
  }
  // Valid until this moves or ends.
  Reply reply() {
    all_ = ReplyNode::of_array(items_);
    return Reply(&all_);
  }

 private:
  std::vector<ReplyNode> items_;
  ReplyNode all_;
};

}  // namespace fleet
