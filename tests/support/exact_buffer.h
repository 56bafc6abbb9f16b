// SPDX-License-Identifier: Apache-2.0
// A copy of a text in a heap block of exactly its size, so that AddressSanitizer sees a parser that
// reads one byte too far.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

namespace fleet::test {

class ExactBuffer {
 public:
  explicit ExactBuffer(std::string_view text) : block_(new char[text.size()]), size_(text.size()) {
    if (size_ != 0) std::memcpy(block_.get(), text.data(), size_);
  }
  std::string_view view() const { return {block_.get(), size_}; }

 private:
  std::unique_ptr<char[]> block_;
  std::size_t size_;
};

}  // namespace fleet::test
