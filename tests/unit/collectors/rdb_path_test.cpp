// SPDX-License-Identifier: Apache-2.0
#include "collectors/rdb_path.h"

#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

std::string pair(std::string_view name, std::string_view value) {
  return "*2\r\n$" + std::to_string(name.size()) + "\r\n" + std::string(name) + "\r\n$" +
         std::to_string(value.size()) + "\r\n" + std::string(value) + "\r\n";
}

std::string path_of(const std::string& dir, const std::string& file) {
  Answers answers;
  answers.add("dir", dir).add("file", file);
  return rdb_path(answers.reply("dir"), answers.reply("file"));
}

std::string path_of_values(std::string_view dir, std::string_view file) {
  return path_of(pair("dir", dir), pair("dbfilename", file));
}

TEST(RdbPath, IsTheFolderAndTheName) {
  const Answers real = recorded("redis-7.0/standalone");  // CONFIG GET * answers both
  EXPECT_EQ(rdb_path(real.reply("CONFIG GET dir"), real.reply("CONFIG GET dbfilename")),
            "/var/lib/redis/dump.rdb");
  EXPECT_EQ(path_of_values("/", "a b.rdb"), "/a b.rdb");
}

TEST(RdbPath, IsNotKnownWhereOneIsMissing) {
  EXPECT_EQ(rdb_path({}, {}), "");
  EXPECT_EQ(path_of("*0\r\n", pair("dbfilename", "a")), "");
  EXPECT_EQ(path_of(pair("dir", "/"), "-NOPERM no\r\n"), "");
  EXPECT_EQ(path_of_values("/data", ""), "");
  EXPECT_EQ(path_of_values("", "dump.rdb"), "");
}

TEST(RdbPath, IsNoneThatARedisWouldNotHave) {
  EXPECT_EQ(path_of_values("/data", "../etc/shadow"), "");
  EXPECT_EQ(path_of_values("data", "dump.rdb"), "");
  EXPECT_EQ(path_of_values("/data", std::string_view("a\0b", 3)), "");
  EXPECT_EQ(path_of_values("/" + std::string(5000, 'a'), "dump.rdb"), "");
}

}  // namespace
}  // namespace fleet::test
