// SPDX-License-Identifier: Apache-2.0
#include "base/printable.h"

#include <gtest/gtest.h>

namespace fleet {
namespace {

TEST(Printable, LeavesTextAsItIs) {
  EXPECT_EQ(printable("NOPERM a user's 'x|y' \xC3\xA4", 100), "NOPERM a user's 'x|y' \xC3\xA4");
}

TEST(Printable, MakesOneLineOfWhatBreaksLinesOrCommandsATerminal) {
  EXPECT_EQ(printable("a\r\nb\t\x1b[31m", 100), "a\\r\\nb\\t\\u001b[31m");
  EXPECT_EQ(printable("\xC2\x9B\x7f", 100), "\\u00c2\\u009b\\u007f");
  EXPECT_EQ(printable("\"\\", 100), "\\\"\\\\");
  EXPECT_EQ(printable(std::string_view("\0", 1), 100), "\\u0000");
}

TEST(Printable, ShowsBytesThatAreNoText) {
  EXPECT_EQ(printable("\xff\xC3", 100), "\\u00ff\\u00c3");
}

TEST(Printable, CutsWhatIsLonger) {
  EXPECT_EQ(printable("abcd", 4), "abcd");
  EXPECT_EQ(printable("abcde", 4), "abcd...");
}

}  // namespace
}  // namespace fleet
