// SPDX-License-Identifier: Apache-2.0
#include "config/config_reader.h"

#include <algorithm>

#include "base/characters.h"
#include "config/closest_name.h"

namespace fleet {
namespace {

constexpr std::size_t kMostShown = 100;
constexpr std::size_t kMostKept = 4096;  // so that a million bad nodes are not a million sentences

std::string position(const std::string& file, int line, int column) {
  if (line == 0) return file;  // the file as a whole
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

// A line for a log: a file's name may hold anything, at any length.
std::string printable(std::string line) {
  constexpr std::size_t kLongest = 4000;
  if (line.size() > kLongest) line.replace(kLongest, std::string::npos, "...");
  for (char& c : line)
    if (is_control(c)) c = '?';
  return line;
}

std::string_view name_of(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::text:
      return "a single value";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  return "";
}

std::string_view example_of(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::list:
      return "a list is wanted, [a, b]";
    case YamlNode::Kind::map:
      return "a map is wanted, {key: value}";
    default:
      return "a single value is wanted";
  }
}

}  // namespace

void Report::error(const std::string& file, int line, int column, std::string text) {
  add(errors_, {file != main_file_, file, line, column, std::move(text)});
}

void Report::warning(const std::string& file, int line, int column, std::string text) {
  add(warnings_, {file != main_file_, file, line, column, std::move(text)});
}

void Report::add(Entries& entries, Entry entry) {
  entries.list.push_back(std::move(entry));
  if (entries.list.size() > kMostKept) shorten(entries);
}

void Report::shorten(Entries& entries) {
  std::ranges::stable_sort(entries.list);
  if (entries.list.size() <= kMostShown) return;
  entries.dropped += entries.list.size() - kMostShown;
  entries.list.erase(entries.list.begin() + kMostShown, entries.list.end());
}

std::vector<std::string> Report::lines(Entries& entries) {
  shorten(entries);
  std::vector<std::string> lines;
  for (const Entry& one : entries.list)
    lines.push_back(printable(position(one.file, one.line, one.column) + ": " + one.text));
  if (entries.dropped > 0) lines.push_back("and " + std::to_string(entries.dropped) + " more");
  return lines;
}

LoadedFile Report::finish() { return {lines(errors_), lines(warnings_)}; }

std::string suggestion(std::string_view typed, std::span<const std::string_view> names) {
  if (const std::string_view closest = closest_name(typed, names); !closest.empty())
    return "; did you mean " + std::string(closest) + "?";
  std::string all;
  for (const std::string_view name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all.empty() ? "" : "; accepted: " + all;
}

std::string ConfigValue::place() const { return position(*file_, node_->line, node_->column); }

void ConfigValue::fail(std::string_view problem) const {
  const std::string path = path_.empty() ? "" : path_ + ": ";
  report_->error(*file_, node_->line, node_->column, path + std::string(problem));
}

void ConfigValue::fail_at_key(std::string_view problem) const {
  report_->error(*file_, node_->key_line, node_->key_column, path_ + ": " + std::string(problem));
}

void ConfigValue::fail_quoting(std::string_view problem) const {
  fail("\"" + without_secrets(node_->text) + "\": " + std::string(problem));
}

void ConfigValue::warn(std::string_view problem) const {
  const std::string path = path_.empty() ? "" : path_ + ": ";
  const bool keyed = node_->key_line != 0;
  report_->warning(*file_, keyed ? node_->key_line : node_->line,
                   keyed ? node_->key_column : node_->column, path + std::string(problem));
}

bool ConfigValue::is_a(YamlNode::Kind wanted) const {
  if (node_->kind == wanted) return true;
  const bool none = is_null() && wanted != YamlNode::Kind::text;
  if (!none)
    fail(std::string(name_of(node_->kind)) + " stands here; " + std::string(example_of(wanted)));
  return false;
}

std::optional<std::string_view> ConfigValue::text() const {
  if (!is_a(YamlNode::Kind::text)) return std::nullopt;
  return node_->text;
}

std::vector<ConfigValue> ConfigValue::children() const {
  std::vector<ConfigValue> values;
  values.reserve(node_->items.size());
  for (const YamlNode& item : node_->items)
    values.emplace_back(item, *file_,
                        is_map() ? path_to(path_, item.key) : path_to(path_, values.size()),
                        *report_);
  return values;
}

std::vector<ConfigValue> ConfigValue::list() const {
  if (!is_a(YamlNode::Kind::list)) return {};
  return children();
}

std::vector<ConfigValue> ConfigValue::entries() const {
  if (!is_a(YamlNode::Kind::map)) return {};
  return children();
}

ConfigFields ConfigValue::fields(std::initializer_list<std::string_view> known) const {
  std::vector<ConfigValue> values = entries();
  for (const ConfigValue& value : values)
    if (std::ranges::find(known, value.key()) == known.end())
      value.fail_at_key("there is no such key" + suggestion(value.key(), known));
  return {is_map() || is_null(), std::move(values)};
}

const ConfigValue* ConfigFields::find(std::string_view key) const {
  const auto found =
      std::ranges::find_if(values_, [&](const ConfigValue& value) { return value.key() == key; });
  return found == values_.end() ? nullptr : &*found;
}

void ConfigFields::read_text(std::string_view key, std::string& text) const {
  const ConfigValue* value = find(key);
  if (value == nullptr) return;
  const auto given = value->text();
  if (!given) return;
  if (given->empty()) return value->fail("is empty; write a value, or leave the key out");
  text = *given;
}

}  // namespace fleet
