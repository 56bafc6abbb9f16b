// SPDX-License-Identifier: Apache-2.0
#include "checks/lua_patterns.h"

#include <new>

#include <lua.hpp>

namespace fleet {
namespace {

// What the patterns are run by is called in protected mode only: a Lua error would end the process.
int find(lua_State* lua) {
  luaL_openlibs(lua);
  lua_getglobal(lua, "string");
  lua_getfield(lua, -1, "find");
  return 1;
}

}  // namespace

LuaPatterns::LuaPatterns(std::vector<std::string> patterns)
    : patterns_(std::move(patterns)), lua_(luaL_newstate(), lua_close) {
  if (!lua_) throw std::bad_alloc();
  lua_pushcfunction(lua_.get(), find);
  if (lua_pcall(lua_.get(), 0, 1, 0) != 0) throw std::bad_alloc();
}

std::string LuaPatterns::group_of(std::string_view key) {
  std::string group;
  for (const std::string& pattern : patterns_)
    if (match(pattern, key, group)) return group;
  return std::string(kNoGroup);
}

bool LuaPatterns::match(const std::string& pattern, std::string_view key, std::string& group) {
  lua_State* lua = lua_.get();
  constexpr int kFind = 1, kFirstCapture = 4;  // behind string.find are where it begins and ends
  lua_pushvalue(lua, kFind);
  lua_pushlstring(lua, key.data(), key.size());
  lua_pushlstring(lua, pattern.data(), pattern.size());
  const bool failed = lua_pcall(lua, 2, LUA_MULTRET, 0) != 0;
  bool matches = false;
  if (failed) {
    if (problem_.empty()) problem_ = "\"" + pattern + "\": " + std::string(lua_tostring(lua, -1));
  } else if (!lua_isnil(lua, kFind + 1)) {
    matches = true;
    for (int i = kFirstCapture; i <= lua_gettop(lua); ++i) {
      std::size_t size = 0;
      const char* text = lua_tolstring(lua, i, &size);
      if (text != nullptr) group.append(text, size);
    }
  }
  lua_settop(lua, kFind);
  return matches;
}

}  // namespace fleet
