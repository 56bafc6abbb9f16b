// SPDX-License-Identifier: Apache-2.0
// Arguments split as Go's flag package splits them: -name and --name are the same, --name=value and
// --name value too, a switch takes its value after = only, and a value may begin with a dash.
// Unlike there, flags may follow words; nothing after -- is a flag.
//
// CLI11 does not fit: with it `--redis.addr= --debug` makes "--debug" the address, a long name
// needs two dashes, and the first error hides the others.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fleet {

enum class FlagKind { valued, switched, unknown };

struct CommandLine {
  struct Flag {
    std::string_view name;                  // without dashes
    std::optional<std::string_view> value;  // none: a switch, or an unknown flag, stood alone
  };
  std::vector<Flag> flags;              // in order
  std::vector<std::string_view> words;  // arguments that are no flag
  std::vector<std::string> problems;
};

// The views are into `arguments`.
CommandLine split_command_line(std::span<const char* const> arguments,
                               const std::function<FlagKind(std::string_view name)>& kind_of);

}  // namespace fleet
