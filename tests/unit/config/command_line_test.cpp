// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace fleet {
namespace {

// Flags named v... need a value, those named s... are switches, others are unknown. Shows the
// result as text: "v=1", a switch or unknown flag alone as "s", words in angle brackets, problems
// after "! ".
std::string split(const std::vector<const char*>& arguments) {
  const CommandLine line = split_command_line(arguments, [](std::string_view name) {
    return name.starts_with('v')   ? FlagKind::valued
           : name.starts_with('s') ? FlagKind::switched
                                   : FlagKind::unknown;
  });
  std::string text;
  for (const auto& flag : line.flags) {
    text.append(flag.name);
    if (flag.value) text.append("=").append(*flag.value);
    text += ' ';
  }
  for (const std::string_view word : line.words) text.append("<").append(word).append("> ");
  for (const std::string& problem : line.problems) text.append("! ").append(problem).append(" ");
  return text;
}

TEST(SplitCommandLine, FollowsGo) {
  auto gives = [](const std::vector<const char*>& arguments, std::string_view want,
                  int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    EXPECT_EQ(split(arguments), want);
  };
  gives({}, "");
  gives({"--v=1", "-v=2", "--v", "3", "-v", "4"}, "v=1 v=2 v=3 v=4 ");
  gives({"--v=", "--v", "", "--v=a=b"}, "v= v= v=a=b ");
  gives({"--v", "-s", "--v", "--", "--v", "-"}, "v=-s v=-- v=- ");
  gives({"--s", "true", "-s=false", "--s="}, "s s=false s= <true> ");
  gives({"word", "--s", "-", ""}, "s <word> <-> <> ");
  gives({"--s", "--", "--s", "--v"}, "s <--s> <--v> ");
  gives({"--v"}, "! --v: the value is missing; write --v=VALUE ");
  // The word after an unknown flag is taken for its value and dropped with it.
  gives({"--x", "1", "word"}, "x <word> ");
  gives({"--x=1", "word"}, "x=1 <word> ");
  gives({"--x", "--s", "--x", "probe"}, "x s x <probe> ");
  gives({"--x"}, "x ");
  gives({"---s"}, "! ---s: no flag looks like this; write --name=value ");
  gives({"--=1", "-="},
        "! --: no flag looks like this; write --name=value ! -: no flag looks like this; write "
        "--name=value ");
}

}  // namespace
}  // namespace fleet
