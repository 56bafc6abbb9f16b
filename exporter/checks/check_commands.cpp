// SPDX-License-Identifier: Apache-2.0
#include "checks/check_commands.h"

#include <algorithm>
#include <utility>

#include "checks/key_reader.h"
#include "checks/key_walks.h"
#include "checks/own_slots.h"
#include "checks/scripts_check.h"
#include "checks/search_check.h"
#include "checks/streams_check.h"

namespace fleet {
namespace {

class Commands {
 public:
  explicit Commands(Version version) : version_(version) {}

  void add(std::string_view line, Version since = 0) {
    if (version_ >= since) lines_.push_back(line);
  }
  void add_walks() {
    add(KeyWalks::kDbsize);
    add(KeyWalks::kScan);
  }
  void add_memory() { add(KeyReader::kMemory, 0x040000); }
  void add_keys() {
    add(KeyReader::kType);
    add_memory();
    for (const auto& [type, line, since] : kSizeCommands) add(line, since);
    add(KeyReader::kGetrange);
    add(KeyReader::kPfcount);
  }
  void add_streams() {
    for (const std::string_view line :
         {StreamsCheck::kStream, StreamsCheck::kGroups, StreamsCheck::kConsumers})
      add(line, 0x050000);
  }
  std::vector<std::string_view> lines() { return std::move(lines_); }

 private:
  const Version version_;
  std::vector<std::string_view> lines_;
};

bool has_name(const std::vector<KeyPattern>& keys) {
  return std::ranges::any_of(keys, [](const KeyPattern& key) { return !is_pattern(key.text); });
}

bool has_pattern(const std::vector<KeyPattern>& keys) {
  return std::ranges::any_of(keys, [](const KeyPattern& key) { return is_pattern(key.text); });
}

}  // namespace

std::vector<std::string_view> check_commands(const CheckSettings& settings, Version version,
                                             bool search_module) {
  Commands commands(version);
  const bool groups = !settings.key_groups.empty();
  if (has_pattern(settings.keys) || has_pattern(settings.streams) || groups ||
      !settings.count_keys.empty())
    commands.add_walks();
  if (!settings.single_keys.empty() || !settings.single_streams.empty() ||
      has_name(settings.keys) || has_name(settings.streams))
    commands.add(OwnSlots::kNodes, 0x030000);
  if (!settings.keys.empty() || !settings.single_keys.empty()) commands.add_keys();
  if (groups) commands.add_memory();
  if (!settings.streams.empty() || !settings.single_streams.empty()) commands.add_streams();
  if (!settings.scripts.empty()) {
    if (settings.read_only_scripts) {
      commands.add(ScriptsCheck::kEvalRo, 0x070000);
    } else {
      commands.add(ScriptsCheck::kEval);
    }
  }
  if (settings.search && search_module) {
    commands.add(SearchCheck::kList);
    commands.add(SearchCheck::kInfo);
  }
  return commands.lines();
}

}  // namespace fleet
