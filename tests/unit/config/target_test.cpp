// SPDX-License-Identifier: Apache-2.0
#include "config/target.h"

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace fleet {
namespace {

using Transport = Target::Transport;

// From a heap block of exactly the text's size, so that AddressSanitizer sees a read past its end.
std::optional<Target> parse_exactly(std::string_view text, std::string& problem) {
  const auto block = std::make_unique<char[]>(text.size());
  text.copy(block.get(), text.size());
  return parse_target({block.get(), text.size()}, problem);
}

Target parsed(std::string_view text) {
  std::string problem = "dirty";
  const auto target = parse_exactly(text, problem);
  EXPECT_TRUE(target) << text << ": " << problem;
  EXPECT_EQ(problem, "") << text;
  return target.value_or(Target{});
}

TEST(ParseTarget, ReadsTheSpellingsOfANetworkAddress) {
  auto reads = [](std::string_view text, Transport transport, std::string_view host, int port,
                  unsigned database, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const Target target = parsed(text);
    EXPECT_EQ(target.transport, transport);
    EXPECT_EQ(target.host, host);
    EXPECT_EQ(target.port, port);
    EXPECT_EQ(target.database, database);
    EXPECT_EQ(target.path, "");
    EXPECT_EQ(target.username, "");
    EXPECT_FALSE(target.password);
    EXPECT_EQ(target.spelling, text);
  };
  reads("redis://cache-1:6380", Transport::tcp, "cache-1", 6380, 0);
  reads("redis://cache_1.example.com", Transport::tcp, "cache_1.example.com", 6379, 0);
  reads("rediss://cache-1:6380/3", Transport::tls, "cache-1", 6380, 3);
  reads("valkey://cache-1", Transport::tcp, "cache-1", 6379, 0);
  reads("valkeys://cache-1", Transport::tls, "cache-1", 6379, 0);
  reads("REDISS://Cache-1", Transport::tls, "Cache-1", 6379, 0);
  reads("tcp://10.0.0.5:7000", Transport::tcp, "10.0.0.5", 7000, 0);
  reads("redis://", Transport::tcp, "localhost", 6379, 0);
  reads("redis://:7000", Transport::tcp, "localhost", 7000, 0);
  reads("redis:///2", Transport::tcp, "localhost", 6379, 2);
  reads("redis://cache-1/", Transport::tcp, "cache-1", 6379, 0);
  reads("redis://cache-1:/", Transport::tcp, "cache-1", 6379, 0);
  reads("redis://cache-1/2147483647", Transport::tcp, "cache-1", 6379, 2147483647);
  reads("redis://[::1]:7000/1", Transport::tcp, "::1", 7000, 1);
  reads("redis://[fd00::5]", Transport::tcp, "fd00::5", 6379, 0);
  reads("redis://[fe80::1%25eth0]:6379", Transport::tcp, "fe80::1%eth0", 6379, 0);
  reads("cache-1", Transport::tcp, "cache-1", 6379, 0);
  reads("cache-1:65535", Transport::tcp, "cache-1", 65535, 0);
  reads("cache-1:1/4", Transport::tcp, "cache-1", 1, 4);
  reads("redis:6379", Transport::tcp, "redis", 6379, 0);
  reads(":7000", Transport::tcp, "localhost", 7000, 0);
  reads("10.0.0.5", Transport::tcp, "10.0.0.5", 6379, 0);
  reads("[::1]:7000", Transport::tcp, "::1", 7000, 0);
  reads("[::1]", Transport::tcp, "::1", 6379, 0);
  reads("::1", Transport::tcp, "::1", 6379, 0);
  reads("fd00::1:6379", Transport::tcp, "fd00::1:6379", 6379, 0);
  reads("fe80::1%eth0", Transport::tcp, "fe80::1%eth0", 6379, 0);
}

TEST(ParseTarget, ReadsUserAndPassword) {
  auto reads = [](std::string_view text, std::string_view user, std::optional<std::string> password,
                  std::string_view spelling, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const Target target = parsed(text);
    EXPECT_EQ(target.username, user);
    ASSERT_EQ(target.password.has_value(), password.has_value());
    EXPECT_TRUE(!password || target.password->reveal() == *password);
    EXPECT_EQ(target.spelling, spelling);
  };
  reads("redis://ada:secret@h:7000/2", "ada", "secret", "redis://h:7000/2");
  reads("rediss://:secret@h", "", "secret", "rediss://h");
  reads("redis://ada@h", "ada", {}, "redis://h");
  reads("redis://ada:@h", "ada", {}, "redis://h");
  reads("redis://@h", "", {}, "redis://h");
  reads("redis://a%40b:p%2Fw%3a%25@h", "a@b", "p/w:%", "redis://h");
  reads("redis://ada:a:b@h", "ada", "a:b", "redis://h");
  reads("redis://ada:a@b@h", "ada", "a@b", "redis://h");
  reads("redis://ada:%00%ff@h", "ada", std::string("\0\xff", 2), "redis://h");
  reads("redis://ada:plus+sign@[::1]:7000", "ada", "plus+sign", "redis://[::1]:7000");
  reads("ada:secret@h:7000", "ada", "secret", "h:7000");
  reads("unix://ada:secret@/run/r.sock?db=1", "ada", "secret", "unix:///run/r.sock?db=1");
}

TEST(ParseTarget, ReadsUnixSockets) {
  auto reads = [](std::string_view text, std::string_view path, unsigned database,
                  int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const Target target = parsed(text);
    EXPECT_EQ(target.transport, Transport::unix_socket);
    EXPECT_EQ(target.path, path);
    EXPECT_EQ(target.database, database);
    EXPECT_EQ(target.host, "");
    EXPECT_EQ(target.port, 0);
    EXPECT_EQ(target.spelling, text);
  };
  reads("unix:///run/redis/redis.sock", "/run/redis/redis.sock", 0);
  reads("unix:///run/redis.sock?db=12", "/run/redis.sock", 12);
  reads("unix:///run/a%20b%3f.sock", "/run/a b?.sock", 0);
  reads("unix:///run/a@b.sock", "/run/a@b.sock", 0);
  const std::string longest = "/" + std::string(106, 'a');
  reads("unix://" + longest, longest, 0);
}

TEST(ParseTarget, RefusesWithTheCure) {
  auto refuses = [](std::string_view text, std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    std::string problem = "dirty";
    EXPECT_FALSE(parse_exactly(text, problem)) << text;
    EXPECT_EQ(problem, want) << text;
  };
  constexpr std::string_view kBlank =
      "the address holds a space or control character; remove it, or write it as %20 in a user, "
      "password or path";
  constexpr std::string_view kPort = "the port is not a number from 1 to 65535";
  constexpr std::string_view kScheme =
      "the scheme before :// is not one of redis, rediss, valkey, valkeys, tcp, unix";
  constexpr std::string_view kHost =
      "a host holds at most 253 letters, digits, dots, hyphens and underscores; write an "
      "international name in its xn-- form and a socket as unix:///path";
  constexpr std::string_view kColons =
      "more than one : stands in host:port; write an IPv6 address as [address]:port";
  constexpr std::string_view kQuery =
      "nothing may follow ?; write the database as /0 and a password as :password@ before the host";
  constexpr std::string_view kSocket =
      "the path of a socket begins with /; write unix:///path/to.sock";

  refuses("", "the address is empty; write redis://host:port");
  refuses("ada@", "the address is empty; write redis://host:port");
  refuses("/run/redis.sock", "no host stands before the /; write a socket as unix:///path/to.sock");
  refuses(" redis://h", kBlank);
  refuses("redis://h\n", kBlank);
  refuses(std::string_view("h\0", 2), kBlank);
  refuses("h\x7f", kBlank);
  refuses("redis://h#1", "write # as %23");
  refuses("http://h", kScheme);
  refuses("://h", kScheme);
  refuses("redis://h:0", kPort);
  refuses("redis://h:65536", kPort);
  refuses("redis://h:+1", kPort);
  refuses("redis://h:6379x", kPort);
  refuses("redis://user:secret", kPort);
  refuses("h:port", kPort);
  refuses("[::1]:x", kPort);
  refuses("redis://h/x", "the database is not a number; write it as /0");
  refuses("redis://h/-1", "the database is not a number; write it as /0");
  refuses("redis://h/2147483648", "the database is not a number; write it as /0");
  refuses("redis://h/1/", "the database is not a number; write it as /0");
  refuses("redis://h?db=1", kQuery);
  refuses("redis://h/1?password=x", kQuery);
  refuses("redis://::1", kColons);
  refuses("h:1:2", kColons);
  refuses("fe80::1%", kColons);
  refuses("redis://[::1", "the ] after the IPv6 address is missing");
  refuses("redis://[]", "no IPv6 address stands between [ and ]");
  refuses("redis://[10.0.0.1]", "no IPv6 address stands between [ and ]");
  refuses("redis://[fe80::1%25a/b]", "the ] after the IPv6 address is missing");
  refuses("redis://[fe80::1%25]", "no IPv6 address stands between [ and ]");
  refuses("redis://[::1]6379", "only :port may follow the ]");
  refuses("redis://h\xc3\xb6st", kHost);
  refuses("redis://h%20", kHost);
  refuses(std::string(254, 'a'), kHost);
  refuses("redis://:a/b@h", "in a user or password write / as %2F, ? as %3F and @ as %40");
  refuses("redis://:a?b@h", "in a user or password write / as %2F, ? as %3F and @ as %40");
  refuses("redis://:a%2@h", "in a user or password write % as %25");
  refuses("redis://:a%zz@h", "in a user or password write % as %25");
  refuses("redis://:a%@h", "in a user or password write % as %25");
  refuses("unix://", kSocket);
  refuses("unix:///", "the path of a socket names no file; write unix:///path/to.sock");
  refuses("unix://run/redis.sock", kSocket);
  refuses("unix://:a/b@/run/redis.sock", kSocket);
  refuses("unix:///run/%zz", "in a path write % as %25");
  refuses("unix:///run/%00", "the path holds a control character; remove it");
  refuses("unix:///" + std::string(107, 'a'), "the path of a socket holds at most 107 bytes");
  refuses("unix:///run/r.sock?", "only ?db=0 may follow the path of a socket");
  refuses("unix:///run/r.sock?x=1", "only ?db=0 may follow the path of a socket");
  refuses("unix:///run/r.sock?db=", "the database is not a number; write it as ?db=0");
}

TEST(Target, IsThatOfRedisExporterByDefault) {
  EXPECT_TRUE(parsed("redis://localhost:6379") == Target{});
}

TEST(Display, IsTheInstance) {
  auto shows = [](std::string_view text, std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(display(parsed(text)), want);
  };
  shows("redis://ada:secret@cache-1/3", "cache-1:6379");
  shows("rediss://[fd00::1]:7000", "[fd00::1]:7000");
  shows("::1", "[::1]:6379");
  shows("unix://:secret@/run/redis.sock", "/run/redis.sock");
}

TEST(WithoutSecrets, HidesWhatMayBeOne) {
  auto shows = [](std::string_view text, std::string_view want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(without_secrets(text), want);
  };
  shows("redis://h:6379/1", "redis://h:6379/1");
  shows("http://h", "http://h");
  shows("[::1]:7000", "[::1]:7000");
  shows("fd00::1", "fd00::1");
  shows("redis://ada:secret@h:1/x", "redis://***@h:1/x");
  shows("redis://ada:a/b@c@h:x", "redis://***@h:x");
  shows("redis://:a?b@h", "redis://***");
  shows("redis://h?password=secret", "redis://h?***");
  shows("redis://ada:secret", "redis://ada:***");
  shows("redis://[::1]:secret", "redis://[::1]:***");
  shows("ada:secret", "ada:***");
  shows("a:b:secret", "a:***");
  shows("ada:secret://x", "***");
  shows("a\nb\xff", "a?b?");
  shows(std::string(300, 'a'), std::string(200, 'a') + "...");
}

TEST(Target, AServersWordsLoseThePasswordThatItWasSent) {
  Target target;
  const std::string said = "ERR unknown command 'hunter2', with args beginning with: 'hunter2'";
  EXPECT_EQ(without_password(said, target), said);
  target.password = Secret("hunter2");
  EXPECT_EQ(without_password(said, target),
            "ERR unknown command '***', with args beginning with: '***'");
  target.password = Secret("in");  // words would lose more than a secret
  EXPECT_EQ(without_password(said, target), said);
}

}  // namespace
}  // namespace fleet
