// SPDX-License-Identifier: Apache-2.0
// Whether a text is a pattern of Lua 5.1. Lua itself tells only when a match comes to the fault.
#pragma once

#include <string>
#include <string_view>

namespace fleet {

// What is wrong with the pattern, and how to write it; "" when nothing is.
std::string lua_pattern_problem(std::string_view pattern);

}  // namespace fleet
