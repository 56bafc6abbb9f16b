// SPDX-License-Identifier: Apache-2.0
#include "resp/request.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace fleet {
namespace {

using namespace std::string_view_literals;

TEST(AppendCommand, WritesArgumentsOfAnyBytes) {
  std::string out = "before";
  append_command(out, {"AUTH", "a\r\n\0b"sv, ""});
  EXPECT_EQ(out, "before*3\r\n$4\r\nAUTH\r\n$5\r\na\r\n\0b\r\n$0\r\n\r\n"sv);
}

TEST(AppendCommandLine, SplitsAtSpaces) {
  std::string out;
  append_command_line(out, "CONFIG GET maxmemory");
  append_command_line(out, "PING");
  EXPECT_EQ(out, "*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$9\r\nmaxmemory\r\n*1\r\n$4\r\nPING\r\n");
}

TEST(AppendCommandLine, SendsTheLastArgumentWhole) {
  std::string out;
  append_command_line(out, "SENTINEL CKQUORUM", {"a b\r\nPING\r\n"});
  EXPECT_EQ(out, "*3\r\n$8\r\nSENTINEL\r\n$8\r\nCKQUORUM\r\n$11\r\na b\r\nPING\r\n\r\n");
}

}  // namespace
}  // namespace fleet
