// SPDX-License-Identifier: Apache-2.0
#include "config/files.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace fleet {
namespace {

std::string error_text() { return std::generic_category().message(errno); }

std::string read_open(int file, std::size_t most, std::string& text) {
  struct stat about = {};
  if (::fstat(file, &about) != 0) return error_text();
  if (!S_ISREG(about.st_mode)) return "is not a regular file";
  text.clear();
  char block[16384];
  for (;;) {
    const ssize_t got = ::read(file, block, sizeof block);
    if (got == 0) return {};
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_text();
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > most) return "holds more than " + std::to_string(most) + " bytes";
  }
}

std::string read_file(const std::string& path, std::size_t most, std::string& text) {
  if (path.find('\0') != std::string::npos) return "no file has a zero byte in its name";
  // Without O_NONBLOCK a pipe would wait for its writer.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return error_text();
  std::string problem = read_open(file, most, text);
  ::close(file);
  return problem;
}

std::vector<std::string> match(const std::string& pattern) {
  glob_t found = {};
  std::vector<std::string> names;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) names.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  return names;
}

}  // namespace

FileAccess system_files() { return {read_file, match}; }

}  // namespace fleet
