// SPDX-License-Identifier: Apache-2.0
// Reading a configuration's tree: a value knows its file, position and path, checks its own type,
// and reports what is wrong with it, so that a reader goes on and finds the next error.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config_file.h"
#include "config/yaml.h"

namespace fleet {

// What was found wrong, in any order.
class Report {
 public:
  explicit Report(std::string main_file) : main_file_(std::move(main_file)) {}

  void error(const std::string& file, int line, int column, std::string text);
  void warning(const std::string& file, int line, int column, std::string text);

  // By position, the configuration's before those of other files; the first hundred of each kind.
  LoadedFile finish();

 private:
  struct Entry {
    bool other_file;
    std::string file;
    int line;
    int column;
    std::string text;
    auto operator<=>(const Entry&) const = default;
  };
  struct Entries {
    std::vector<Entry> list = {};
    std::size_t dropped = 0;
  };

  void add(Entries& entries, Entry entry);
  static void shorten(Entries& entries);
  static std::vector<std::string> lines(Entries& entries);

  std::string main_file_;
  Entries errors_, warnings_;
};

// "; did you mean X?", or "; accepted: X, Y" where no name is near.
std::string suggestion(std::string_view typed, std::span<const std::string_view> names);

class ConfigFields;

class ConfigValue {
 public:
  // What is given must outlive it.
  ConfigValue(const YamlNode& node, const std::string& file, std::string path, Report& report)
      : node_(&node), file_(&file), path_(std::move(path)), report_(&report) {}

  bool is_null() const { return node_->kind == YamlNode::Kind::null; }
  bool is_text() const { return node_->kind == YamlNode::Kind::text; }
  bool is_list() const { return node_->kind == YamlNode::Kind::list; }
  bool is_map() const { return node_->kind == YamlNode::Kind::map; }
  const std::string& key() const { return node_->key; }  // of a map's item
  std::string place() const;                             // "fleet.yaml:12:9"

  void fail(std::string_view problem) const;
  void fail_at_key(std::string_view problem) const;
  void fail_quoting(std::string_view problem) const;  // with the text before it, less secrets
  void warn(std::string_view problem) const;

  // Each reports another type. Nothing at all is an empty list or map, but no text.
  std::optional<std::string_view> text() const;
  std::vector<ConfigValue> list() const;
  std::vector<ConfigValue> entries() const;  // of a map whose keys are names
  ConfigFields fields(std::initializer_list<std::string_view> known) const;  // others are errors

  // Has a reader of option_values.h read the text.
  template <class Read, class... Arguments>
  void read(Read reader, Arguments&&... arguments) const {
    const auto given = text();
    if (!given) return;
    const std::string problem = reader(*given, std::forward<Arguments>(arguments)...);
    if (!problem.empty()) fail_quoting(problem);
  }

 private:
  bool is_a(YamlNode::Kind wanted) const;
  std::vector<ConfigValue> children() const;

  const YamlNode* node_;
  const std::string* file_;
  std::string path_;
  Report* report_;
};

// A map with known keys.
class ConfigFields {
 public:
  ConfigFields(bool is_map, std::vector<ConfigValue> values)
      : is_map_(is_map), values_(std::move(values)) {}
  // None when it is not there.
  const ConfigValue* find(std::string_view key) const;
  // Whether to say that it is not there: what is no map was reported as that.
  bool lacks(std::string_view key) const { return is_map_ && find(key) == nullptr; }

  template <class Read, class... Arguments>
  void read(std::string_view key, Read reader, Arguments&&... arguments) const {
    if (const ConfigValue* value = find(key))
      value->read(reader, std::forward<Arguments>(arguments)...);
  }
  // The text of a key that is there; empty is an error.
  void read_text(std::string_view key, std::string& text) const;

 private:
  bool is_map_;
  std::vector<ConfigValue> values_;
};

}  // namespace fleet
