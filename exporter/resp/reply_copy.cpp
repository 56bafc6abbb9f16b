// SPDX-License-Identifier: Apache-2.0
#include "resp/reply_copy.h"

#include <algorithm>
#include <memory>
#include <new>

namespace fleet {

ReplyCopy::ReplyCopy(Reply reply) {
  if (reply.absent()) return;
  void* const place = arena_.allocate(sizeof(ReplyNode), alignof(ReplyNode));
  root_ = new (place) ReplyNode(copy(reply.node()));
}

// Recursion is as deep as hiredis lets arrays nest: 8.
ReplyNode ReplyCopy::copy(const ReplyNode& from) {
  ReplyNode to = from;
  if (from.has_text() && from.size != 0) {
    auto* const text = static_cast<char*>(arena_.allocate(from.size, 1));
    std::ranges::copy(from.text(), text);
    to.chars = text;
  }
  if (from.kind == ReplyNode::Kind::array) {
    void* const place = arena_.allocate(from.size * sizeof(ReplyNode), alignof(ReplyNode));
    to.items = static_cast<ReplyNode*>(place);
    for (std::size_t i = 0; i < from.size; ++i) new (&to.items[i]) ReplyNode(copy(from.items[i]));
  }
  return to;
}

}  // namespace fleet
