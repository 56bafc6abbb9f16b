// SPDX-License-Identifier: Apache-2.0
// Replies to commands that are asked once per connection (Command::once): what is dear to answer
// and seldom changes. They live as long as the connection, about --max-connection-age at most.
// Pure.
#pragma once

#include <map>
#include <string_view>

#include "resp/reply_copy.h"

namespace fleet {

class KeptReplies {
 public:
  // Keeps a copy of an answer; an error, or no answer, is nothing to keep: it is asked again.
  // `line` must outlive this: it stands in a collector's table.
  void keep(std::string_view line, Reply reply);
  // Absent when none is kept.
  Reply find(std::string_view line) const;

 private:
  std::map<std::string_view, ReplyCopy> replies_;
};

}  // namespace fleet
