// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.h"

#include "base/text.h"
#include "config/target.h"

namespace fleet {
namespace {

bool is_flag(std::string_view argument) { return argument.size() > 1 && argument.front() == '-'; }

}  // namespace

CommandLine split_command_line(std::span<const char* const> arguments,
                               const std::function<FlagKind(std::string_view)>& kind_of) {
  CommandLine line;
  bool flags_end = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (flags_end || !is_flag(argument)) {
      line.words.push_back(argument);
      continue;
    }
    if (argument == "--") {
      flags_end = true;
      continue;
    }
    std::string_view value = argument.substr(argument[1] == '-' ? 2 : 1);
    const std::size_t length = value.size();
    const std::string_view name = take_until(value, '=');
    const bool has_value = name.size() != length;
    if (name.empty() || name.front() == '-') {
      line.problems.push_back(without_secrets(argument.substr(0, argument.find('='))) +
                              ": no flag looks like this; write --name=value");
      continue;
    }
    CommandLine::Flag flag{name, std::nullopt};
    if (has_value) flag.value = value;
    const FlagKind kind = kind_of(name);
    const bool more = i + 1 < arguments.size();
    if (!has_value && kind == FlagKind::valued) {
      if (!more) {
        line.problems.push_back("--" + std::string(name) + ": the value is missing; write --" +
                                std::string(name) + "=VALUE");
        continue;
      }
      flag.value = arguments[++i];
    } else if (!has_value && kind == FlagKind::unknown && more && !is_flag(arguments[i + 1]) &&
               std::string_view(arguments[i + 1]) != "probe") {
      ++i;  // probably its value, which as a word would only be a second error for one mistake
    }
    line.flags.push_back(flag);
  }
  return line;
}

}  // namespace fleet
