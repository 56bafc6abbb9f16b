// SPDX-License-Identifier: Apache-2.0
#include "scrape/greeting.h"

#include <gtest/gtest.h>

#include "scrape/plan.h"

namespace fleet {
namespace {

const Refusals::Time kNow{std::chrono::hours(1000)};
constexpr std::string_view kInfo = "$22\r\nredis_version:7.0.15\r\n\r\n";

using Lines = std::vector<std::string_view>;

Target with_password(const std::string& user, const std::string& password) {
  Target target;
  target.username = user;
  target.password = Secret(password);
  return target;
}

TEST(MakeGreeting, AsksForInfoLast) {
  const Greeting plain = make_greeting(Target{}, {false}, {}, {}, kNow);
  EXPECT_EQ(plain.lines, Lines{"INFO all"});
  EXPECT_EQ(plain.bytes, "*2\r\n$4\r\nINFO\r\n$3\r\nall\r\n");
}

TEST(MakeGreeting, SaysWhoItIsBeforeAnythingElse) {
  Target target = with_password("monitor", "a b\r\nc");
  target.database = 12;
  const Greeting all = make_greeting(target, {true}, {}, {}, kNow);
  EXPECT_EQ(all.lines, (Lines{"AUTH", "SELECT", "CLIENT SETNAME", "INFO all"}));
  EXPECT_TRUE(
      all.bytes.starts_with("*3\r\n$4\r\nAUTH\r\n$7\r\nmonitor\r\n$6\r\na b\r\nc\r\n"
                            "*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n"));
}

TEST(MakeGreeting, WithoutAUserAuthHasOneArgument) {
  const Greeting old = make_greeting(with_password("", "secret"), {false}, {}, {}, kNow);
  EXPECT_TRUE(old.bytes.starts_with("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"));
}

TEST(MakeGreeting, LeavesOutWhatWasRefused) {
  Refusals refusals;
  refusals.note("CLIENT SETNAME", "NOPERM", kNow);
  refusals.note("SELECT", "NOPERM", kNow);
  Target target = with_password("", "secret");
  target.database = 3;
  EXPECT_EQ(make_greeting(target, {true}, {}, refusals, kNow).lines, (Lines{"AUTH", "INFO all"}));
  EXPECT_EQ(make_greeting(target, {true}, {}, refusals, kNow + Refusals::kForget).lines.size(), 4u);
}

TEST(MakeGreeting, AsksPingWhereInfoIsRefused) {
  Refusals refusals;
  refusals.note("INFO all", "unsupported command 'INFO'", kNow);
  Target target = with_password("", "secret");
  target.database = 3;
  EXPECT_EQ(make_greeting(target, {true}, {}, refusals, kNow).lines, (Lines{"AUTH", "PING"}));
  EXPECT_EQ(make_greeting(target, {true}, {}, refusals, kNow + Refusals::kForgetInfo).lines.back(),
            "INFO all");
}

TEST(MakeGreeting, AsksPingBeforeWhatAProxyMayHangUpAt) {
  Target target;
  target.database = 3;
  EXPECT_EQ(make_greeting(target, {false, true}, {}, {}, kNow).lines,
            (Lines{"PING", "SELECT", "INFO all"}));
}

TEST(MayStandForInfo, IsForThoseWhoDoNotHaveInfo) {
  for (const std::string_view refusal :
       {"unsupported command 'INFO'", "ERR unknown command 'info', with args beginning with: all",
        "ERR backend server 'all' not found", "the server hung up"})
    EXPECT_TRUE(may_stand_for_info(refusal)) << refusal;
  for (const std::string_view refusal :
       {"NOPERM this user has no permissions to run the 'info' command", "no upstream host",
        "NOAUTH Authentication required.", ""})
    EXPECT_FALSE(may_stand_for_info(refusal)) << refusal;
}

TEST(AnsweredPing, IsToldByPongOnly) {
  const Greeting greeting = make_greeting(Target{}, {false, true}, {}, {}, kNow);
  const auto told = [&](std::string_view bytes) {
    ReplyBuffer replies;
    EXPECT_FALSE(replies.feed(bytes)) << bytes;
    return answered_ping(greeting, replies);
  };
  EXPECT_TRUE(told("+PONG\r\n"));
  EXPECT_FALSE(told("-NOAUTH Authentication required.\r\n"));
  EXPECT_FALSE(told("+OK\r\n"));
  EXPECT_FALSE(told(""));
}

// What the replies to AUTH, CLIENT SETNAME and INFO come to.
Failure judged(std::string_view bytes, CredentialsFrom from = CredentialsFrom::flags,
               const std::string& password = "secret") {
  const Target target = with_password("", password);
  const Greeting greeting = make_greeting(target, {true}, {}, {}, kNow);
  ReplyBuffer replies;
  EXPECT_FALSE(replies.feed(bytes)) << bytes;
  return judge_greeting(greeting, replies, {target, from});
}

TEST(JudgeGreeting, IsContentWithAnAnswerToInfo) {
  EXPECT_FALSE(judged("+OK\r\n+OK\r\n" + std::string(kInfo)));
  for (const std::string unused :
       {"-ERR Client sent AUTH, but no password is set\r\n",
        "-ERR AUTH <password> called without any password configured for the default user. Are you "
        "sure your configuration is correct?\r\n"})
    EXPECT_FALSE(judged(unused + "+OK\r\n" + std::string(kInfo))) << unused;
}

TEST(JudgeGreeting, IsNotContentWithAnotherUserThanTheOneAskedFor) {
  const Failure failure = judged(
      "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
      "+OK\r\n" +
      std::string(kInfo));
  EXPECT_EQ(failure.reason, Reason::auth) << "the default user needs no password and answered";
}

TEST(JudgeGreeting, DoesNotRepeatWhatAServerSaysToAuth) {
  const Failure failure = judged(
      "-ERR unknown command 'AUTH', with args beginning with: 's3cret' \r\n-NOAUTH x\r\n"
      "-NOAUTH x\r\n");
  EXPECT_EQ(failure.reason, Reason::auth);
  EXPECT_EQ(failure.message.find("s3cret"), std::string::npos) << failure.message;
  EXPECT_NE(failure.message.find("no command AUTH"), std::string::npos) << failure.message;
}

TEST(JudgeGreeting, NamesTheReasonAndTheCure) {
  auto expect = [](std::string_view bytes, Reason reason, std::string_view cure,
                   int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const Failure failure = judged(bytes);
    EXPECT_EQ(name_of(failure.reason), name_of(reason));
    EXPECT_NE(failure.message.find(cure), std::string::npos) << failure.message;
  };
  expect("-WRONGPASS invalid username-password pair\r\n-NOAUTH x\r\n-NOAUTH x\r\n", Reason::auth,
         "AUTH: WRONGPASS (wrong user or password, or user disabled); check user and password");
  expect("-ERR invalid password\r\n-NOAUTH x\r\n-NOAUTH x\r\n", Reason::auth,
         "check user and password");
  expect("+OK\r\n+OK\r\n-NOAUTH Authentication required.\r\n", Reason::auth, "--redis.password");
  expect("+OK\r\n+OK\r\n-NOPERM no permissions\r\n", Reason::noperm, "--print-acl");
  expect("-DENIED Redis is running in protected mode\r\n", Reason::protected_mode,
         "protected-mode no");
  expect("-ERR max number of clients reached\r\n", Reason::maxclients, "CLIENT LIST");
  expect("+OK\r\n+OK\r\n+OK\r\n", Reason::protocol, "is this a Redis server?");
  expect("+OK\r\n+OK\r\n$-1\r\n", Reason::protocol, "is this a Redis server?");
  expect("+OK\r\n+OK\r\n-ERR unknown command 'INFO'\r\n", Reason::protocol,
         "the server does not answer INFO: if it has another name there");
  expect("+OK\r\n+OK\r\n-no upstream host\r\n", Reason::protocol,
         "no upstream host; the server does not answer INFO");
  // It has no password, and what is wrong is something else.
  expect("-ERR Client sent AUTH, but no password is set\r\n+OK\r\n-unsupported command 'INFO'\r\n",
         Reason::protocol, "of a proxy, scrape the servers behind it");
}

// What stands in the way is mended where the password is configured: with a file not by flags.
TEST(JudgeGreeting, NamesThePlaceOfThePassword) {
  using From = CredentialsFrom;
  const std::string none = "+OK\r\n+OK\r\n-NOAUTH Authentication required.\r\n";
  const std::string wrong = "-WRONGPASS invalid\r\n-NOAUTH x\r\n-NOAUTH x\r\n";
  auto expect = [](const std::string& bytes, From from, std::string_view cure, bool flags,
                   int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const std::string message = judged(bytes, from).message;
    EXPECT_NE(message.find(cure), std::string::npos) << message;
    EXPECT_EQ(message.find("REDIS_PASSWORD") != std::string::npos, flags) << message;
  };
  expect(none, From::flags, "set REDIS_PASSWORD or --redis.password", true);
  expect(none, From::visit_by_flags, "--scrape.allowed-targets by network or name", true);
  expect(none, From::group, "password_file: FILE", false);
  expect(none, From::group, "credentials: NAME into the node's group", false);
  expect(none, From::sentinel, "credentials: NAME into the sentinel of the group", false);
  expect(none, From::visit_by_file, "an entry {match: ", true);
  expect(wrong, From::flags, "--redis.user", true);
  expect(wrong, From::visit_by_flags, "--redis.user", true);
  expect(wrong, From::group, "password_file", false);
  expect(wrong, From::sentinel, "that the group's sentinel names", false);
  expect(wrong, From::visit_by_file, "the entry of allowed_targets", true);
}

TEST(JudgeGreeting, TakesThePasswordOutOfTheServersWordsOnly) {
  const Failure failure =
      judged("+OK\r\n+OK\r\n-NOAUTH password required\r\n", CredentialsFrom::flags, "password");
  EXPECT_TRUE(failure.message.starts_with(
      "INFO: NOAUTH *** required; the server asks for a password and none was sent: set"))
      << failure.message;
}

}  // namespace
}  // namespace fleet
