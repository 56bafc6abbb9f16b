// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <charconv>

namespace fleet::simulator {
namespace {

constexpr std::size_t kMaxNumber = 1 << 20;  // of words, and of bytes in a word

// Reads "<kind><number>\r\n" at `position` and moves behind it.
Framing read_number(std::string_view bytes, std::size_t& position, char kind, std::size_t& number) {
  const std::size_t end = bytes.find("\r\n", position);
  if (position < bytes.size() && bytes[position] != kind) return Framing::kBroken;
  if (end == std::string_view::npos) return Framing::kIncomplete;
  const char* const last = bytes.data() + end;
  const auto [stop, error] = std::from_chars(bytes.data() + position + 1, last, number);
  if (error != std::errc() || stop != last || number > kMaxNumber) return Framing::kBroken;
  position = end + 2;
  return Framing::kComplete;
}

}  // namespace

Framing next_request(std::string_view bytes, std::size_t& size,
                     std::vector<std::string_view>& words) {
  std::size_t position = 0;
  std::size_t count = 0;
  words.clear();
  Framing framing = read_number(bytes, position, '*', count);
  if (framing != Framing::kComplete) return framing;
  if (count == 0) return Framing::kBroken;
  while (words.size() < count) {
    std::size_t length = 0;
    framing = read_number(bytes, position, '$', length);
    if (framing != Framing::kComplete) return framing;
    if (bytes.size() < position + length + 2) return Framing::kIncomplete;
    words.push_back(bytes.substr(position, length));
    position += length + 2;
  }
  size = position;
  return Framing::kComplete;
}

}  // namespace fleet::simulator
