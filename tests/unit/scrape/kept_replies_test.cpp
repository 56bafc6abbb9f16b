// SPDX-License-Identifier: Apache-2.0
#include "scrape/kept_replies.h"

#include <gtest/gtest.h>

#include "resp/reply_buffer.h"

namespace fleet {
namespace {

constexpr std::string_view kLine = "ACL GETUSER default";

// What is kept after the server has answered so.
KeptReplies after(std::string_view answer) {
  KeptReplies kept;
  ReplyBuffer buffer;
  buffer.feed(answer);
  kept.keep(kLine, buffer[0]);
  return kept;
}

TEST(KeptReplies, OutliveTheBufferTheyCameIn) {
  const KeptReplies kept = after("*2\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n");
  EXPECT_EQ(kept.find(kLine).find("flags")[0].text(), "on");
  EXPECT_TRUE(kept.find("SLOWLOG LEN").absent());
}

TEST(KeptReplies, AreAnswersNotErrors) {
  EXPECT_TRUE(after("").find(kLine).absent());
  EXPECT_TRUE(after("-LOADING Redis is loading\r\n").find(kLine).absent());
  EXPECT_TRUE(after("$-1\r\n").find(kLine).is_nil());
}

TEST(KeptReplies, AreSmall) {
  const auto bulk = [](std::size_t size) {
    return "$" + std::to_string(size) + "\r\n" + std::string(size, 'x') + "\r\n";
  };
  EXPECT_FALSE(after(bulk(60'000)).find(kLine).absent());
  EXPECT_TRUE(after(bulk(70'000)).find(kLine).absent());
  EXPECT_TRUE(after("*2\r\n" + bulk(40'000) + bulk(40'000)).find(kLine).absent());
}

}  // namespace
}  // namespace fleet
