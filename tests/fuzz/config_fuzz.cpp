// SPDX-License-Identifier: Apache-2.0
// A configuration, and after a line of === what every file that it names holds: whatever comes,
// reading ends, messages are short lines of text, and what is accepted is complete.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_file.h"

namespace {

using fleet::Group;
using fleet::LoadedFile;
using fleet::Options;

constexpr fleet::CollectorSwitch kCollectors[] = {
    {"slowlog", true}, {"latency_histogram", true}, {"config", true}};
constexpr std::string_view kLabels[] = {"cmd"};

void require(bool holds) {
  if (!holds) std::abort();
}

// Every file holds `content`.
fleet::FileAccess files_of(std::string_view content) {
  return {[content](const std::string&, std::size_t most, std::string& text) -> std::string {
            if (content.size() > most) return "is too large";
            text = content;
            return {};
          },
          [](const std::string& pattern) { return std::vector<std::string>{pattern}; }};
}

LoadedFile load(std::string_view text, std::string_view other, Options& options) {
  const fleet::Environment environment = [](std::string_view name) -> std::optional<std::string> {
    if (name.empty()) return std::nullopt;
    return std::string(name);
  };
  options.collectors.assign(std::begin(kCollectors), std::end(kCollectors));
  return fleet::load_config_text(text, "etc/fleet.yaml", files_of(other), environment, kLabels,
                                 options);
}

void check_lines(const std::vector<std::string>& lines) {
  require(lines.size() <= 101);
  for (const std::string& line : lines) {
    require(!line.empty() && line.size() < 5000);
    for (const char c : line) require(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
  }
}

void check_group(const Group& group) {
  require(!group.name.empty());
  for (const fleet::GroupNode& node : group.nodes) {
    require(!display(node.target).empty() && !node.origin.empty());
    for (const auto& [name, value] : node.labels)
      require(!name.empty() && !name.starts_with("__") && name != "job" && name != "cmd");
  }
  const auto source = group.source;
  if (source == Group::Source::sentinel) require(!group.master.empty() && !group.sentinels.empty());
  if (source == Group::Source::cluster) require(!group.seeds.empty());
  for (const fleet::Rewrite& rewrite : group.rewrites)
    require(rewrite.network.has_value() != !rewrite.host.empty() && !rewrite.to_host.empty());
  for (const fleet::ThresholdOverride& one : group.thresholds)
    require(one.value >= one.threshold->least && one.value <= one.threshold->most);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kSeparator = "\n===\n";
  const std::size_t end = text.find(kSeparator);
  const std::string_view other =
      end == std::string_view::npos ? std::string_view() : text.substr(end + kSeparator.size());
  std::vector<std::string> problems;
  const fleet::PasswordFile passwords = fleet::PasswordFile::read(files_of(text), "p", problems);
  for (const std::string& problem : problems) require(!problem.empty() && problem.size() < 5000);
  require(problems.empty() || passwords.empty());
  for (const fleet::Target& entry : passwords.entries())
    require(passwords.find(entry, "") != nullptr);
  Options options, again;
  const LoadedFile loaded = load(text.substr(0, end), other, options);
  check_lines(loaded.errors);
  check_lines(loaded.warnings);
  if (!loaded.errors.empty()) return 0;
  std::set<std::string_view> names;
  for (const Group& group : options.groups) {
    check_group(group);
    require(names.insert(group.name).second);
  }
  // A reload compares.
  load(text.substr(0, end), other, again);
  require(again == options);
  return 0;
}
