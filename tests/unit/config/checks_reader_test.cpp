// SPDX-License-Identifier: Apache-2.0
// The section `checks` of a configuration, and the flags that win over it.
#include "config/checks_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "load.h"

namespace fleet {
namespace {

using test::Texts;
using Keys = std::vector<KeyPattern>;

class ChecksOfFile : public test::ConfigFolder {};

TEST_F(ChecksOfFile, SetEachKey) {
  write("q.lua", "return {}");
  const Loaded result = load(R"(
checks:
  keys: ["db3=a*", b]
  single_keys: [c]
  count_keys: ["d*"]
  streams: ["s*"]
  single_streams: [t]
  key_groups: ["^(.*):", "a,b"]
  scripts: [q.lua]
  search_indexes: ^order
  values: false
  consumers: false
  masters: false
  read_only_scripts: true
  batch_size: 7
  limit: 8
  distinct_key_groups: 9
  interval: 10s
  server_share: 0.5
groups:
  - {name: own, nodes: [a], checks: {keys: [], limit: 3}}
  - {name: common, nodes: [b]}
  - {name: unsearched, nodes: [c], checks: {search_indexes: ""}}
)");
  EXPECT_EQ(result.errors, Texts{});
  const CheckSettings& all = result.options.checks;
  EXPECT_EQ(all.keys, (Keys{{3, "a*"}, {0, "b"}}));
  EXPECT_EQ(all.single_keys, (Keys{{0, "c"}}));
  EXPECT_EQ(all.count_keys, (Keys{{0, "d*"}}));
  EXPECT_EQ(all.streams, (Keys{{0, "s*"}}));
  EXPECT_EQ(all.single_streams, (Keys{{0, "t"}}));
  EXPECT_EQ(all.key_groups, (Texts{"^(.*):", "a,b"}));
  EXPECT_EQ(all.scripts, (std::vector<Script>{{path("q.lua"), "return {}"}}));
  EXPECT_TRUE(all.search);
  EXPECT_EQ(all.search_indexes, "^order");
  EXPECT_FALSE(all.values || all.consumers || all.on_masters);
  EXPECT_TRUE(all.read_only_scripts);
  EXPECT_EQ(all.batch, 7u);
  EXPECT_EQ(all.most_keys, 8u);
  EXPECT_EQ(all.most_groups, 9u);
  EXPECT_EQ(all.interval, std::chrono::seconds(10));
  EXPECT_EQ(all.share, 0.5);
  CheckSettings own = all;
  own.keys.clear();
  own.most_keys = 3;
  EXPECT_EQ(result.options.groups[0].checks, own);
  EXPECT_EQ(result.options.groups[1].checks, std::nullopt);
  EXPECT_FALSE(result.options.groups[2].checks->search);
}

TEST_F(ChecksOfFile, AreRefusedWithPlaceAndCure) {
  const Loaded result = load(
      "checks: {keys: [\"x=y\"], scripts: [none.lua], limit: 0, server_share: 2, key_groups: "
      "[\"(\"], search_indexes: \"a[\"}\n"
      "groups: [{name: g, nodes: [a]}]\n");
  ASSERT_EQ(result.errors.size(), 6u);
  const std::string all = result.errors[0] + result.errors[1] + result.errors[2] +
                          result.errors[3] + result.errors[4] + result.errors[5];
  for (const char* part :
       {"fleet.yaml:1:17: checks.keys[0]: ", "a database is wanted",
        "fleet.yaml:1:35: checks.scripts[0]: ", "write a file that this user may read",
        "checks.limit: \"0\": accepted: a whole number from 1 to 50000",
        "checks.server_share: \"2\": accepted: ", "checks.key_groups[0]: \"(\": a ( is not closed",
        "checks.search_indexes: \"a[\": no regular expression: missing ]: ["})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

}  // namespace
}  // namespace fleet
