// SPDX-License-Identifier: Apache-2.0
#include "scrape/refusals.h"

#include <gtest/gtest.h>

#include "scrape/plan.h"

namespace fleet {
namespace {

using std::chrono::minutes;

constexpr std::string_view kNoPerm = "NOPERM this user has no permissions";
const Refusals::Time kNow{std::chrono::hours(1000)};

TEST(IsRefusal, TellsWhatWillNeverBeAnsweredFromWhatMayBeLater) {
  for (const std::string_view error :
       {"NOPERM this user has no permissions to run the 'config|get' command",
        "ERR unknown command 'ACL', with args beginning with: 'GETUSER' ",
        "ERR Unknown subcommand or wrong number of arguments for 'HISTOGRAM'",
        "ERR unknown subcommand 'HISTOGRAM'. Try LATENCY HELP.",
        "ERR Unknown sentinel subcommand 'CKQUORUM'",
        "ERR wrong number of arguments for 'slowlog' command", "ERR command is not allowed",
        "ERR Command is not available: 'SLOWLOG'. See https://upstash.com/docs",
        "ERR handle request, command 'CONFIG' is not allowed", "ERR backend server 'all' not found",
        "ERR auth permission deny", "unsupported command 'CONFIG'", "invalid request",
        "ERR This instance has cluster support disabled"})
    EXPECT_TRUE(Refusals::is_refusal(error)) << error;
  for (const std::string_view error :
       {"LOADING Redis is loading the dataset in memory", "NOAUTH Authentication required.",
        "MASTERDOWN Link with MASTER is down", "BUSY Redis is busy running a script.",
        "OOM command not allowed when used memory > 'maxmemory'.", "ERR internal error",
        "ERR router is not online", "no upstream host",
        "NOPERM this user has no permissions to access one of the keys used as arguments",
        "NOPERM No permissions to access a key",
        "NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the quorum",
        "ERR No such master with that name",
        "NOPERM User does not have the required permissions to query the index", ""})
    EXPECT_FALSE(Refusals::is_refusal(error)) << error;
}

TEST(IsOfKey, IsInTheWordsOfOldAndNewServers) {
  EXPECT_TRUE(Refusals::is_of_key(
      "NOPERM this user has no permissions to access one of the keys used as arguments"));
  EXPECT_TRUE(Refusals::is_of_key("NOPERM No permissions to access a key"));
  EXPECT_FALSE(
      Refusals::is_of_key("NOPERM this user has no permissions to run the 'type' command"));
  EXPECT_FALSE(Refusals::is_of_key("ERR access a key"));
}

TEST(Refusals, HoldACommandForAnHour) {
  Refusals refusals;
  EXPECT_FALSE(refusals.holds("SLOWLOG LEN", kNow));
  refusals.note("SLOWLOG LEN", kNoPerm, kNow);
  EXPECT_TRUE(refusals.holds("SLOWLOG LEN", kNow));
  EXPECT_TRUE(refusals.holds("SLOWLOG LEN", kNow + minutes(59)));
  EXPECT_FALSE(refusals.holds("SLOWLOG LEN", kNow + minutes(60)));
  EXPECT_FALSE(refusals.holds("SLOWLOG GET 1", kNow));
  EXPECT_EQ(refusals.words("SLOWLOG LEN"), kNoPerm);
  EXPECT_EQ(refusals.words("SLOWLOG GET 1"), "");
}

TEST(Refusals, HoldInfoForAMinuteOnly) {
  Refusals refusals;
  refusals.note(kInfoCommand, kNoPerm, kNow);
  EXPECT_TRUE(refusals.holds(kInfoCommand, kNow + std::chrono::seconds(59)));
  EXPECT_FALSE(refusals.holds(kInfoCommand, kNow + minutes(1)));
}

TEST(Refusals, AreNewsOnce) {
  Refusals refusals;
  EXPECT_TRUE(refusals.note("SLOWLOG LEN", kNoPerm, kNow));
  EXPECT_FALSE(refusals.note("SLOWLOG LEN", kNoPerm, kNow + minutes(60)));
  EXPECT_TRUE(refusals.holds("SLOWLOG LEN", kNow + minutes(119)));  // held for another hour
  EXPECT_TRUE(refusals.note("SLOWLOG LEN", "ERR unknown command", kNow + minutes(60)));
}

TEST(Refusals, TellForHowLongTheyHold) {
  Refusals refusals;
  EXPECT_EQ(refusals.left("SLOWLOG LEN", kNow).count(), 0);
  refusals.note("SLOWLOG LEN", kNoPerm, kNow);
  EXPECT_EQ(refusals.left("SLOWLOG LEN", kNow + minutes(20)), minutes(40));
  EXPECT_EQ(refusals.left("SLOWLOG LEN", kNow + minutes(70)).count(), 0);
}

TEST(Refusals, LeaveOtherErrorsAlone) {
  Refusals refusals;
  EXPECT_FALSE(refusals.note("SLOWLOG LEN", "LOADING Redis is loading", kNow));
  EXPECT_FALSE(refusals.holds("SLOWLOG LEN", kNow));
  EXPECT_FALSE(refusals.note("AUTH", "ERR wrong number of arguments for 'auth' command", kNow));
  EXPECT_FALSE(refusals.holds("AUTH", kNow));
}

TEST(Refusals, HoldWhatTheServerHangsUpAt) {
  Refusals refusals;
  EXPECT_TRUE(refusals.note_hang_up(kInfoCommand, kNow));
  EXPECT_FALSE(refusals.note_hang_up(kInfoCommand, kNow + minutes(1)));
  EXPECT_EQ(refusals.words(kInfoCommand), Refusals::kHungUp);
  EXPECT_FALSE(refusals.holds(kInfoCommand, kNow + minutes(2)));
  EXPECT_TRUE(refusals.note_hang_up("CLIENT SETNAME", kNow));
  EXPECT_TRUE(refusals.holds("CLIENT SETNAME", kNow + minutes(59)));
}

TEST(Refusals, AreCountedWhileTheyHoldAndForgottenAtOnce) {
  Refusals refusals;
  refusals.note("SLOWLOG LEN", kNoPerm, kNow);
  refusals.note("ACL GETUSER default", kNoPerm, kNow + minutes(30));
  EXPECT_EQ(refusals.count(kNow + minutes(30)), 2u);
  EXPECT_EQ(refusals.count(kNow + minutes(70)), 1u);
  refusals.clear();
  EXPECT_EQ(refusals.count(kNow + minutes(30)), 0u);
  EXPECT_TRUE(refusals.note("SLOWLOG LEN", kNoPerm, kNow));
}

}  // namespace
}  // namespace fleet
