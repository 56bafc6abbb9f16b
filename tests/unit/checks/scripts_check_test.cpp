// SPDX-License-Identifier: Apache-2.0
#include "checks/scripts_check.h"

#include "scripted_check.h"

namespace fleet::test {
namespace {

TEST(ScriptsCheck, EachGivesItsValues) {
  ScriptedServer server;
  server.answers("EVAL one 0 0",
                 array({bulk("a"), bulk("1.5"), bulk("b"), integer(2), bulk("a"), bulk("3")}));
  server.answers("EVAL odd 0 0", array({bulk("a"), bulk("5"), bulk("b")}));
  server.answers("EVAL nested 0 0", array({array({bulk("a")}), bulk("5")}));
  server.answers("EVAL none 0 0", "*0\r\n");
  server.answers("EVAL broken 0 0", "-ERR Error running script\r\n");
  server.answers("EVAL text 0 0", array({bulk("x"), bulk("no number"), bulk("y"), bulk("4")}));
  ScriptsCheck check({{"1.lua", "one"},
                      {"2.lua", "none"},
                      {"3.lua", "broken"},
                      {"4.lua", "text"},
                      {"5.lua", "odd"},
                      {"6.lua", "nested"}},
                     false);
  server.run(check);
  EXPECT_EQ(server.sizes, (std::vector<std::size_t>{1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(check.failure(),
            "3.lua: ERR Error running script; 4.lua: \"x\": \"no number\" is no number; "
            "5.lua: a name without a number at the end; return {'a', '1'}; "
            "6.lua: \"\": \"5\" has no name");
  EXPECT_EQ(told(check),
            "redis_script_result{filename=\"1.lua\"} 1\n"
            "redis_script_result{filename=\"2.lua\"} 2\n"
            "redis_script_result{filename=\"3.lua\"} 0\n"
            "redis_script_result{filename=\"4.lua\"} 0\n"
            "redis_script_result{filename=\"5.lua\"} 0\n"
            "redis_script_result{filename=\"6.lua\"} 0\n"
            "redis_script_values{key=\"a\",filename=\"1.lua\"} 3\n"
            "redis_script_values{key=\"b\",filename=\"1.lua\"} 2\n"
            "redis_script_values{key=\"y\",filename=\"4.lua\"} 4\n"
            "redis_script_values{key=\"a\",filename=\"5.lua\"} 5\n");
}

TEST(ScriptsCheck, ReadOnlyOnesAreRunBySuchACommand) {
  ScriptedServer server;
  server.answers("EVAL_RO one 0 0", integer(1));
  ScriptsCheck check({{"1.lua", "one"}}, true);
  server.run(check);
  EXPECT_EQ(check.failure(),
            "1.lua: a flat list of names and numbers is wanted; return {'a', '1'}");
}

TEST(ScriptsCheck, WhatIsRefusedIsNotSent) {
  ScriptedServer server;
  server.refuses("EVAL", "NOPERM no");
  ScriptsCheck check({{"1.lua", "one"}, {"2.lua", "two"}}, false);
  server.run(check);
  EXPECT_TRUE(server.asked.empty());
  EXPECT_EQ(check.failure(), "EVAL: NOPERM no");
  EXPECT_NE(told(check).find("redis_script_result{filename=\"2.lua\"} 0\n"), std::string::npos);
}

}  // namespace
}  // namespace fleet::test
