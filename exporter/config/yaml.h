// SPDX-License-Identifier: Apache-2.0
// A YAML or JSON document as a tree of texts, each with its position. Only what configurations
// need: one document, no anchors, aliases or tags (so that no file grows when it is read), no key
// twice in a map.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fleet {

struct YamlNode {
  enum class Kind : std::uint8_t { null, text, list, map };

  Kind kind = Kind::null;
  int line = 0, column = 0;  // from 1, in bytes; of a null in a map: those of its key
  std::string text = {};
  std::vector<YamlNode> items = {};  // of a list or a map
  // Of an item of a map.
  std::string key = {};
  int key_line = 0, key_column = 0;
};

struct YamlProblem {
  int line = 0, column = 0;
  std::string text = {};  // holds keys, never values: these may be passwords
};

struct ParsedYaml {
  YamlNode root = {};
  std::vector<YamlProblem> problems = {};
  bool complete = false;  // the root is all that the file says; it may have keys twice
};

inline constexpr std::size_t kMostYamlBytes = std::size_t{16} << 20U;
inline constexpr std::size_t kMostYamlDepth = 32;
inline constexpr std::size_t kMostYamlNodes = 1'000'000;

ParsedYaml parse_yaml(std::string_view text);

// `path` with the key of a map's item, or the index of a list's, after it: "groups[1].name".
std::string path_to(const std::string& path, std::string_view key);
std::string path_to(const std::string& path, std::size_t index);

}  // namespace fleet
