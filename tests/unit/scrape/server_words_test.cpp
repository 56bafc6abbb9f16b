// SPDX-License-Identifier: Apache-2.0
#include "scrape/server_words.h"

#include <gtest/gtest.h>

namespace fleet {
namespace {

Target with_password(const std::string& password) {
  Target target;
  target.password = Secret(password);
  return target;
}

TEST(ServerWords, LoseThePasswordBeforeTheyAreCut) {
  EXPECT_EQ(server_words("ERR unknown 'hunter2'", with_password("hunter2")), "ERR unknown '***'");
  const std::string before(195, 'x');
  EXPECT_EQ(server_words(before + "hunter2, and more", with_password("hunter2")),
            before + "***, ...");
  EXPECT_EQ(server_words(before + before, Target()), before + "xxxxx...");
}

TEST(ServerWords, AreTheOnlyPartOfAFailureThatLosesAnything) {
  const Target target = with_password("server");
  const Failure heard(Reason::protocol, "the server does not speak RESP:", "HTTP server\r\n");
  const Failure told = with_server_words(heard, target);
  EXPECT_EQ(told.message, "the server does not speak RESP: It sent \"HTTP ***\\r\\n\"");
  EXPECT_EQ(told.heard, "");
  EXPECT_EQ(with_server_words(told, target).message, told.message);
  const Failure ours(Reason::timeout, "no answer of the server in time");
  EXPECT_EQ(with_server_words(ours, target).message, ours.message);
}

}  // namespace
}  // namespace fleet
