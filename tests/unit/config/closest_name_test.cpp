// SPDX-License-Identifier: Apache-2.0
#include "config/closest_name.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(ClosestName, IsWithinAnEditForEachThreeCharacters) {
  constexpr std::string_view kNames[] = {"debug", "redis.addr", "redis.user", "log-level"};
  auto finds = [&](std::string_view typed, std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(closest_name(typed, kNames), want);
  };
  finds("debug", "debug");
  finds("debg", "debug");
  finds("deebug", "debug");
  finds("dabug", "debug");
  finds("edbug", "debug");
  finds("de", "");
  finds("dab", "");
  finds("redis-addr", "redis.addr");
  finds("redis.adrr", "redis.addr");
  finds("redis.usr", "redis.user");
  finds("loglevel", "log-level");
  finds("loglevle", "log-level");
  finds("logleevvl", "log-level");
  finds("lgglvvvl", "");
  finds("", "");
  finds(std::string(65, 'd'), "");
}

}  // namespace
}  // namespace fleet
