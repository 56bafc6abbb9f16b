// SPDX-License-Identifier: Apache-2.0
#include "config/lua_pattern.h"

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(LuaPattern, WhatLuaTakesIsTaken) {
  for (const char* pattern : {"", "^(.*):", "^([^:]*):(%d+)$", "a%-b%%", "[]]", "[^]]x", "[%]]",
                              "()", "((a)b)", "%b()", "%f[%w]%w+", "(a)%1", "a-", "*", "]"})
    EXPECT_EQ(lua_pattern_problem(pattern), "") << pattern;
}

TEST(LuaPattern, WhatLuaRefusesIsRefused) {
  for (const char* pattern : {"%", "a%", "(", "(a", "a)", "[", "[a", "[]", "[^]", "[%]", "[a%]",
                              "%b", "%bx", "%f", "%fa", "%1", "(a%1)", "(a)%2", "%0"})
    EXPECT_NE(lua_pattern_problem(pattern), "") << pattern;
  EXPECT_EQ(lua_pattern_problem(std::string(33 * 2, '(').substr(0, 33)), "more than 32 captures");
}

TEST(LuaPattern, TheCureIsNamed) {
  EXPECT_EQ(lua_pattern_problem("^(.*"), "a ( is not closed; write %( for one in a name");
  EXPECT_EQ(lua_pattern_problem("[a"), "a [ is not closed; write %[ for one in a name");
}

}  // namespace
}  // namespace fleet
