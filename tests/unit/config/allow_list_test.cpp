// SPDX-License-Identifier: Apache-2.0
#include "config/allow_list.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace fleet {
namespace {

AllowList list_of(std::string_view text) {
  std::vector<std::string> problems;
  AllowList list = AllowList::parse(text, problems);
  EXPECT_EQ(problems, std::vector<std::string>{}) << text;
  return list;
}

std::vector<IpAddress> addresses_of(std::initializer_list<std::string_view> texts) {
  std::vector<IpAddress> addresses;
  for (const std::string_view text : texts) {
    const auto address = IpAddress::parse(text);
    EXPECT_TRUE(address) << text;
    addresses.push_back(address.value_or(IpAddress{}));
  }
  return addresses;
}

Target target_of(std::string_view text) {
  std::string problem;
  const auto target = parse_target(text, problem);
  EXPECT_TRUE(target) << problem;
  return target.value_or(Target{});
}

TEST(AllowList, MatchesNamesAsWritten) {
  auto gives = [](std::string_view list, std::string_view host, Allowed want, int port = 6379,
                  int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(list_of(list).matches_name(host, static_cast<std::uint16_t>(port)), want);
  };
  gives("", "cache-1", Allowed::no);
  gives("cache-1", "cache-1", Allowed::listed);
  gives("cache-1", "CACHE-1", Allowed::listed);
  gives("Cache-1.", "cache-1", Allowed::listed);
  gives("cache-1", "cache-1.", Allowed::listed);
  gives("cache-1", "cache-10", Allowed::no);
  gives("cache-1:6379", "cache-1", Allowed::listed);
  gives("cache-1:6379", "cache-1", Allowed::no, 6380);
  gives("other , cache-1", "cache-1", Allowed::listed);
  gives("*.internal", "a.internal", Allowed::listed);
  gives("*.internal", "a.b.internal", Allowed::listed);
  gives("*.internal", "internal", Allowed::no);
  gives("*.internal", "a.internal.evil.com", Allowed::no);
  gives("cache-*", "cache-12", Allowed::listed);
  gives("cache-*", "cache-", Allowed::listed);
  gives("cache-*", "cache-1.evil.com", Allowed::no);
  gives("cache-*.internal", "cache-1.internal", Allowed::listed);
  gives("cache-*.internal", "cache-1.evil.internal", Allowed::no);
  gives("*a*b*.c", "x.axbx.c", Allowed::listed);
  gives("*a*b*.c", "ax.b.c", Allowed::no);
  gives("*cache**", "my.cache-1", Allowed::listed);
  gives("c*a*b", "caab", Allowed::listed);
  gives("c*ab", "cabab", Allowed::listed);
  gives("*", "anything", Allowed::by_star);
  gives("*", "10.0.0.1", Allowed::by_star);
  gives("*:6379", "anything", Allowed::by_star);
  gives("*:6379", "anything", Allowed::no, 6380);
  gives("*, cache-1", "cache-1", Allowed::listed);
  gives("cache-1, *", "cache-1", Allowed::listed);
  gives("*a", "fd00::a", Allowed::no);
  gives("*h0", "fe80::1%eth0", Allowed::no);
  gives("10.0.0.1", "10.0.0.1", Allowed::no);  // a network: matches_addresses says yes
}

TEST(AllowList, MatchesAddressesWhenEachIsInANetwork) {
  auto gives = [](std::string_view list, std::initializer_list<std::string_view> addresses,
                  Allowed want, int port = 6379, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(
        list_of(list).matches_addresses(addresses_of(addresses), static_cast<std::uint16_t>(port)),
        want);
  };
  gives("10.0.0.0/8", {"10.255.0.1"}, Allowed::listed);
  gives("10.0.0.0/8", {"11.0.0.1"}, Allowed::no);
  gives("10.0.0.0/8", {"10.0.0.1", "11.0.0.1"}, Allowed::no);
  gives("10.0.0.0/8, 11.0.0.0/8", {"10.0.0.1", "11.0.0.1"}, Allowed::listed);
  gives("10.0.0.0/8, fd00::/8", {"10.0.0.1", "fd12::1"}, Allowed::listed);
  gives("10.0.0.0/8", {}, Allowed::no);
  gives("10.0.0.0/8:7000", {"10.0.0.1"}, Allowed::no);
  gives("10.0.0.0/8:7000", {"10.0.0.1"}, Allowed::listed, 7000);
  gives("10.0.0.0/8", {"::ffff:10.0.0.1"}, Allowed::listed);
  gives("10.1.2.128/25", {"10.1.2.128"}, Allowed::listed);
  gives("10.1.2.128/25", {"10.1.2.127"}, Allowed::no);
  gives("0.0.0.0/0", {"8.8.8.8"}, Allowed::listed);
  gives("0.0.0.0/0", {"fd00::1"}, Allowed::no);
  gives("::/0", {"fd00::1"}, Allowed::listed);
  gives("::/0", {"8.8.8.8"}, Allowed::no);
  gives("10.0.0.1", {"10.0.0.1"}, Allowed::listed);
  gives("10.0.0.1:7000", {"10.0.0.1"}, Allowed::listed, 7000);
  gives("10.0.0.1", {"10.0.0.2"}, Allowed::no);
  gives("fd00::/8:7000", {"fd00::1"}, Allowed::listed, 7000);
  gives("[fd00::]/8:7000", {"fd00::1"}, Allowed::no);
  gives("fd00::1", {"fd00::1"}, Allowed::listed);
  gives("[fd00::1]:7000", {"fd00::1"}, Allowed::listed, 7000);
  gives("[fd00::1]", {"fd00::2"}, Allowed::no);
  gives("*, cache-1", {"10.0.0.1"}, Allowed::no);
}

TEST(AllowList, DecidesOverATarget) {
  auto gives = [](std::string_view list, std::string_view target,
                  std::initializer_list<std::string_view> addresses, Allowed want,
                  int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(list_of(list).allows(target_of(target), addresses_of(addresses)), want);
  };
  gives("", "cache-1", {"10.0.0.1"}, Allowed::no);
  gives("cache-1", "cache-1", {"10.0.0.1"}, Allowed::listed);
  gives("cache-1", "cache-1", {}, Allowed::no);  // a name that does not resolve
  gives("10.0.0.0/8", "cache-1", {"10.0.0.1"}, Allowed::listed);
  gives("10.0.0.0/8", "cache-1", {"10.0.0.1", "8.8.8.8"}, Allowed::no);
  gives("10.0.0.0/8, cache-1", "cache-1", {"10.0.0.1", "8.8.8.8"}, Allowed::listed);
  gives("10.0.0.0/8, *", "cache-1", {"10.0.0.1", "8.8.8.8"}, Allowed::by_star);
  gives("10.0.0.0/8, *", "cache-1", {"10.0.0.1"}, Allowed::listed);
  gives("*", "10.0.0.1", {"10.0.0.1"}, Allowed::by_star);
  // Metadata services of clouds: by no name, only by a network.
  gives("*", "169.254.169.254", {"169.254.169.254"}, Allowed::no);
  gives("*", "cache-1", {"10.0.0.1", "169.254.169.254"}, Allowed::no);
  gives("cache-1", "cache-1", {"169.254.169.254"}, Allowed::no);
  gives("cache-1", "cache-1", {"::ffff:169.254.169.254"}, Allowed::no);
  gives("*", "[fe80::1]", {"fe80::1"}, Allowed::no);
  gives("*", "[febf::1]", {"febf::1"}, Allowed::no);
  gives("*", "[fec0::1]", {"fec0::1"}, Allowed::by_star);
  gives("169.254.7.0/24", "cache-1", {"169.254.7.9"}, Allowed::listed);
  gives("fe80::/10", "[fe80::1]", {"fe80::1"}, Allowed::listed);
  gives("*", "unix:///run/redis.sock", {}, Allowed::no);
  gives("*", "unix:///run/redis.sock", {"127.0.0.1"}, Allowed::no);
}

TEST(AllowList, KnowsWhenThereIsNoNeedToResolve) {
  auto gives = [](std::string_view list, std::string_view target, bool want,
                  int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(list_of(list).could_allow(target_of(target)), want);
  };
  gives("", "cache-1", false);
  gives("cache-1", "cache-2", false);
  gives("cache-*", "cache-2", true);
  gives("*", "cache-2", true);
  gives("10.0.0.0/8", "cache-2", true);
  gives("10.0.0.0/8:7000", "cache-2", false);
  gives("10.0.0.0/8:7000", "cache-2:7000", true);
  gives("*, 10.0.0.0/8", "unix:///run/redis.sock", false);
}

TEST(AllowList, KnowsItsStar) {
  EXPECT_TRUE(list_of("a, *:6379").has_star());
  EXPECT_FALSE(list_of("*.internal, 0.0.0.0/0").has_star());
  EXPECT_TRUE(list_of("  ").empty());
  EXPECT_FALSE(list_of("a").empty());
}

AllowedAccess secret(std::string text) {
  AllowedAccess access;
  access.has_credentials = true;
  access.password = Secret(std::move(text));
  return access;
}

TEST(AllowList, LendsWhatTheFirstEntrySaysThatMatchesByItself) {
  AllowList list = list_of("10.0.0.0/8, *.internal");
  AllowedAccess tls_only;
  tls_only.tls = TlsFiles{};
  EXPECT_EQ(list.add("10.1.0.0/16", secret("first")), "");
  EXPECT_EQ(list.add("10.0.0.0/8", secret("second")), "");
  EXPECT_EQ(list.add("10.9.0.0/16", secret("never")), "");
  EXPECT_EQ(list.add("[fd00::]/8:7000", secret("v6")), "");
  EXPECT_EQ(list.add("db-*.internal", secret("name")), "");
  EXPECT_EQ(list.add("*", tls_only), "");
  auto lends = [&list](std::string_view target, std::initializer_list<std::string_view> addresses,
                       std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const auto* entry = list.access_for(target_of(target), addresses_of(addresses));
    const std::string_view none = entry == nullptr ? "nothing" : "TLS";
    const bool has_password = entry != nullptr && entry->access.password;
    EXPECT_EQ(has_password ? entry->access.password->reveal() : none, want);
  };
  lends("a", {"10.1.2.3"}, "first");
  lends("a", {"10.2.2.3"}, "second");
  lends("a", {"10.9.2.3"}, "second");
  lends("a", {"10.1.2.3", "10.2.2.3"}, "second");
  lends("10.1.2.3", {"10.1.2.3"}, "first");
  lends("a:7000", {"fd00::1"}, "v6");
  lends("a:7001", {"fd00::1"}, "TLS");
  lends("a:7000", {"fd00::1", "10.1.2.3"}, "TLS");  // each in a network, but not in one
  lends("db-1.internal", {"192.0.2.1"}, "name");
  lends("db-1.internal", {"10.1.2.3"}, "first");
  lends("db-1.internal", {"169.254.169.254"}, "nothing");
  lends("db-1.internal", {"192.0.2.1", "169.254.169.254"}, "nothing");
  lends("a", {"10.1.2.3", "192.0.2.1"}, "TLS");
  lends("a", {}, "nothing");
  lends("unix:///run/redis.sock", {"10.1.2.3"}, "nothing");
}

TEST(AllowList, LendsNothingByEntriesThatSayNothing) {
  const AllowList list = list_of("10.0.0.0/8, *");
  EXPECT_EQ(list.access_for(target_of("10.1.2.3"), addresses_of({"10.1.2.3"})), nullptr);
}

TEST(AllowList, LendsNoPasswordToEverybody) {
  AllowList list;
  for (const std::string_view all :
       {"*", "*:6379", "0.0.0.0/0", "0.0.0.0/0:6379", "::/0", "[::]/0:6379"}) {
    SCOPED_TRACE(all);
    EXPECT_TRUE(list.add(all, secret("x")).starts_with("matches every host, so that whoever"));
    EXPECT_TRUE(list.empty());
  }
  EXPECT_EQ(list.add("128.0.0.0/1", secret("x")), "");
  EXPECT_EQ(list.add("*", {}), "");
  EXPECT_TRUE(list.add("a, b", {}).starts_with("is neither a network nor a name;"));
  EXPECT_TRUE(list.add("", {}).starts_with("is neither a network nor a name;"));
}

TEST(AllowList, KnowsWhetherAnyTargetIsLeftToTheFlagsCredentials) {
  AllowList list = list_of("*, *:6379");
  EXPECT_FALSE(list.leaves_credentials_to_flags());
  EXPECT_EQ(list.add("10.0.0.0/8", secret("x")), "");
  EXPECT_EQ(list.add("*.internal", secret("x")), "");
  EXPECT_FALSE(list.leaves_credentials_to_flags());
  AllowList named = list;
  EXPECT_EQ(named.add("a", {}), "");
  EXPECT_TRUE(named.leaves_credentials_to_flags());
  // A name with an address in each of two networks has all addresses in neither.
  EXPECT_EQ(list.add("192.168.0.0/16", secret("y")), "");
  EXPECT_TRUE(list.leaves_credentials_to_flags());
  const std::vector<IpAddress> both = addresses_of({"10.0.0.1", "192.168.0.1"});
  EXPECT_EQ(list.allows(target_of("b"), both), Allowed::listed);
  EXPECT_EQ(list.access_for(target_of("b"), both), nullptr);
}

TEST(AllowList, NamesTheBadEntry) {
  auto refuses = [](std::string_view text, std::vector<std::string> want,
                    int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    std::vector<std::string> problems;
    const AllowList list = AllowList::parse(text, problems);
    EXPECT_EQ(problems, want);
    EXPECT_TRUE(list.empty());
  };
  const std::string kPort = "has a port that is not from 1 to 65535";
  const std::string kName =
      "is neither a network nor a name; a name holds letters, digits, dots, hyphens, underscores "
      "and *";
  const std::string kNumber =
      "is neither an address nor a name; write a range of addresses as a network, 10.0.0.0/8";
  const std::string kBits =
      "has bits set after its prefix length; write the network's first address, or no length for "
      "one address";
  refuses(",", {"entry \"\" is empty; remove the comma", "entry \"\" is empty; remove the comma"});
  refuses("a:0", {"entry \"a:0\" " + kPort});
  refuses("a:", {"entry \"a:\" " + kPort});
  refuses("a:65536", {"entry \"a:65536\" " + kPort});
  refuses("10.0.0.0/8:x", {"entry \"10.0.0.0/8:x\" " + kPort});
  refuses("10.0.0.0/8:", {"entry \"10.0.0.0/8:\" " + kPort});
  refuses("10.0.0.0/33", {"entry \"10.0.0.0/33\" has a prefix length that is not from 0 to 32"});
  refuses("10.0.0.0/", {"entry \"10.0.0.0/\" has a prefix length that is not from 0 to 32"});
  refuses("fd00::/129", {"entry \"fd00::/129\" has a prefix length that is not from 0 to 128"});
  refuses("10.0.0.1/8", {"entry \"10.0.0.1/8\" " + kBits});
  refuses("fd00::1/64", {"entry \"fd00::1/64\" " + kBits});
  refuses("cache/8",
          {"entry \"cache/8\" has no IP address before /; write 10.0.0.0/8 or fd00::/8"});
  refuses("[x]", {"entry \"[x]\" has no IPv6 address between [ and ]"});
  refuses("[fd00::1]x", {"entry \"[fd00::1]x\" has more than :port after ]"});
  refuses("10.0.*", {"entry \"10.0.*\" " + kNumber});
  refuses("10.0.0", {"entry \"10.0.0\" " + kNumber});
  refuses("*.*", {"entry \"*.*\" has no letter; write * for all names"});
  refuses("**", {"entry \"**\" has no letter; write * for all names"});
  refuses("a b, c?", {"entry \"a b\" " + kName, "entry \"c?***\" " + kName});
  refuses("redis://:secret@a",
          {"entry \"redis://***@a\" is a URI; write host, host:port or a network, without scheme, "
           "user and password"});
}

}  // namespace
}  // namespace fleet
