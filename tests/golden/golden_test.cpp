// SPDX-License-Identifier: Apache-2.0
// What all collectors together make of what real servers answered (tests/fixtures), compared with
// <server>-<scenario>.prom in this folder. UPDATE_GOLDEN=1 writes the files anew: read the diff as
// you read code.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "exposition/text_writer.h"
#include "support/collector_runner.h"

namespace fleet::test {
namespace {

namespace fs = std::filesystem;

const fs::path kHere = GOLDEN_FOLDER;
const fs::path kFixtures = kHere.parent_path() / "fixtures";

struct Case {
  fs::path answers;
  std::string name;  // of the golden file
  CollectorOptions options;
};

// Else a failure shows the bytes of the case instead of its name.
void PrintTo(const Case& printed, std::ostream* out) { *out << printed.name; }

// Every recorded scenario with the default options, and each server's richest, and its Sentinel,
// with all of them.
std::vector<Case> cases() {
  CollectorOptions everything;
  everything.include_config_metrics = true;
  everything.include_modules_metrics = true;
  everything.include_sentinel_peer_info = true;
  everything.full_latency_buckets = true;
  everything.client_port = true;
  std::vector<Case> found;
  for (const auto& server : fs::directory_iterator(kFixtures)) {
    if (!server.is_directory()) continue;
    for (const auto& scenario : fs::directory_iterator(server)) {
      if (!scenario.is_directory()) continue;
      const std::string name =
          server.path().filename().string() + '-' + scenario.path().filename().string();
      found.push_back({scenario.path(), name, {}});
      if (scenario.path().filename() == "standalone" || scenario.path().filename() == "sentinel")
        found.push_back({scenario.path(), name + "-everything", everything});
    }
  }
  return found;
}

void expect_golden(const std::string& file, const std::string& text) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kHere / file, std::ios::binary) << text;
    return;
  }
  std::ifstream stream(kHere / file, std::ios::binary);
  ASSERT_TRUE(stream) << file << " is missing: UPDATE_GOLDEN=1 writes it";
  std::istringstream ours(text);
  std::string want, have;
  for (int line = 1;; ++line) {
    const bool more_want = static_cast<bool>(std::getline(stream, want));
    const bool more_have = static_cast<bool>(std::getline(ours, have));
    if (!more_want && !more_have) return;
    ASSERT_EQ(more_want ? want : "(end)", more_have ? have : "(end)") << file << ':' << line;
  }
}

class Golden : public testing::TestWithParam<Case> {};

TEST_P(Golden, PageIsAsRecorded) {
  const Case& param = GetParam();
  const Page page = run_collectors(all_collectors(), Answers(param.answers), param.options);
  std::string text;
  for (const auto& [collector, outcome] : page.outcomes)
    if (!outcome.success)
      text += "# " + collector + " failed: " + outcome.why + outcome.said + '\n';
  expect_golden(param.name + ".prom", text + page.text);

  // The same series twice is an error that Prometheus only logs.
  std::set<std::string> series;
  std::istringstream lines(page.text);
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with('#')) {
      EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, Golden, testing::ValuesIn(cases()), [](const auto& tested) {
  std::string name;
  for (const char c : tested.param.name) name += std::isalnum(c) != 0 ? c : '_';
  return name;
});

// catalogue.prom has every metric once, and legacy_names.txt those that promtool may complain
// about: promtool_test.py compares.
TEST(GoldenCatalogue, HoldsEveryMetricOnce) {
  Catalogue catalogue;
  declare_metrics(all_collectors(), catalogue);
  std::string page;
  std::set<std::string_view> legacy_names;
  for (std::uint32_t i = 0; i < catalogue.size(); ++i) {
    const Metric& metric = catalogue.metric(i);
    if (metric.legacy) legacy_names.insert(metric.name);
    append_family_header(page, metric.name, metric.help, name_of(metric.type));
    const std::string name(metric.name);
    if (metric.type == Type::histogram) page += name + "_bucket{le=\"+Inf\"} 1\n";
    if (metric.type == Type::histogram || metric.type == Type::summary)
      page += name + "_sum 1\n" + name + "_count 1\n";
    else
      page += name + " 1\n";
  }
  expect_golden("catalogue.prom", page);
  std::string list;
  for (const std::string_view name : legacy_names) list += std::string(name) + '\n';
  expect_golden("legacy_names.txt", list);
}

}  // namespace
}  // namespace fleet::test
