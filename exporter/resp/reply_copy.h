// SPDX-License-Identifier: Apache-2.0
// A reply that outlives the buffer it came in.
#pragma once

#include <memory_resource>

#include "resp/reply.h"

namespace fleet {

class ReplyCopy {
 public:
  explicit ReplyCopy(Reply reply);
  ReplyCopy(const ReplyCopy&) = delete;
  ReplyCopy& operator=(const ReplyCopy&) = delete;

  Reply reply() const { return Reply(root_); }

 private:
  ReplyNode copy(const ReplyNode& from);

  std::pmr::monotonic_buffer_resource arena_;
  const ReplyNode* root_ = nullptr;  // null for an absent reply
};

}  // namespace fleet
