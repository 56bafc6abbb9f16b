// SPDX-License-Identifier: Apache-2.0
#include "fault.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace fleet::simulator {
namespace {

bool read(std::string_view word, std::uint32_t& number) {
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number);
  return error == std::errc() && stop == end;
}

}  // namespace

bool same_word(std::string_view word, std::string_view lower_case) {
  return std::equal(
      word.begin(), word.end(), lower_case.begin(), lower_case.end(),
      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

Fault parse_fault(const std::vector<std::string_view>& words) {
  Fault fault;
  if (words.size() < 3 || !read(words[1], fault.first) || !read(words[2], fault.count)) return {};
  if (words.size() == 3 && same_word(words[0], "hang")) fault.kind = Fault::Kind::kHang;
  if (words.size() == 3 && same_word(words[0], "close")) fault.kind = Fault::Kind::kClose;
  std::uint32_t milliseconds = 0;
  if (words.size() == 4 && same_word(words[0], "slow") && read(words[3], milliseconds)) {
    fault.kind = Fault::Kind::kSlow;
    fault.delay = std::chrono::milliseconds(milliseconds);
  }
  return fault;
}

}  // namespace fleet::simulator
