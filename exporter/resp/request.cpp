// SPDX-License-Identifier: Apache-2.0
#include "resp/request.h"

#include <new>
#include <vector>

#include <hiredis/hiredis.h>

#include "base/text.h"

namespace fleet {

void append_command(std::string& out, std::span<const std::string_view> arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  char* bytes = nullptr;
  const int size =
      redisFormatCommandArgv(&bytes, static_cast<int>(texts.size()), texts.data(), sizes.data());
  if (size < 0) throw std::bad_alloc();
  out.append(bytes, static_cast<std::size_t>(size));
  redisFreeCommand(bytes);
}

void append_command(std::string& out, std::initializer_list<std::string_view> arguments) {
  append_command(out, std::span(arguments.begin(), arguments.size()));
}

void append_command_line(std::string& out, std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) words.push_back(take_until(line, ' '));
  append_command(out, words);
}

}  // namespace fleet
