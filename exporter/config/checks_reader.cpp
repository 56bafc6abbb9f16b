// SPDX-License-Identifier: Apache-2.0
#include "config/checks_reader.h"

#include "config/lua_pattern.h"
#include "config/option_values.h"

namespace fleet {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;

// A list whose entries are as the flag's.
void read_keys(const ConfigFields& fields, std::string_view key, std::vector<KeyPattern>& keys) {
  const ConfigValue* value = fields.find(key);
  if (value == nullptr) return;
  keys.clear();
  for (const ConfigValue& entry : value->list()) {
    std::vector<KeyPattern> read;
    entry.read(read_key_list, read);
    keys.insert(keys.end(), read.begin(), read.end());
  }
}

void read_patterns(const ConfigFields& fields, std::vector<std::string>& patterns) {
  const ConfigValue* value = fields.find("key_groups");
  if (value == nullptr) return;
  patterns.clear();
  for (const ConfigValue& entry : value->list()) {
    const auto text = entry.text();
    if (!text) continue;
    const std::string problem = lua_pattern_problem(*text);
    if (!problem.empty()) entry.fail_quoting(problem);
    patterns.emplace_back(*text);
  }
}

void read_scripts(const ConfigFields& fields, LoadContext& context, std::vector<Script>& scripts) {
  const ConfigValue* value = fields.find("scripts");
  if (value == nullptr) return;
  scripts.clear();
  for (const ConfigValue& entry : value->list()) {
    const auto text = entry.text();
    if (!text) continue;
    const std::string path = path_from(context, *text);
    context.watched_files.push_back(path);
    const std::string problem = add_script(context.files, path, scripts);
    if (!problem.empty()) entry.fail_quoting(problem + "; write a file that this user may read");
  }
}

// Says what the flags say one by one: whether, and which.
void read_search_indexes(const ConfigFields& fields, CheckSettings& checks) {
  const ConfigValue* value = fields.find("search_indexes");
  if (value == nullptr) return;
  value->read(read_regex, checks.search_indexes);
  checks.search = !checks.search_indexes.empty();
}

}  // namespace

void read_checks(const ConfigValue& value, LoadContext& context, CheckSettings& checks) {
  const ConfigFields fields = value.fields(
      {"keys", "single_keys", "count_keys", "streams", "single_streams", "key_groups", "scripts",
       "search_indexes", "values", "consumers", "masters", "read_only_scripts", "batch_size",
       "limit", "distinct_key_groups", "interval", "server_share"});
  read_keys(fields, "keys", checks.keys);
  read_keys(fields, "single_keys", checks.single_keys);
  read_keys(fields, "count_keys", checks.count_keys);
  read_keys(fields, "streams", checks.streams);
  read_keys(fields, "single_streams", checks.single_streams);
  read_patterns(fields, checks.key_groups);
  read_scripts(fields, context, checks.scripts);
  read_search_indexes(fields, checks);
  fields.read("values", read_bool, checks.values);
  fields.read("consumers", read_bool, checks.consumers);
  fields.read("masters", read_bool, checks.on_masters);
  fields.read("read_only_scripts", read_bool, checks.read_only_scripts);
  fields.read("batch_size", read_count, kMostBatch, checks.batch);
  fields.read("limit", read_count, kMostKeys, checks.most_keys);
  fields.read("distinct_key_groups", read_count, kMostGroups, checks.most_groups);
  fields.read("interval", read_duration, 1s, 24h, checks.interval);
  fields.read("server_share", read_share, checks.share);
}

}  // namespace fleet
