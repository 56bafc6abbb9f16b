// SPDX-License-Identifier: Apache-2.0
// The slot of a Redis Cluster that a key belongs to: CRC16 (XMODEM) of its name, or of what stands
// between the first { and the next }, modulo 16384.
#pragma once

#include <cstdint>
#include <string_view>

namespace fleet {

constexpr std::uint16_t key_slot(std::string_view key) {
  constexpr std::uint32_t kSlots = 16384, kPolynomial = 0x1021, kTop = 0x8000;
  if (const auto open = key.find('{'); open != std::string_view::npos) {
    const auto close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1)
      key = key.substr(open + 1, close - open - 1);
  }
  std::uint32_t crc = 0;
  for (const char c : key) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1U) ^ ((crc & kTop) != 0 ? kPolynomial : 0U);
    crc &= 0xffffU;
  }
  return static_cast<std::uint16_t>(crc % kSlots);
}

}  // namespace fleet
