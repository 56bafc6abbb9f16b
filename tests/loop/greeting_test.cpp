// SPDX-License-Identifier: Apache-2.0
// The first words on a connection, and servers that do not want them.
#include <filesystem>

#include <gtest/gtest.h>

#include "loop/exporter.h"

namespace fleet::test {
namespace {

using namespace std::string_literals;

std::vector<std::string> first(const std::vector<std::string>& commands, std::size_t count) {
  return {commands.begin(),
          commands.begin() + static_cast<std::ptrdiff_t>(std::min(count, commands.size()))};
}

TEST(Greeting, NamesTheClientAndAsksForInfo) {
  FakeRedis redis;
  answer_all(redis);
  Exporter exporter;
  expect_up(exporter.scrape(exporter.add(redis)));
  const std::vector<std::string> words{"CLIENT SETNAME redis_fleet_exporter", "INFO all"};
  EXPECT_EQ(first(redis.commands(), 2), words);
  EXPECT_EQ(redis.commands().size(), 6u);
}

TEST(Greeting, NamesTheLibraryOnlySince72) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("INFO all", info_reply("7.2.0", std::string(40, 'a')));
  redis.answers("CLIENT SETINFO LIB-NAME redis_fleet_exporter", "+OK\r\n");
  Exporter exporter;
  Node& node = exporter.add(redis);
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped);
  EXPECT_EQ(scraped.value("redis_slowlog_length"), "3");  // the replies stay in their places
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.received("CLIENT SETINFO LIB-NAME redis_fleet_exporter"), 1);

  FakeRedis older;
  answer_all(older);
  older.answers("INFO all", info_reply("7.0.15", std::string(40, 'a')));
  expect_up(exporter.scrape(exporter.add(older)));
  EXPECT_EQ(older.received("CLIENT SETINFO LIB-NAME redis_fleet_exporter"), 0);
}

TEST(Greeting, SaysNoNameWhenItShallNot) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("INFO all", info_reply("8.0.0", std::string(40, 'a')));
  Wiring wiring;
  wiring.settings.set_client_name = false;
  Exporter exporter(wiring);
  expect_up(exporter.scrape(exporter.add(redis)));
  EXPECT_EQ(first(redis.commands(), 1), std::vector<std::string>{"INFO all"});
}

TEST(Greeting, GivesThePasswordTheUserAndTheDatabase) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("AUTH secret", "+OK\r\n").answers("AUTH monitor secret", "+OK\r\n");
  redis.answers("SELECT 3", "+OK\r\n");
  Exporter exporter;
  Target target = Exporter::at(redis);
  target.password = Secret("secret");
  expect_up(exporter.scrape(exporter.add(target)));
  EXPECT_EQ(first(redis.commands(), 1), std::vector<std::string>{"AUTH secret"});

  redis.forget_commands();
  target.username = "monitor";
  target.database = 3;
  expect_up(exporter.scrape(exporter.add(target)));
  const std::vector<std::string> words{"AUTH monitor secret", "SELECT 3"};
  EXPECT_EQ(first(redis.commands(), 2), words);
}

TEST(Greeting, AServerWithoutPasswordIsUpAllTheSame) {
  FakeRedis redis;
  answer_all(redis);
  redis.answers("AUTH secret",
                "-ERR AUTH <password> called without any password configured for the default user. "
                "Are you sure your configuration is correct?\r\n");
  Exporter exporter;
  Target target = Exporter::at(redis);
  target.password = Secret("secret");
  expect_up(exporter.scrape(exporter.add(target)));
}

TEST(Greeting, AMissingPasswordIsAuth) {
  FakeRedis redis;
  redis.refuses_with("-NOAUTH Authentication required.");
  Exporter exporter;
  Node& node = exporter.add(redis);
  const Scraped scraped = exporter.scrape(node);
  expect_down(scraped, Reason::auth, "--redis.password");
  EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "0");
  // The next scrape asks again: the password may have been set meanwhile.
  answer_all(redis);
  redis.works_again();
  expect_up(exporter.scrape(node));
}

TEST(Greeting, AWrongPasswordIsAuthAndIsNotRepeatedInTheMessage) {
  FakeRedis redis;
  redis.answers("AUTH monitor sesame",
                "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  redis.answers("CLIENT SETNAME redis_fleet_exporter", "-NOAUTH Authentication required.\r\n");
  redis.answers("INFO all", "-NOAUTH Authentication required.\r\n");
  Exporter exporter;
  Target target = Exporter::at(redis);
  target.username = "monitor";
  target.password = Secret("sesame");
  const Scraped scraped = exporter.scrape(exporter.add(target));
  expect_down(scraped, Reason::auth, "check user and password of this target");
  EXPECT_EQ(scraped.report->failure.message.find("sesame"), std::string::npos);
}

TEST(Greeting, AnAuthThatTheServerIsTooOldForIsNotCountedAsRefused) {
  FakeRedis redis;
  redis.answers("AUTH monitor sesame", "-ERR wrong number of arguments for 'auth' command\r\n");
  redis.answers("CLIENT SETNAME redis_fleet_exporter", "-NOAUTH Authentication required.\r\n");
  redis.answers("INFO all", "-NOAUTH Authentication required.\r\n");
  Exporter exporter;
  Target target = Exporter::at(redis);
  target.username = "monitor";
  target.password = Secret("sesame");
  Node& node = exporter.add(target);
  for (int scrapes = 1; scrapes <= 2; ++scrapes) {
    const Scraped scraped = exporter.scrape(node);
    expect_down(scraped, Reason::auth, "takes no user name");
    EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "0");
    EXPECT_EQ(redis.received("AUTH monitor sesame"), scrapes);
  }
}

