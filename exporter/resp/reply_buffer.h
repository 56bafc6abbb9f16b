// SPDX-License-Identifier: Apache-2.0
// Turns bytes from a server into replies, with caps: hiredis parses, an arena holds the result. One
// buffer per exchange; it and all its replies are freed together.
#pragma once

#include <deque>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "resp/reply.h"

struct redisReader;
struct redisReadTask;
struct redisReplyObjectFunctions;

namespace fleet {

class ReplyBuffer {
 public:
  static constexpr std::size_t kMaxBytes = 16 << 20;      // of one exchange, all replies together
  static constexpr std::size_t kMaxElements = 256 << 10;  // array elements announced, together

  ReplyBuffer();
  ~ReplyBuffer();
  ReplyBuffer(const ReplyBuffer&) = delete;
  ReplyBuffer& operator=(const ReplyBuffer&) = delete;

  // Takes in what arrived. A failure (protocol, too_large) is final: the connection's place in the
  // stream is lost. Replies that were complete before stay valid.
  Failure feed(std::string_view bytes);

  // No more is expected: frees what only feed() needs, which must not be called again.
  void finish() { reader_.reset(); }

  // Complete replies so far, in order. Views stay valid for the life of the buffer.
  std::size_t size() const { return replies_.size(); }
  Reply operator[](std::size_t i) const {
    return i < replies_.size() ? Reply(replies_[i]) : Reply();
  }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Callbacks;
  friend struct Callbacks;
  ReplyNode* place(const redisReadTask* task);
  std::string_view keep(std::string_view text);

  // Holds the answer of a server in normal use; what of it is not needed is never touched.
  std::pmr::monotonic_buffer_resource arena_{96 << 10};
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
  std::vector<const ReplyNode*> replies_;
  std::size_t bytes_ = 0;
  std::size_t elements_ = 0;
};

}  // namespace fleet
