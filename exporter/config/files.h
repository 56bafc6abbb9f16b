// SPDX-License-Identifier: Apache-2.0
// The files that a configuration names, as functions, so that the fuzz target has none.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace fleet {

struct FileAccess {
  // Sets `text` to the whole of a regular file of at most `most` bytes, or returns why not.
  std::function<std::string(const std::string& path, std::size_t most, std::string& text)> read;
  // Names that a pattern of glob(3) matches, sorted.
  std::function<std::vector<std::string>(const std::string& pattern)> glob;
};

FileAccess system_files();

}  // namespace fleet
