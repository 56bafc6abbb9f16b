// SPDX-License-Identifier: Apache-2.0
// The parts of an explanation that are pure. Explanations of scrapes are in tests/loop/http.
#include "scrape/explanation.h"

#include <gtest/gtest.h>

#include "resp/request.h"

namespace fleet {
namespace {

using Lines = std::vector<std::string>;

TEST(SentLines, AreTheCommandsOfABatchWithoutSecrets) {
  std::string batch;
  append_command(batch, {"AUTH", "user", "hunter2\r\n$3\r\nxyz\r\n"});
  append_command(batch, {"auth", "hunter2"});
  append_command_line(batch, "CONFIG GET maxmemory");
  append_command(batch, {"PING"});
  const Lines want{"AUTH *** ***", "auth ***", "CONFIG GET maxmemory", "PING"};
  EXPECT_EQ(sent_lines(batch), want);
  EXPECT_EQ(sent_lines(""), Lines());
  EXPECT_EQ(sent_lines("*2\r\n$3\r\nxyz\r\n$3\r\nGET\r\n", {{"CONFIG", "xyz"}}),
            Lines{"CONFIG (renamed) GET"});
}

TEST(Describe, TellsAReplysKindAndSize) {
  using Node = ReplyNode;
  using Kind = ReplyNode::Kind;
  Target target;
  target.password = Secret("hunter2");
  const auto of = [&target](const Node& node) { return describe(Reply(&node), target); };
  EXPECT_EQ(describe(Reply(), target), "no reply");
  EXPECT_EQ(of(Node()), "nil");
  EXPECT_EQ(of(Node::of_text(Kind::string, "abc")), "text of 3 bytes");
  EXPECT_EQ(of(Node::of_text(Kind::status, "OK\x1b")), "status \"OK\\u001b\"");
  EXPECT_EQ(of(Node::of_integer(-7)), "integer -7");
  Node items[2];
  EXPECT_EQ(of(Node::of_array(items)), "array of 2");
  EXPECT_EQ(of(Node::of_text(Kind::error, "ERR hunter2\nwhat")), "error \"ERR ***\\nwhat\"");
  const std::string endless(100'000, 'x');
  EXPECT_LT(of(Node::of_text(Kind::error, endless)).size(), 250u);
}

TEST(DescribeExpiry, CountsTheDaysThatAreLeft) {
  EXPECT_EQ(describe_expiry(86400 * 3.5, 86400),
            "the first expires 1970-01-04 12:00:00 UTC, in 2 days");
  EXPECT_EQ(describe_expiry(86400, 86400), "EXPIRED on 1970-01-02 00:00:00 UTC");
}

}  // namespace
}  // namespace fleet
