// SPDX-License-Identifier: Apache-2.0
#include "resp/reply_buffer.h"

#include <cstring>
#include <new>

#include <hiredis/read.h>

namespace fleet {
namespace {

constexpr std::size_t kMostHeard = 4096;

}  // namespace

// What hiredis calls for each element. Children are placed into the array that their parent made,
// so an array costs one allocation whatever it holds.
struct ReplyBuffer::Callbacks {
  static ReplyBuffer& buffer(const redisReadTask* task) {
    return *static_cast<ReplyBuffer*>(task->privdata);
  }
  static void* create_string(const redisReadTask* task, char* text, std::size_t size) {
    const auto kind = task->type == REDIS_REPLY_ERROR    ? ReplyNode::Kind::error
                      : task->type == REDIS_REPLY_STATUS ? ReplyNode::Kind::status
                                                         : ReplyNode::Kind::string;
    ReplyNode* node = buffer(task).place(task);
    *node = ReplyNode::of_text(kind, buffer(task).keep({text, size}));
    return node;
  }
  static void* create_array(const redisReadTask* task, int announced) {
    ReplyBuffer& self = buffer(task);
    const auto count = static_cast<std::size_t>(announced);
    if (announced < 0 || count > kMaxElements - self.elements_) return nullptr;
    self.elements_ += count;
    ReplyNode* node = self.place(task);
    node->kind = ReplyNode::Kind::array;
    node->size = count;
    node->items = static_cast<ReplyNode*>(
        self.arena_.allocate(count * sizeof(ReplyNode), alignof(ReplyNode)));
    for (std::size_t i = 0; i < count; ++i) new (&node->items[i]) ReplyNode;
    return node;
  }
  static void* create_integer(const redisReadTask* task, long long value) {
    ReplyNode* node = buffer(task).place(task);
    node->kind = ReplyNode::Kind::integer;
    node->integer = value;
    return node;
  }
  static void* create_nil(const redisReadTask* task) { return buffer(task).place(task); }
  static void free_object(void*) {}  // the arena frees all at once
};

ReplyBuffer::ReplyBuffer() : reader_(nullptr, redisReaderFree) {
  static redisReplyObjectFunctions functions = {Callbacks::create_string, Callbacks::create_array,
                                                Callbacks::create_integer, Callbacks::create_nil,
                                                Callbacks::free_object};
  reader_.reset(redisReaderCreateWithFunctions(&functions));
  if (!reader_) throw std::bad_alloc();
  reader_->maxbuf = 0;  // never shrink: the reader lives for one exchange only
  reader_->privdata = this;
}

ReplyBuffer::~ReplyBuffer() = default;

ReplyNode* ReplyBuffer::place(const redisReadTask* task) {
  if (task->parent != nullptr)
    return &static_cast<ReplyNode*>(task->parent->obj)->items[static_cast<std::size_t>(task->idx)];
  return new (arena_.allocate(sizeof(ReplyNode), alignof(ReplyNode))) ReplyNode;
}

std::string_view ReplyBuffer::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

Failure ReplyBuffer::feed(std::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes_ > kMaxBytes)
    return {Reason::too_large,
            "the replies exceed " + std::to_string(kMaxBytes >> 20) +
                " MiB: is this a Redis server, and which collector asks for so much?"};
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
    return {Reason::too_large, "no memory for the replies"};
  for (;;) {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_.get(), &reply) == REDIS_OK) {
      if (reply == nullptr) return {};
      replies_.push_back(static_cast<const ReplyNode*>(reply));
      continue;
    }
    if (reader_->err == REDIS_ERR_OOM)
      return {Reason::too_large,
              "a reply announces more than " + std::to_string(kMaxElements) + " array elements"};
    if (replies_.empty())
      return {Reason::protocol,
              "the server does not speak RESP: is this the port of a Redis server?",
              std::string(bytes.substr(0, kMostHeard))};
    return {Reason::protocol, std::string("the server broke the protocol: ") + reader_->errstr};
  }
}

}  // namespace fleet
