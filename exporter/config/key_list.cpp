// SPDX-License-Identifier: Apache-2.0
#include "config/key_list.h"

#include <algorithm>
#include <utility>

#include "base/percent_encoding.h"
#include "base/text.h"

namespace fleet {
namespace {

constexpr std::int64_t kMostDatabases = 1 << 24;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string read_item(std::string_view item, KeyPattern& key) {
  std::string_view text = item;
  if (const std::size_t equals = item.find('='); equals != std::string_view::npos) {
    std::string_view database = trimmed(item.substr(0, equals));
    text = trimmed(item.substr(equals + 1));
    if (text.find('=') != std::string_view::npos)
      return "more than one =; write %3D for one in a name";
    if (database.starts_with("db")) database.remove_prefix(2);
    const auto number = parse_integer(database);
    if (!number || *number < 0 || *number > kMostDatabases)
      return "in front of = a database is wanted, as in db3=name; write %3D for one in a name";
    key.database = static_cast<std::uint32_t>(*number);
  }
  if (!percent_decode(text, Plus::is_space, key.text)) return "write % as %25";
  if (key.text.empty()) return "names no key; write db3=name";
  return {};
}

}  // namespace

bool is_pattern(std::string_view text) { return text.find_first_of("?*[]^") != text.npos; }

std::string read_key_list(std::string_view text, std::vector<KeyPattern>& keys) {
  std::vector<KeyPattern> read;
  while (!text.empty()) {
    const std::string_view item = trimmed(take_until(text, ','));
    if (item.empty()) continue;
    KeyPattern key;
    const std::string problem = read_item(item, key);
    if (!problem.empty()) return "\"" + std::string(item) + "\": " + problem;
    if (std::ranges::find(read, key) == read.end()) read.push_back(std::move(key));
  }
  keys = std::move(read);
  return {};
}

}  // namespace fleet
