// SPDX-License-Identifier: Apache-2.0
// How a check of a node's data is doing, for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fleet {

struct CheckState {
  std::string_view check;
  double ended = 0;    // Unix seconds, of the run whose results are told; 0: none has ended yet
  double seconds = 0;  // that it took
  std::size_t series = 0;
  bool truncated = false;
  bool running = false;
  double progress = 0;   // of the run under way, 0 to 1
  std::string why = {};  // the last run did not tell all that it should
};

}  // namespace fleet
