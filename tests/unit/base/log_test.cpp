// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace fleet {
namespace {

// What `write` logs, less the time.
std::string logged(bool json, const std::function<void()>& write,
                   log::Level least = log::Level::info) {
  testing::internal::CaptureStderr();
  log::configure(least, json);
  write();
  std::string line = testing::internal::GetCapturedStderr();
  if (line.empty()) return line;
  const std::string before = json ? R"({"time":")" : "time=";
  const std::string after = json ? R"(Z",)" : "Z ";
  const std::size_t end = line.find(after);
  EXPECT_EQ(line.substr(0, before.size()), before);
  EXPECT_EQ(end, before.size() + std::string("2026-01-31T23:59:59.123").size()) << line;
  return line.substr(end + after.size());
}

std::string event_with(std::string_view value) {
  return logged(false, [&] { log::info("event", {{"key", value}}); });
}

TEST(Log, WritesAnEventAndItsFactsInALine) {
  const auto write = [] {
    log::warning("scrape failed", {{"instance", "a:6379"}, {"reason", "auth"}});
  };
  EXPECT_EQ(logged(false, write),
            "level=warning event=\"scrape failed\" instance=\"a:6379\" reason=\"auth\"\n");
  EXPECT_EQ(logged(true, write),
            R"("level":"warning","event":"scrape failed","instance":"a:6379","reason":"auth"})"
            "\n");
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(logged(false, [] { log::debug("event"); }), "");
  EXPECT_EQ(logged(
                false, [] { log::debug("event"); }, log::Level::debug),
            "level=debug event=\"event\"\n");
  EXPECT_EQ(logged(
                false, [] { log::warning("event"); }, log::Level::error),
            "");
  EXPECT_EQ(logged(
                false, [] { log::error("event"); }, log::Level::error),
            "level=error event=\"event\"\n");
}

// A peer's text may hold anything; it must neither end the line nor reach the terminal as a code.
TEST(Log, QuotesWhatIsNotText) {
  EXPECT_EQ(event_with("a\"b\\c\nd\re\tf"),
            "level=info event=\"event\" key=\"a\\\"b\\\\c\\nd\\re\\tf\"\n");
  EXPECT_EQ(event_with("\x1b[31m\x7f"), "level=info event=\"event\" key=\"\\u001b[31m\\u007f\"\n");
  EXPECT_EQ(event_with("caf\xC3\xA9"), "level=info event=\"event\" key=\"caf\xC3\xA9\"\n");
  EXPECT_EQ(event_with("\xFF\xC3"), "level=info event=\"event\" key=\"\\u00ff\\u00c3\"\n");
  EXPECT_EQ(event_with("\xC2\x9B"), "level=info event=\"event\" key=\"\\u00c2\\u009b\"\n");
  EXPECT_EQ(event_with("%v {} %s"), "level=info event=\"event\" key=\"%v {} %s\"\n");
}

}  // namespace
}  // namespace fleet
