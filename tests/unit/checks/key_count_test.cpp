// SPDX-License-Identifier: Apache-2.0
#include "checks/key_count.h"

#include "scripted_check.h"

namespace fleet::test {
namespace {

std::string scanned(std::string_view cursor, int keys) {
  std::vector<std::string> names(static_cast<std::size_t>(keys), bulk("k"));
  return array({bulk(cursor), array(names)});
}

TEST(KeyCount, EachPatternIsCounted) {
  ScriptedServer server;
  server.answers("DBSIZE", integer(200)).answers("DBSIZE", integer(0), 3);
  server.answers("SCAN 0 MATCH a* COUNT 100", scanned("5", 3));
  server.answers("SCAN 5 MATCH a* COUNT 100", scanned("0", 2));
  server.answers("SCAN 0 MATCH b COUNT 100", scanned("0", 0), 3);
  KeyCount check({{0, "a*"}, {3, "b"}});
  EXPECT_EQ(check.progress(), 0);
  server.run(check);
  EXPECT_EQ(check.progress(), 1);
  EXPECT_EQ(check.failure(), "");
  EXPECT_EQ(told(check),
            "redis_keys_count{db=\"db0\",key=\"a*\"} 5\n"
            "redis_keys_count{db=\"db3\",key=\"b\"} 0\n");
}

TEST(KeyCount, AWalkThatBreaksHasNoCount) {
  ScriptedServer server;
  server.has_no_database(9);
  server.answers("DBSIZE", integer(200));
  server.answers("SCAN 0 MATCH a* COUNT 100", scanned("5", 3));
  server.answers("SCAN 5 MATCH a* COUNT 100", "-NOPERM no\r\n");
  server.answers("SCAN 0 MATCH b* COUNT 100", scanned("0", 1));
  KeyCount check({{0, "a*"}, {9, "x*"}, {0, "b*"}});
  server.run(check);
  EXPECT_EQ(check.failure(), "SCAN: NOPERM no");
  EXPECT_EQ(told(check), "redis_keys_count{db=\"db0\",key=\"b*\"} 1\n");
}

TEST(KeyCount, ScanThatIsRefusedIsNotSent) {
  ScriptedServer server;
  server.refuses("SCAN", "NOPERM no");
  KeyCount check({{0, "a*"}, {0, "b*"}});
  server.run(check);
  EXPECT_EQ(check.failure(), "SCAN: NOPERM no");
  EXPECT_TRUE(server.asked.empty());
  EXPECT_EQ(told(check), "");
}

}  // namespace
}  // namespace fleet::test
