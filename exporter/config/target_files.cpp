// SPDX-License-Identifier: Apache-2.0
#include "config/target_files.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "config/settings_reader.h"
#include "config/yaml.h"

namespace fleet {
namespace {

constexpr std::string_view kMagic = "*?[\\";

// The configuration's folder, in which nothing is a pattern.
std::string escaped(std::string_view folder) {
  std::string text;
  for (const char c : folder) {
    if (kMagic.find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

void read_targets(const ConfigValue& root, const ConfiguredLabels& group_labels,
                  const LoadContext& context, const AddTarget& add) {
  for (const ConfigValue& entry : root.list()) {
    const ConfigFields fields = entry.fields({"targets", "labels"});
    ConfiguredLabels labels = group_labels;
    if (const ConfigValue* own = fields.find("labels"))
      read_labels(*own, context, LabelsOf::target_file, labels);
    if (fields.lacks("targets")) entry.fail("has no targets; write {targets: [\"host:port\"]}");
    if (const ConfigValue* targets = fields.find("targets"))
      for (const ConfigValue& target : targets->list()) add(target, labels);
  }
}

void read_target_file(const std::string& path, const ConfigValue& pattern,
                      const ConfiguredLabels& labels, LoadContext& context, const AddTarget& add) {
  std::string text;
  if (const std::string problem = context.files.read(path, kMostYamlBytes, text); !problem.empty())
    return pattern.fail("\"" + path + "\": " + problem + "; write files that this user may read");
  const ParsedYaml parsed = parse_yaml(text);
  for (const YamlProblem& problem : parsed.problems)
    context.report.error(path, problem.line, problem.column, problem.text);
  if (parsed.complete)
    read_targets(ConfigValue(parsed.root, path, "", context.report), labels, context, add);
}

}  // namespace

void read_target_files(const ConfigValue& patterns, const ConfiguredLabels& labels,
                       LoadContext& context, const AddTarget& add) {
  std::set<std::string> seen;  // a file that two patterns match is read once
  for (const ConfigValue& pattern : patterns.list()) {
    const auto text = pattern.text();
    if (!text) continue;
    if (text->empty()) {
      pattern.fail("is empty; write a pattern, such as targets/*.json");
      continue;
    }
    const bool absolute = text->starts_with('/');
    const std::string full = (absolute ? "" : escaped(context.folder)) + std::string(*text);
    // Where a file may appear: the folder, as far as it is no pattern itself.
    const std::string fixed =
        path_from(context, text->substr(0, std::min(text->find_first_of(kMagic), text->size())));
    context.watched_files.push_back(folder_of(fixed));
    const std::vector<std::string> matches = context.files.glob(full);
    if (matches.empty()) pattern.warn("no file matches \"" + full + "\" yet");
    for (const std::string& path : matches) {
      if (!seen.insert(path).second) continue;
      context.watched_files.push_back(folder_of(path));
      context.watched_files.push_back(path);
      read_target_file(path, pattern, labels, context, add);
    }
  }
}

}  // namespace fleet
