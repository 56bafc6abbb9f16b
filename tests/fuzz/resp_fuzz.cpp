// SPDX-License-Identifier: Apache-2.0
// Any bytes as a server's answer: no crash, bounded memory, and the same replies however the bytes
// were cut into packets. The first byte says after how many bytes the second packet begins.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "resp/reply_buffer.h"

namespace {

using fleet::Reply;
using fleet::ReplyBuffer;

bool same(Reply a, Reply b) {
  if (a.absent() || b.absent()) return a.absent() && b.absent();
  if (a.is_error() != b.is_error() || a.is_nil() != b.is_nil() || a.is_array() != b.is_array() ||
      a.is_integer() != b.is_integer() || a.is_text() != b.is_text() || a.text() != b.text() ||
      a.integer() != b.integer() || a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i])) return false;
  return true;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ReplyBuffer whole;
  const auto failure = whole.feed(bytes);
  require(!failure || !failure.message.empty());

  ReplyBuffer parts;
  const std::size_t cut = data[0] < bytes.size() ? data[0] : bytes.size();
  auto part_failure = parts.feed(bytes.substr(0, cut));
  if (!part_failure) part_failure = parts.feed(bytes.substr(cut));
  require(part_failure.reason == failure.reason);
  require(parts.size() == whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) require(same(whole[i], parts[i]));
  require(whole[whole.size()].absent());
  return 0;
}
