// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

constexpr std::string_view kMode = "CONFIG GET protected-mode";
constexpr std::string_view kUser = "ACL GETUSER default";
constexpr std::string_view kModeOn = "*2\r\n$14\r\nprotected-mode\r\n$3\r\nyes\r\n";

std::string passwordless(std::string_view flags) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add(kMode, kModeOn);
  answers.add(kUser, "*2\r\n$5\r\nflags\r\n" + std::string(flags));
  return run_collector(kSecurityCollector, answers).value("redis_default_user_passwordless");
}

TEST(Security, TellsProtectedModeAndAPasswordlessDefaultUser) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    const Page page = run_collector(kSecurityCollector, recorded(server + "/standalone"));
    EXPECT_TRUE(page.outcomes.at("security").success) << server;
    EXPECT_EQ(page.value("redis_protected_mode_enabled"), "1") << server;
    EXPECT_EQ(page.value("redis_default_user_passwordless"), "1") << server;
  }
}

TEST(Security, CountsOnlyAnEnabledUserWithoutAPassword) {
  EXPECT_EQ(passwordless("*2\r\n$2\r\non\r\n$6\r\nnopass\r\n"), "1");
  EXPECT_EQ(passwordless("*2\r\n$3\r\noff\r\n$6\r\nnopass\r\n"), "0");
  EXPECT_EQ(passwordless("*1\r\n$2\r\non\r\n"), "0");
}

TEST(Security, EmitsNothingForAnswersWithoutTheFacts) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add(kMode, "*0\r\n").add(kUser, "$-1\r\n");
  const Page page = run_collector(kSecurityCollector, answers);
  EXPECT_TRUE(page.outcomes.at("security").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

TEST(Security, AsksAnOldServerOnlyWhatItKnows) {
  Answers answers;
  answers.add_info({"redis_version:5.0.14"});
  answers.add(kMode, kModeOn);
  const Page page = run_collector(kSecurityCollector, answers);
  EXPECT_TRUE(page.outcomes.at("security").success);
  EXPECT_EQ(page.value("redis_protected_mode_enabled"), "1");
  EXPECT_EQ(page.value("redis_default_user_passwordless"), "absent");
  EXPECT_TRUE(run_collector(kSecurityCollector, Answers().add_info({"redis_version:3.0.7"}))
                  .outcomes.at("security")
                  .success);
}

TEST(Security, KeepsWhatItMayRead) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add(kMode, kModeOn).add(kUser, "-NOPERM no permission\r\n");
  const Page page = run_collector(kSecurityCollector, answers);
  EXPECT_EQ(page.why("security"), "ACL GETUSER default: NOPERM no permission");
  EXPECT_EQ(page.value("redis_protected_mode_enabled"), "1");
  EXPECT_EQ(page.value("redis_default_user_passwordless"), "absent");
}

}  // namespace
}  // namespace fleet::test
