// SPDX-License-Identifier: Apache-2.0
#include "resp/request.h"

#include <charconv>
#include <vector>

#include "base/text.h"

namespace fleet {
namespace {

void append_count(std::string& out, char kind, std::size_t count) {
  char digits[24];
  out += kind;
  out.append(digits, std::to_chars(digits, digits + sizeof digits, count).ptr);
  out += "\r\n";
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) words.push_back(take_until(line, ' '));
  return words;
}

}  // namespace

void append_command(std::string& out, std::span<const std::string_view> arguments) {
  append_count(out, '*', arguments.size());
  for (const std::string_view argument : arguments) {
    append_count(out, '$', argument.size());
    out.append(argument) += "\r\n";
  }
}

void append_command(std::string& out, std::initializer_list<std::string_view> arguments) {
  append_command(out, std::span(arguments.begin(), arguments.size()));
}

void append_command_line(std::string& out, std::string_view line,
                         std::initializer_list<std::string_view> more) {
  std::vector<std::string_view> words = words_of(line);
  words.insert(words.end(), more);
  append_command(out, words);
}

}  // namespace fleet
