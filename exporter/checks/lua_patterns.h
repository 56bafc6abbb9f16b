// SPDX-License-Identifier: Apache-2.0
// Names of groups of keys by Lua patterns, as Redis's own Lua (5.1) matches them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct lua_State;

namespace fleet {

class LuaPatterns {
 public:
  static constexpr std::string_view kNoGroup = "unclassified";

  explicit LuaPatterns(std::vector<std::string> patterns);

  // What the captures of the first pattern that matches come to, one behind the other; kNoGroup
  // when none matches. A pattern that Lua refuses matches nothing, and problem() says why.
  std::string group_of(std::string_view key);
  const std::string& problem() const { return problem_; }

 private:
  bool match(const std::string& pattern, std::string_view key, std::string& group);

  const std::vector<std::string> patterns_;
  const std::unique_ptr<lua_State, void (*)(lua_State*)> lua_;
  std::string problem_;
};

}  // namespace fleet
