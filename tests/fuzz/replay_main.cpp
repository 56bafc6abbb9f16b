// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer's main where the compiler has none: gives every file of the named folders
// to the target once. Each input is a heap block of exactly its size, so that AddressSanitizer sees
// a read of one byte too many. No input at all is a failure.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_under(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void replay(const std::filesystem::path& path) {
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);  // a crash must not take the name of its input along
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(EXIT_FAILURE);
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto block = std::make_unique<std::uint8_t[]>(text.size());
  std::copy(text.begin(), text.end(), block.get());
  LLVMFuzzerTestOneInput(block.get(), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t replayed = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : files_under(argv[i])) {
      replay(path);
      ++replayed;
    }
  }
  std::printf("%zu inputs replayed\n", replayed);
  return replayed == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
