// SPDX-License-Identifier: Apache-2.0
// docs/configuration.md has every threshold as it is, and every key of the example that has all.
// UPDATE_DOCS=1 writes its table of thresholds anew.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "config/thresholds.h"

namespace fleet {
namespace {

const std::string kDocument = PROJECT_FOLDER "/docs/configuration.md";
const std::string kExample = PROJECT_FOLDER "/deploy/examples/full.yaml";
constexpr std::string_view kMark = "<!-- thresholds -->\n";

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

std::string shortest(double value) {
  std::array<char, 64> text{};
  const auto done =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), done.ptr};
}

std::string_view unit_of(std::string_view name) {
  if (name.ends_with("_ratio")) return "ratio";
  if (name.ends_with("_bytes")) return "bytes";
  if (name.ends_with("_seconds")) return "seconds";
  if (name.ends_with("_per_second")) return "per second";
  return "count";
}

std::string threshold_table() {
  std::string table =
      "| Threshold | Severity | Fires | Default | Unit | Range | What is compared |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Threshold& threshold : thresholds()) {
    table.append("| `").append(threshold.name).append("` | ").append(name_of(threshold.severity));
    table.append(threshold.below ? " | below | " : " | above | ").append(shortest(threshold.value));
    table.append(" | ").append(unit_of(threshold.name)).append(" | ");
    table.append(shortest(threshold.least)).append(" to ").append(shortest(threshold.most));
    table.append(" | ").append(threshold.about).append(" |\n");
  }
  return table;
}

TEST(ConfigurationDocument, HasTheThresholdsAsTheyAre) {
  std::string text = read(kDocument);
  const std::size_t mark = text.find(kMark);
  ASSERT_NE(mark, std::string::npos);
  const std::size_t table = mark + kMark.size();
  if (std::getenv("UPDATE_DOCS")) {
    text.replace(table, std::string::npos, threshold_table());
    std::ofstream(kDocument, std::ios::binary) << text;
  }
  EXPECT_EQ(text.substr(table), threshold_table()) << "UPDATE_DOCS=1 writes it anew";
}

// Keys as the document writes them. Names of ours are NAME, and severities SEVERITY.
std::string written_as(std::string path) {
  for (std::string_view map :
       {"credentials.", "tls.", "groups[].labels.", "groups[].nodes[].labels.",
        "groups[].collectors.", "groups[].rename_commands.", "groups[].thresholds.",
        "thresholds."}) {
    if (!path.starts_with(map)) continue;
    const std::size_t end = path.find('.', map.size());
    const std::string rest = end == std::string::npos ? "" : path.substr(end);
    const bool severity = map.ends_with("thresholds.") && !rest.empty();
    return std::string(map) + "NAME" + (severity ? ".SEVERITY" : rest);
  }
  constexpr std::string_view kCollectors = "collectors.";
  if (path.starts_with(kCollectors)) {
    const std::size_t end = path.find('.', kCollectors.size());
    if (end == std::string::npos) return "collectors.NAME";
    if (path.substr(end) == ".enabled") return "collectors.NAME.enabled";
  }
  return path;
}

// The paths of all keys of the example, which is in block style but for lists of addresses. A key
// behind a # counts: it needs a file that is not there.
std::set<std::string> keys_of_example() {
  struct Level {
    std::size_t indent;
    std::string path;
  };
  std::set<std::string> keys;
  std::vector<Level> levels;
  std::istringstream lines(read(kExample));
  for (std::string line; std::getline(lines, line);) {
    std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || line.compare(indent, 2, "# ") == 0) continue;
    if (line[indent] == '#') line.erase(indent, 1);
    while (!levels.empty() && levels.back().indent >= indent) levels.pop_back();
    if (line.compare(indent, 2, "- ") == 0) {
      const std::string path = (levels.empty() ? "" : levels.back().path) + "[]";
      keys.insert(written_as(path));
      levels.push_back({indent, path});
      indent += 2;
    }
    const std::size_t colon = line.find(':', indent);
    if (colon == std::string::npos || line[indent] == '"') continue;
    const std::string path =
        (levels.empty() ? "" : levels.back().path + ".") + line.substr(indent, colon - indent);
    keys.insert(written_as(path));
    if (line.compare(colon, 3, ": [") == 0) keys.insert(written_as(path) + "[]");
    levels.push_back({indent, path});
  }
  return keys;
}

std::set<std::string> keys_of_document() {
  std::set<std::string> keys;
  std::istringstream lines(read(kDocument));
  bool in_table = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| Key |")) in_table = true;
    if (!line.starts_with('|')) in_table = false;
    if (in_table && line.starts_with("| `")) keys.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return keys;
}

TEST(ConfigurationDocument, HasTheKeysOfTheExampleAndNoOthers) {
  const std::set<std::string> example = keys_of_example();
  const std::set<std::string> document = keys_of_document();
  EXPECT_GT(document.size(), 40U);
  for (const std::string& key : document) EXPECT_TRUE(example.contains(key)) << key;
  for (const std::string& key : example) {
    // A key that only leads to others has no row of its own.
    const bool is_there =
        std::any_of(document.begin(), document.end(), [&key](const std::string& row) {
          return row == key || row.starts_with(key + '.') || row.starts_with(key + "[]");
        });
    EXPECT_TRUE(is_there) << key;
  }
}

}  // namespace
}  // namespace fleet
