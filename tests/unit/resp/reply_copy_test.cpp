// SPDX-License-Identifier: Apache-2.0
#include "resp/reply_copy.h"

#include <memory>

#include <gtest/gtest.h>

#include "resp/reply_buffer.h"

namespace fleet {
namespace {

TEST(ReplyCopy, HoldsEveryKindAfterItsBufferIsGone) {
  auto buffer = std::make_unique<ReplyBuffer>();
  buffer->feed("*6\r\n:7\r\n+OK\r\n$-1\r\n-ERR no\r\n$0\r\n\r\n*2\r\n$1\r\na\r\n*0\r\n");
  const ReplyCopy copy((*buffer)[0]);
  buffer.reset();
  const Reply all = copy.reply();
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0].integer(), 7);
  EXPECT_EQ(all[1].text(), "OK");
  EXPECT_TRUE(all[2].is_nil());
  EXPECT_TRUE(all[3].is_error());
  EXPECT_EQ(all[3].text(), "ERR no");
  EXPECT_TRUE(all[4].is_text());
  EXPECT_EQ(all[4].text(), "");
  EXPECT_EQ(all[5].find("a").size(), 0u);
  EXPECT_TRUE(all[5].find("a").is_array());
}

TEST(ReplyCopy, OfNoReplyIsNone) { EXPECT_TRUE(ReplyCopy(Reply()).reply().absent()); }

}  // namespace
}  // namespace fleet
