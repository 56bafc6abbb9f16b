// SPDX-License-Identifier: Apache-2.0
// The time as Prometheus has it. For deadlines there is a clock that nobody sets: net/deadline.h.
#pragma once

#include <chrono>

namespace fleet {

// Seconds since 1970, by the system's clock.
inline double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace fleet
