// SPDX-License-Identifier: Apache-2.0
#include "checks/lua_patterns.h"

#include <new>

#include <lua.hpp>

namespace fleet {
namespace {

// A Lua error, that memory ran out among them, jumps out of the C function that it meets, and ends
// the process where there is no protected call around it. So all that can fail is in these two, and
// nothing in them needs a destructor.
int load(lua_State* lua) {
  luaL_openlibs(lua);
  return 0;
}

struct Search {
  const std::string& pattern;
  std::string_view key;
  std::string& group;
  bool matches = false;
};

int find(lua_State* lua) {
  auto& search = *static_cast<Search*>(lua_touserdata(lua, 1));
  lua_settop(lua, 0);
  lua_getglobal(lua, "string");
  lua_getfield(lua, 1, "find");
  lua_pushlstring(lua, search.key.data(), search.key.size());
  lua_pushlstring(lua, search.pattern.data(), search.pattern.size());
  lua_call(lua, 2, LUA_MULTRET);
  constexpr int kBegin = 2, kFirstCapture = 4;  // behind `string`; where it begins and ends
  if (lua_isnil(lua, kBegin)) return 0;
  search.matches = true;
  for (int i = kFirstCapture; i <= lua_gettop(lua); ++i) {
    std::size_t size = 0;
    const char* text = lua_tolstring(lua, i, &size);
    if (text != nullptr) search.group.append(text, size);
  }
  return 0;
}

}  // namespace

LuaPatterns::LuaPatterns(std::vector<std::string> patterns)
    : patterns_(std::move(patterns)), lua_(luaL_newstate(), lua_close) {
  if (!lua_ || lua_cpcall(lua_.get(), load, nullptr) != 0) throw std::bad_alloc();
}

std::string LuaPatterns::group_of(std::string_view key) {
  std::string group;
  for (const std::string& pattern : patterns_)
    if (match(pattern, key, group)) return group;
  return std::string(kNoGroup);
}

bool LuaPatterns::match(const std::string& pattern, std::string_view key, std::string& group) {
  Search search{pattern, key, group};
  if (lua_cpcall(lua_.get(), find, &search) != 0) {
    const char* said = lua_tostring(lua_.get(), -1);
    if (problem_.empty()) problem_.append("\"").append(pattern).append("\": ");
    if (said != nullptr && problem_.ends_with(": ")) problem_ += said;
    lua_settop(lua_.get(), 0);
    return false;
  }
  return search.matches;
}

}  // namespace fleet
