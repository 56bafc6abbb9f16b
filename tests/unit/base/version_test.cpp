// SPDX-License-Identifier: Apache-2.0
#include "base/version.h"

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(ParseVersion, ReadsWhatServersSend) {
  auto reads = [](std::string_view text, Version want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(parse_version(text), want) << text;
  };
  reads("7.2.4", 0x070204);
  reads("8.1", 0x080100);
  reads("8", 0x080000);
  reads("6.2.6-v3", 0x060206);
  reads("255.255.255", 0xffffff);  // unstable builds
  reads("7.999999999999.1", 0x07ff01);
  reads("", 0);
  reads("unknown", 0);
  reads(".1", 0);
}

}  // namespace
}  // namespace fleet
