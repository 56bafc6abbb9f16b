// SPDX-License-Identifier: Apache-2.0
// What is wrong with which nodes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fleet::simulator {

struct Fault {
  enum class Kind { kNone, kHang, kClose, kSlow };
  Kind kind = Kind::kNone;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::chrono::milliseconds delay{0};  // of kSlow

  bool holds_for(std::uint32_t node) const { return node >= first && node - first < count; }
};

// The fault of "hang FIRST COUNT", "close FIRST COUNT" or "slow FIRST COUNT MILLISECONDS" (any
// case); kNone for anything else.
Fault parse_fault(const std::vector<std::string_view>& words);

bool same_word(std::string_view word, std::string_view lower_case);

}  // namespace fleet::simulator
