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
  const Greeting plain = make_greeting(Target{}, false, {}, {}, kNow);
  EXPECT_EQ(plain.lines, Lines{"INFO all"});
  EXPECT_EQ(plain.bytes, "*2\r\n$4\r\nINFO\r\n$3\r\nall\r\n");
}

TEST(MakeGreeting, SaysWhoItIsBeforeAnythingElse) {
  Target target = with_password("monitor", "a b\r\nc");
  target.database = 12;
  const Greeting all = make_greeting(target, true, {}, {}, kNow);
  EXPECT_EQ(all.lines, (Lines{"AUTH", "SELECT", "CLIENT SETNAME", "INFO all"}));
  EXPECT_TRUE(
      all.bytes.starts_with("*3\r\n$4\r\nAUTH\r\n$7\r\nmonitor\r\n$6\r\na b\r\nc\r\n"
                            "*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n"));
}

TEST(MakeGreeting, WithoutAUserAuthHasOneArgument) {
  const Greeting old = make_greeting(with_password("", "secret"), false, {}, {}, kNow);
  EXPECT_TRUE(old.bytes.starts_with("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"));
}

TEST(MakeGreeting, LeavesOutWhatWasRefused) {
  Refusals refusals;
  refusals.note("CLIENT SETNAME", "NOPERM", kNow);
  refusals.note("SELECT", "NOPERM", kNow);
  Target target = with_password("", "secret");
  target.database = 3;
  EXPECT_EQ(make_greeting(target, true, {}, refusals, kNow).lines, (Lines{"AUTH", "INFO all"}));
  EXPECT_EQ(make_greeting(target, true, {}, refusals, kNow + Refusals::kForget).lines.size(), 4u);
}

// What the replies to AUTH, CLIENT SETNAME and INFO come to.
Failure judged(std::string_view bytes) {
  const Greeting greeting = make_greeting(with_password("", "secret"), true, {}, {}, kNow);
  ReplyBuffer replies;
  EXPECT_FALSE(replies.feed(bytes)) << bytes;
  return judge_greeting(greeting, replies);
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
         "the server does not answer INFO");
}

}  // namespace
}  // namespace fleet
