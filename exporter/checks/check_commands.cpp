// SPDX-License-Identifier: Apache-2.0
#include "checks/check_commands.h"

#include <algorithm>
#include <utility>

#include "checks/key_reader.h"
#include "checks/key_walks.h"

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
  void add_keys() {
    add(KeyReader::kType);
    add(KeyReader::kMemory, 0x040000);
    for (const auto& [type, line, since] : kSizeCommands) add(line, since);
    add(KeyReader::kGetrange);
    add(KeyReader::kPfcount);
  }
  std::vector<std::string_view> lines() { return std::move(lines_); }

 private:
  const Version version_;
  std::vector<std::string_view> lines_;
};

bool has_pattern(const std::vector<KeyPattern>& keys) {
  return std::ranges::any_of(keys, [](const KeyPattern& key) { return is_pattern(key.text); });
}

}  // namespace

std::vector<std::string_view> check_commands(const CheckSettings& settings, Version version) {
  Commands commands(version);
  if (has_pattern(settings.keys) || !settings.count_keys.empty()) commands.add_walks();
  if (!settings.keys.empty() || !settings.single_keys.empty()) commands.add_keys();
  return commands.lines();
}

}  // namespace fleet
