// SPDX-License-Identifier: Apache-2.0
// A RESP2 reply as a typed, non-owning view. The tree behind it lives in a ReplyBuffer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fleet {

struct ReplyNode {
  enum class Kind : std::uint8_t { nil, string, status, error, integer, array };
  static ReplyNode of_text(Kind kind, std::string_view text) {
    ReplyNode node;
    node.kind = kind;
    node.size = text.size();
    node.chars = text.data();
    return node;
  }
  static ReplyNode of_integer(std::int64_t value) {
    ReplyNode node;
    node.kind = Kind::integer;
    node.integer = value;
    return node;
  }
  static ReplyNode of_array(std::span<ReplyNode> items) {
    ReplyNode node;
    node.kind = Kind::array;
    node.size = items.size();
    node.items = items.data();
    return node;
  }
  bool has_text() const {
    return kind == Kind::string || kind == Kind::status || kind == Kind::error;
  }
  std::string_view text() const {
    return has_text() ? std::string_view(chars, size) : std::string_view();
  }

  // Small: a scrape has some thousand.
  Kind kind = Kind::nil;
  std::size_t size = 0;  // bytes of a text, elements of an array
  union {
    std::int64_t integer = 0;
    const char* chars;
    ReplyNode* items;  // side by side
  };
};

// Absent (a default Reply) means: not sent, or no answer in time. It is not an error reply, and all
// its accessors answer as an empty reply would, so that collectors need no special case.
class Reply {
 public:
  Reply() = default;
  explicit Reply(const ReplyNode* node) : node_(node) {}

  // The reply to a question that does not concern the node: a nil, so that it is neither an error
  // nor missed by anybody.
  static Reply not_applicable() {
    static constexpr ReplyNode kNil{};
    return Reply(&kNil);
  }

  const ReplyNode& node() const { return *node_; }  // of a reply that is not absent

  bool absent() const { return node_ == nullptr; }
  bool is_error() const { return is(ReplyNode::Kind::error); }
  bool is_nil() const { return is(ReplyNode::Kind::nil); }
  bool is_array() const { return is(ReplyNode::Kind::array); }
  bool is_integer() const { return is(ReplyNode::Kind::integer); }
  bool is_text() const { return is(ReplyNode::Kind::string) || is(ReplyNode::Kind::status); }

  // The text of a string, status or error reply; "" for everything else.
  std::string_view text() const { return node_ ? node_->text() : std::string_view(); }
  // The beginning of it: a server's error can be of any length, and says early what is wrong.
  static constexpr std::size_t kWords = 200;
  std::string_view words() const { return text().substr(0, kWords); }
  // The value of an integer reply; 0 for everything else.
  std::int64_t integer() const { return is_integer() ? node_->integer : 0; }
  // Elements of an array; 0 for everything else.
  std::size_t size() const { return is_array() ? node_->size : 0; }
  // An element, absent when there is none at that place.
  Reply operator[](std::size_t i) const { return i < size() ? Reply(&node_->items[i]) : Reply(); }
  // The element behind the string `key` in a flat array of key, value, key, value; absent when
  // none.
  Reply find(std::string_view key) const {
    for (std::size_t i = 0; i + 1 < size(); i += 2)
      if (node_->items[i].text() == key) return Reply(&node_->items[i + 1]);
    return Reply();
  }

 private:
  bool is(ReplyNode::Kind kind) const { return node_ != nullptr && node_->kind == kind; }
  const ReplyNode* node_ = nullptr;
};

}  // namespace fleet
