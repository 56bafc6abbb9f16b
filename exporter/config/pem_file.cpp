// SPDX-License-Identifier: Apache-2.0
#include "config/pem_file.h"

namespace fleet {

std::string read_pem_file(const FileAccess& files, const std::string& path,
                          std::vector<std::string>& watched, std::string& text) {
  constexpr std::size_t kMostBytes = std::size_t{4} << 20U;
  watched.push_back(path);
  std::string problem = files.read(path, kMostBytes, text);
  if (!problem.empty()) problem += "; write a file that this user may read";
  return problem;
}

}  // namespace fleet
