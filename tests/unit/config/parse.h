// SPDX-License-Identifier: Apache-2.0
// parse_options with arguments and environment as tables.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/options.h"

namespace fleet::test {

using Variables = std::map<std::string, std::string, std::less<>>;

inline constexpr CollectorSwitch kCollectors[] = {
    {"server", true}, {"memory", true}, {"client_list", false}, {"tile38", false}};

inline ParsedOptions parse(const std::vector<std::string>& arguments,
                           const Variables& variables = {}) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  const Environment environment = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  return parse_options(pointers, environment, kCollectors);
}

}  // namespace fleet::test
