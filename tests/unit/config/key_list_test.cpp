// SPDX-License-Identifier: Apache-2.0
#include "config/key_list.h"

#include <gtest/gtest.h>

namespace fleet {
namespace {

using Keys = std::vector<KeyPattern>;

TEST(KeyList, EveryFormOfAnEntryIsRead) {
  Keys keys;
  EXPECT_EQ(read_key_list(" a , db3=orders:*,5 = q,x%2Cy%3Dz,db0=a+b,,k%2A", keys), "");
  EXPECT_EQ(keys, (Keys{{0, "a"}, {3, "orders:*"}, {5, "q"}, {0, "x,y=z"}, {0, "a b"}, {0, "k*"}}));
  EXPECT_EQ(read_key_list("", keys), "");
  EXPECT_TRUE(keys.empty());
}

TEST(KeyList, WhatStandsTwiceIsReadOnce) {
  Keys keys;
  EXPECT_EQ(read_key_list("a*,db0=a*,db1=a*,a*", keys), "");
  EXPECT_EQ(keys, (Keys{{0, "a*"}, {1, "a*"}}));
}

TEST(KeyList, AWrongEntryIsNamedWithItsCure) {
  Keys keys = {{7, "stays"}};
  EXPECT_EQ(read_key_list("a,db1=b=c", keys),
            "\"db1=b=c\": more than one =; write %3D for one in a name");
  for (const char* wrong : {"dbx=a", "=a", "-1=a", "1.5=a", "99999999999=a"})
    EXPECT_EQ(read_key_list(wrong, keys),
              "\"" + std::string(wrong) +
                  "\": in front of = a database is wanted, as in db3=name; write %3D for one in a "
                  "name");
  EXPECT_EQ(read_key_list("db1=", keys), "\"db1=\": names no key; write db3=name");
  EXPECT_EQ(read_key_list("a%2", keys), "\"a%2\": write % as %25");
  EXPECT_EQ(keys, (Keys{{7, "stays"}}));
}

TEST(KeyList, APatternHasAWildcard) {
  for (const char* pattern : {"a*", "a?", "[ab]", "^", "a]"}) EXPECT_TRUE(is_pattern(pattern));
  for (const char* name : {"", "a", "a:b-c{d}"}) EXPECT_FALSE(is_pattern(name));
}

}  // namespace
}  // namespace fleet
