// SPDX-License-Identifier: Apache-2.0
// Every number that a server of tests/fixtures tells in INFO is on the page, or stands here with
// the reason why not; nothing stands here that is on the page, or that no server tells.
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "support/collector_runner.h"

namespace fleet::test {
namespace {

namespace fs = std::filesystem;

const std::map<std::string_view, std::string_view> kLeftOut = {
    {"uptime_in_days", "uptime_in_seconds"},
    {"master_replid2", "the id of a former history"},
    {"connected_masters", "one series of redis_master_link_up per master"},
    {"master_1_sync_perc", "the bytes are there, total and left"},
};

struct Fixture {
  std::string name;
  Answers answers;
  std::string text;  // of INFO
  std::string page;
};

std::vector<Fixture> fixtures() {
  std::vector<Fixture> found;
  const fs::path folder = fs::path(GOLDEN_FOLDER).parent_path() / "fixtures";
  for (const auto& server : fs::directory_iterator(folder)) {
    if (!server.is_directory()) continue;
    for (const auto& scenario : fs::directory_iterator(server)) {
      if (!scenario.is_directory()) continue;
      Fixture& fixture = found.emplace_back();
      fixture.name = scenario.path().string();
      fixture.answers.add_info_text(Answers(scenario.path()).reply("INFO all").text());
      fixture.text = fixture.answers.reply("INFO all").text();
      fixture.page = run_collectors(all_collectors(), fixture.answers).text;
    }
  }
  return found;
}

// Whether the page is another one when the field is not in INFO.
bool is_read(const Fixture& fixture, const Info::Line& line) {
  const std::string field = std::string(line.key) + ':' + std::string(line.value) + "\r\n";
  std::string without = fixture.text;
  const std::size_t at = without.find('\n' + field);
  if (at == std::string::npos) return false;
  without.erase(at + 1, field.size());
  Answers answers;
  answers.add_info_text(without);
  return run_collectors(all_collectors(), answers).text != fixture.page;
}

TEST(InfoFields, EveryNumberIsEitherReadOrLeftOutForAReason) {
  std::set<std::string> read, unread;
  for (const Fixture& fixture : fixtures()) {
    const Info info(fixture.text);
    for (const Info::Line& line : info.lines()) {
      const std::string key(line.key);
      if (!Info::number_in(line.value) || read.contains(key)) continue;
      if (is_read(fixture, line)) {
        read.insert(key);
        unread.erase(key);
      } else {
        unread.insert(key);
      }
    }
  }
  EXPECT_GT(read.size(), 200u);
  for (const auto& [key, why] : kLeftOut) {
    const std::string field(key);
    EXPECT_EQ(unread.erase(field), 1u)
        << field << (read.contains(field) ? " is read" : " is a number of no server")
        << ": take it out of kLeftOut";
  }
  EXPECT_EQ(unread, std::set<std::string>{});
}

}  // namespace
}  // namespace fleet::test
