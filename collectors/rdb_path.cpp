// SPDX-License-Identifier: Apache-2.0
#include "collectors/rdb_path.h"

#include <string_view>

namespace fleet {
namespace {

constexpr std::size_t kMost = 4096;  // PATH_MAX

}  // namespace

std::string rdb_path(Reply dir, Reply dbfilename) {
  const std::string_view folder = dir.find("dir").text();
  const std::string_view name = dbfilename.find("dbfilename").text();
  if (!folder.starts_with('/') || name.empty() || name.find('/') != std::string_view::npos)
    return {};
  std::string path(folder);
  if (!path.ends_with('/')) path += '/';
  path += name;
  if (path.size() >= kMost || path.find('\0') != std::string::npos) return {};
  return path;
}

}  // namespace fleet