TEST(Greeting, ProtectedModeIsSaidByTheServer) {
  FakeRedis redis;
  redis.turns_away_with(
      "-DENIED Redis is running in protected mode because protected mode is enabled and no "
      "password is set for the default user.\r\n");
  Exporter exporter;
  Node& node = exporter.add(redis);
  for (int i = 0; i < 10; ++i)  // whether our words or its end come first is chance
    expect_down(exporter.scrape(node), Reason::protected_mode, "protected-mode no");
}

TEST(Greeting, AServerWithoutRoomIsMaxclients) {
  FakeRedis redis;
  redis.turns_away_with("-ERR max number of clients reached\r\n");
  Exporter exporter;
  Node& node = exporter.add(redis);
  for (int i = 0; i < 10; ++i)
    expect_down(exporter.scrape(node), Reason::maxclients, "CLIENT LIST");
}

TEST(Greeting, AnHttpServerIsToldFromRedis) {
  FakeRedis other;
  other.is_a_stranger_that_says(
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>");
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(other));
  expect_down(scraped, Reason::protocol, "is this the port of a Redis server?");
  EXPECT_NE(scraped.report->failure.message.find("HTTP/1.1 400"), std::string::npos);
}

TEST(Greeting, BinaryGarbageIsProtocolAndPrintable) {
  FakeRedis other;
  other.is_a_stranger_that_says("\x00\x01\xff\x1b[31m garbage\r\n"s);
  Exporter exporter;
  const Scraped scraped = exporter.scrape(exporter.add(other));
  expect_down(scraped, Reason::protocol, "is this the port of a Redis server?");
  for (const char c : scraped.report->failure.message) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
}

TEST(Greeting, AServerThatAnswersInfoWithSomethingElseIsProtocol) {
  FakeRedis other;
  other.answers("INFO all", "+hello\r\n");
  Exporter exporter;
  expect_down(exporter.scrape(exporter.add(other)), Reason::protocol, "is this a Redis server?");
}

TEST(Greeting, AServerThatLoadsIsUp) {
  FakeRedis redis;
  std::string loading = info_reply("7.0.15", std::string(40, 'a'));
  loading.replace(loading.find("loading:0"), 9, "loading:1");
  redis.answers("INFO all", loading);
  for (const char* command :
       {"SLOWLOG LEN", "SLOWLOG GET 1", "CONFIG GET protected-mode", "ACL GETUSER default"})
    redis.answers(command, "-LOADING Redis is loading the dataset in memory\r\n");
  Exporter exporter;
  Node& node = exporter.add(redis);
  const Scraped scraped = exporter.scrape(node);
  expect_up(scraped, false);
  EXPECT_EQ(scraped.value("redis_loading_dump_file"), "1");
  EXPECT_EQ(scraped.success("persistence"), "1");
  EXPECT_EQ(scraped.success("slowlog"), "0");
  EXPECT_EQ(scraped.value("redis_exporter_refused_commands"), "0");
  // Nothing was refused for good.
  answer_all(redis);
  redis.answers("INFO all", info_reply("7.0.15", std::string(40, 'a')));
  expect_up(exporter.scrape(node));
}

class UnixSocket : public testing::Test {
 protected:
  UnixSocket() {
    std::string name = std::filesystem::temp_directory_path() / "fleet-socket-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    target_.transport = Target::Transport::unix_socket;
    target_.path = folder_ / "redis.sock";
  }
  ~UnixSocket() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  Target target_;
};

TEST_F(UnixSocket, IsScrapedAsTcpIs) {
  FakeRedis redis({.path = target_.path});
  answer_all(redis);
  Exporter exporter;
  Node& node = exporter.add(target_);
  expect_up(exporter.scrape(node));
  expect_up(exporter.scrape(node));
  EXPECT_EQ(redis.connections(), 1);
}

TEST_F(UnixSocket, ThatIsMissingIsUnreachable) {
  Exporter exporter;
  expect_down(exporter.scrape(exporter.add(target_)), Reason::unreachable,
              "no socket file there: check the path");
}

TEST_F(UnixSocket, ThatNobodyServesIsRefused) {
  target_.path = folder_ / "file";
  std::fclose(std::fopen(target_.path.c_str(), "w"));
  Exporter exporter;
  expect_down(exporter.scrape(exporter.add(target_)), Reason::refused, "that the server runs");
}

TEST_F(UnixSocket, WithAPathThatIsTooLongIsUnreachable) {
  target_.path = std::string(200, 'x');
  Exporter exporter;
  expect_down(exporter.scrape(exporter.add(target_)), Reason::unreachable, "longer than Unix");
}

}  // namespace
}  // namespace fleet::test
