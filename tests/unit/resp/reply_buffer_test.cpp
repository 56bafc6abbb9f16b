// SPDX-License-Identifier: Apache-2.0
#include "resp/reply_buffer.h"

#include <string>

#include <gtest/gtest.h>

#include "support/exact_buffer.h"

namespace fleet {
namespace {

using test::ExactBuffer;

Failure feed(ReplyBuffer& buffer, std::string_view bytes) {
  const ExactBuffer exact(bytes);
  return buffer.feed(exact.view());
}

constexpr std::string_view kEveryKind =
    "$5\r\nhello\r\n+OK\r\n-ERR no\r\n:-42\r\n$-1\r\n*-1\r\n$0\r\n\r\n*0\r\n"
    "*3\r\n$1\r\na\r\n*2\r\n:1\r\n-WRONG\r\n$-1\r\n";

void expect_every_kind(const ReplyBuffer& buffer) {
  ASSERT_EQ(buffer.size(), 9u);
  EXPECT_TRUE(buffer[0].is_text());
  EXPECT_EQ(buffer[0].text(), "hello");
  EXPECT_TRUE(buffer[1].is_text());
  EXPECT_EQ(buffer[1].text(), "OK");
  EXPECT_TRUE(buffer[2].is_error());
  EXPECT_EQ(buffer[2].text(), "ERR no");
  EXPECT_TRUE(buffer[3].is_integer());
  EXPECT_EQ(buffer[3].integer(), -42);
  EXPECT_TRUE(buffer[4].is_nil());
  EXPECT_TRUE(buffer[5].is_nil());
  EXPECT_TRUE(buffer[6].is_text());
  EXPECT_EQ(buffer[6].text(), "");
  EXPECT_TRUE(buffer[7].is_array());
  EXPECT_EQ(buffer[7].size(), 0u);
  const Reply array = buffer[8];
  ASSERT_EQ(array.size(), 3u);
  EXPECT_EQ(array[0].text(), "a");
  EXPECT_EQ(array[1][0].integer(), 1);
  EXPECT_TRUE(array[1][1].is_error());
  EXPECT_TRUE(array[2].is_nil());
  EXPECT_TRUE(array[3].absent());
  EXPECT_EQ(buffer.bytes(), kEveryKind.size());
}

TEST(ReplyBuffer, ReadsEveryKindOfReply) {
  ReplyBuffer buffer;
  EXPECT_FALSE(feed(buffer, kEveryKind));
  expect_every_kind(buffer);
}

TEST(ReplyBuffer, ReadsThemByteByByte) {
  ReplyBuffer buffer;
  for (const char byte : kEveryKind) ASSERT_FALSE(feed(buffer, {&byte, 1}));
  expect_every_kind(buffer);
}

TEST(ReplyBuffer, KeepsWhatIsCompleteOfHalfAnAnswer) {
  ReplyBuffer buffer;
  EXPECT_FALSE(feed(buffer, "+OK\r\n$10\r\nhalf"));
  EXPECT_EQ(buffer.size(), 1u);
  EXPECT_TRUE(buffer[1].absent());
  EXPECT_FALSE(feed(buffer, " full\r\n"));
  EXPECT_EQ(buffer.size(), 1u) << "one byte of it is missing";
  EXPECT_TRUE(feed(buffer, "x\r\n")) << "its length was a lie";
}

TEST(ReplyBuffer, GivesRepliesThatOutliveTheBytes) {
  ReplyBuffer buffer;
  std::string bytes = "*2\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";
  EXPECT_FALSE(buffer.feed(bytes));
  bytes.assign(bytes.size(), '#');
  EXPECT_EQ(buffer[0].find("key").text(), "value");
  EXPECT_TRUE(buffer[0].find("value").absent());
}

TEST(ReplyBuffer, RefusesAnArrayThatAnnounces100MillionElements) {
  ReplyBuffer buffer;
  const Failure failure = feed(buffer, "+OK\r\n*100000000\r\n");
  EXPECT_EQ(failure.reason, Reason::too_large);
  EXPECT_NE(failure.message.find("array elements"), std::string::npos) << failure.message;
  EXPECT_EQ(buffer.size(), 1u) << "what came before stays";
}

TEST(ReplyBuffer, CountsTheElementsOfAllArraysTogether) {
  ReplyBuffer buffer;
  const std::string half = '*' + std::to_string(ReplyBuffer::kMaxElements / 2 + 1) + "\r\n";
  EXPECT_FALSE(feed(buffer, "*2\r\n" + half));
  Failure failure;
  for (std::size_t i = 0; i <= ReplyBuffer::kMaxElements / 2 && !failure; ++i)
    failure = buffer.feed(":1\r\n");
  EXPECT_FALSE(failure);
  EXPECT_EQ(feed(buffer, half).reason, Reason::too_large);
}

TEST(ReplyBuffer, RefusesNestingWithoutEnd) {
  ReplyBuffer buffer;
  std::string bytes;
  for (int depth = 0; depth < 100; ++depth) bytes += "*1\r\n";
  EXPECT_EQ(feed(buffer, bytes).reason, Reason::protocol);
}

TEST(ReplyBuffer, RefusesMoreBytesThanAnExchangeMayHave) {
  ReplyBuffer buffer;
  EXPECT_FALSE(buffer.feed("$67108864\r\n"));
  const std::string piece(1 << 20, 'x');
  Failure failure;
  std::size_t fed = 0;
  while (!failure && fed < 64u << 20) {
    failure = buffer.feed(piece);
    fed += piece.size();
  }
  EXPECT_EQ(failure.reason, Reason::too_large);
  EXPECT_LE(fed, ReplyBuffer::kMaxBytes + piece.size());
}

TEST(ReplyBuffer, SaysWhenTheServerSpeaksSomethingElse) {
  ReplyBuffer buffer;
  const Failure failure = feed(buffer, "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n");
  EXPECT_EQ(failure.reason, Reason::protocol);
  EXPECT_NE(failure.heard.find("HTTP/1.1 400 Bad Request"), std::string::npos) << failure.message;
  EXPECT_NE(failure.message.find("port of a Redis server"), std::string::npos) << failure.message;
}

TEST(ReplyBuffer, ShowsNoControlBytesOfAStranger) {
  ReplyBuffer buffer;
  const Failure failure = feed(buffer, std::string_view("\x15\x03\x01\x00\x02\x1b[31m", 10));
  EXPECT_EQ(failure.reason, Reason::protocol);
  for (const char c : failure.message) EXPECT_GE(c, ' ') << failure.message;
}

TEST(ReplyBuffer, SaysWhenTheProtocolBreaksLater) {
  ReplyBuffer buffer;
  const Failure failure = feed(buffer, "+OK\r\n?what\r\n");
  EXPECT_EQ(failure.reason, Reason::protocol);
  EXPECT_NE(failure.message.find("broke the protocol"), std::string::npos) << failure.message;
  EXPECT_EQ(buffer[0].text(), "OK");
  ReplyBuffer lengths;
  EXPECT_EQ(feed(lengths, "$-2\r\n").reason, Reason::protocol);
  ReplyBuffer numbers;
  EXPECT_EQ(feed(numbers, ":1x\r\n").reason, Reason::protocol);
}

TEST(Reply, AnswersAsAnEmptyReplyWhenAbsent) {
  const Reply absent;
  EXPECT_TRUE(absent.absent());
  EXPECT_FALSE(absent.is_error() || absent.is_nil() || absent.is_array() || absent.is_text() ||
               absent.is_integer());
  EXPECT_EQ(absent.text(), "");
  EXPECT_EQ(absent.integer(), 0);
  EXPECT_EQ(absent.size(), 0u);
  EXPECT_TRUE(absent[0].absent());
  EXPECT_TRUE(absent.find("key").absent());
}

TEST(Reply, FindsNothingInAnOddArray) {
  ReplyBuffer buffer;
  EXPECT_FALSE(feed(buffer, "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"));
  EXPECT_EQ(buffer[0].find("a").text(), "b");
  EXPECT_TRUE(buffer[0].find("c").absent());
}

}  // namespace
}  // namespace fleet
