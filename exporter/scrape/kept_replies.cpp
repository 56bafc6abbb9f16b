// SPDX-License-Identifier: Apache-2.0
#include "scrape/kept_replies.h"

namespace fleet {
namespace {

// A node's memory must not grow because a server answers at length: such an answer is asked again.
constexpr std::size_t kMostBytes = 64 << 10;

std::size_t bytes_of(Reply reply) {
  std::size_t bytes = sizeof(ReplyNode) + reply.text().size();
  for (std::size_t i = 0; i < reply.size() && bytes <= kMostBytes; ++i) bytes += bytes_of(reply[i]);
  return bytes;
}

}  // namespace

void KeptReplies::keep(std::string_view line, Reply reply) {
  if (reply.absent() || reply.is_error() || bytes_of(reply) > kMostBytes) return;
  replies_.try_emplace(line, reply);
}

Reply KeptReplies::find(std::string_view line) const {
  const auto kept = replies_.find(line);
  return kept != replies_.end() ? kept->second.reply() : Reply();
}

}  // namespace fleet
