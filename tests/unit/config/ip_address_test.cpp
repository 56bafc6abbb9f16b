// SPDX-License-Identifier: Apache-2.0
#include "config/ip_address.h"

#include <string_view>

#include <gtest/gtest.h>

namespace fleet {
namespace {

using namespace std::string_view_literals;

TEST(IpAddress, ReadsFullAddressesOnly) {
  for (const std::string_view text : {"10.0.0.1", "255.255.255.255", "::", "::1", "fd00::1",
                                      "::ffff:10.0.0.1", "1:2:3:4:5:6:7:8"})
    EXPECT_TRUE(IpAddress::parse(text)) << text;
  // The system's resolver takes some of these for IPv4 addresses; here they are none.
  for (const std::string_view text :
       {""sv, "10.0.0"sv, "10.1"sv, "2130706433"sv, "0x7f.0.0.1"sv, "256.0.0.1"sv, "10.0.0.1 "sv,
        "[::1]"sv, "fe80::1%eth0"sv, ":::"sv, "10.0.0.1\0x"sv, "cache"sv})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, IsOneWithItsMappedForm) {
  EXPECT_EQ(IpAddress::parse("10.0.0.1"), IpAddress::parse("::ffff:10.0.0.1"));
  EXPECT_TRUE(IpAddress::parse("::ffff:10.0.0.1")->is_v4());
  EXPECT_FALSE(IpAddress::parse("::10.0.0.1")->is_v4());
}

TEST(IpAddress, KnowsLinkLocal) {
  for (const std::string_view text :
       {"169.254.0.0", "169.254.255.255", "::ffff:169.254.169.254", "fe80::1", "febf:ffff::"})
    EXPECT_TRUE(IpAddress::parse(text)->is_link_local()) << text;
  for (const std::string_view text :
       {"169.253.255.255", "169.255.0.0", "fe7f::", "fec0::", "::1", "127.0.0.1"})
    EXPECT_FALSE(IpAddress::parse(text)->is_link_local()) << text;
}

TEST(IpPrefix, ComparesTheFirstBits) {
  auto contains = [](std::string_view network, unsigned bits, std::string_view address, bool want,
                     int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const IpPrefix prefix{*IpAddress::parse(network), bits};
    EXPECT_TRUE(prefix.is_network());
    EXPECT_EQ(prefix.contains(*IpAddress::parse(address)), want);
  };
  contains("10.0.0.0", 96 + 8, "10.255.255.255", true);
  contains("10.0.0.0", 96 + 8, "11.0.0.0", false);
  contains("10.128.0.0", 96 + 9, "10.255.0.0", true);
  contains("10.128.0.0", 96 + 9, "10.127.0.0", false);
  contains("10.0.0.1", 128, "10.0.0.1", true);
  contains("10.0.0.1", 128, "10.0.0.0", false);
  contains("0.0.0.0", 96, "255.0.0.1", true);
  contains("0.0.0.0", 96, "fd00::", false);
  contains("::", 0, "fd00::", true);
  contains("::", 0, "10.0.0.1", false);
  contains("fe80::", 10, "febf::", true);
  contains("fe80::", 10, "fec0::", false);
}

TEST(IpPrefix, IsANetworkWithoutBitsBehind) {
  EXPECT_FALSE((IpPrefix{*IpAddress::parse("10.0.0.1"), 96 + 8}).is_network());
  EXPECT_FALSE((IpPrefix{*IpAddress::parse("10.192.0.0"), 96 + 9}).is_network());
  EXPECT_FALSE((IpPrefix{*IpAddress::parse("fd00::1"), 127}).is_network());
}

}  // namespace
}  // namespace fleet
