// SPDX-License-Identifier: Apache-2.0
#include "config/shard.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fleet {
namespace {

// By group: the one shard that owns it; count when there is none or several.
std::vector<std::uint32_t> owners(std::uint32_t count) {
  std::vector<std::uint32_t> all;
  for (int i = 0; i < 1000; ++i) {
    const std::string group = "10.0.0." + std::to_string(i) + ":6379";
    std::uint32_t owner = count, owning = 0;
    for (std::uint32_t shard = 0; shard < count; ++shard)
      if (Shard{shard, count}.owns(group)) owner = shard, ++owning;
    all.push_back(owning == 1 ? owner : count);
  }
  return all;
}

TEST(Shard, OneExporterOwnsEverything) { EXPECT_TRUE((Shard{}.owns("a") && Shard{}.owns(""))); }

TEST(Shard, EachGroupHasOneOwnerAndEachExporterAFairPart) {
  const auto all = owners(4);
  for (std::uint32_t shard = 0; shard < 4; ++shard) {
    const auto part = std::count(all.begin(), all.end(), shard);
    EXPECT_GT(part, 200);
    EXPECT_LT(part, 300);
  }
  EXPECT_EQ(std::count(all.begin(), all.end(), 4u), 0);
}

TEST(Shard, AnotherExporterTakesGroupsAndMovesNoOthers) {
  const auto before = owners(4), after = owners(5);
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(after[i] == before[i] || after[i] == 4u) << i;
}

// Exporters of different builds must agree.
TEST(Shard, TheOwnerOfAGroupNeverChanges) {
  EXPECT_EQ((std::vector<bool>{Shard{0, 3}.owns("payments"), Shard{1, 3}.owns("payments"),
                               Shard{2, 3}.owns("payments")}),
            (std::vector<bool>{false, true, false}));
}

}  // namespace
}  // namespace fleet
