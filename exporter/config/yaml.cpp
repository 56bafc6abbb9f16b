// SPDX-License-Identifier: Apache-2.0
#include "config/yaml.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/characters.h"
#include "base/text.h"
#include "config/target.h"

namespace fleet {
namespace {

using Kind = YamlNode::Kind;

// Ends the reading of a document.
struct Refusal {
  YamlProblem problem;
};

[[noreturn]] void refuse(const YAML::Mark& mark, std::string text) {
  throw Refusal{{mark.line + 1, mark.column + 1, std::move(text)}};
}

constexpr const char* kAnchor =
    "anchors (&) and aliases (*) are not taken; quote text that begins with & or *";

// Of an unclosed bracket too, which the parser takes for a key.
constexpr const char* kNoKey = "no key stands here; write name: value, and close each bracket";

// Builds the tree from the parser's events.
class Builder : public YAML::EventHandler {
 public:
  Builder(YamlNode& root, std::vector<YamlProblem>& problems) : root_(root), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_) refuse(mark, "something follows the document; a file holds one");
    started_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    attach(node(mark, "", anchor, Kind::null));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, kAnchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode scalar = node(mark, tag, anchor, Kind::text);
    scalar.text = value;
    attach(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, node(mark, tag, anchor, Kind::list));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, node(mark, tag, anchor, Kind::map));
  }
  void OnMapEnd() override {
    find_duplicates(open_.back().node);
    close();
  }

 private:
  struct Open {
    YamlNode node;
    std::optional<YamlNode> key = {};  // of a map: the one whose value comes next
  };

  YamlNode node(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    if (anchor != YAML::NullAnchor) refuse(mark, kAnchor);
    // "?" is a plain text, "!" a quoted one.
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(mark, "tags (!) are not taken; quote text that begins with !");
    if (++nodes_ > kMostYamlNodes)
      refuse(mark, "the file holds more than " + std::to_string(kMostYamlNodes) +
                       " values; split it into several files");
    YamlNode made;
    made.kind = kind;
    made.line = mark.line + 1;
    made.column = mark.column + 1;
    return made;
  }

  void open(const YAML::Mark& mark, YamlNode node) {
    if (awaits_key()) refuse(mark, kNoKey);
    if (open_.size() == kMostYamlDepth)
      refuse(mark, "more than " + std::to_string(kMostYamlDepth) + " levels of lists and maps");
    open_.push_back({std::move(node)});
  }

  void close() {
    YamlNode closed = std::move(open_.back().node);
    open_.pop_back();
    attach(std::move(closed));
  }

  bool awaits_key() const {
    return !open_.empty() && open_.back().node.kind == Kind::map && !open_.back().key;
  }

  void attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (awaits_key()) {
      if (node.kind != Kind::text) throw Refusal{{node.line, node.column, kNoKey}};
      parent.key = std::move(node);
      return;
    }
    if (parent.key) {
      node.key = std::move(parent.key->text);
      node.key_line = parent.key->line;
      node.key_column = parent.key->column;
      if (node.kind == Kind::null) {  // which stands nowhere
        node.line = node.key_line;
        node.column = node.key_column;
      }
      parent.key.reset();
    }
    parent.node.items.push_back(std::move(node));
  }

  std::string open_path() const {
    std::string path;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      const Open& one = open_[i];
      path = one.key ? path_to(path, one.key->text) : path_to(path, one.node.items.size());
    }
    return path;
  }

  void find_duplicates(const YamlNode& map) {
    std::vector<const YamlNode*> sorted;
    sorted.reserve(map.items.size());
    for (const YamlNode& item : map.items) sorted.push_back(&item);
    std::ranges::stable_sort(sorted, {},
                             [](const YamlNode* item) -> std::string_view { return item->key; });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      const YamlNode& first = *sorted[i - 1];
      const YamlNode& again = *sorted[i];
      if (first.key == again.key)
        problems_.push_back({again.key_line, again.key_column,
                             path_to(open_path(), again.key) + ": stands twice, before in line " +
                                 std::to_string(first.key_line) + "; keep one"});
    }
  }

  YamlNode& root_;
  std::vector<YamlProblem>& problems_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
  bool started_ = false;
};

// The first byte that no text has. The parser would take some for the end of the file.
std::optional<YamlProblem> find_binary(std::string_view text) {
  YamlProblem at{1, 1, ""};
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    const char c = text[i];
    if (length == 0) at.text = "the file is not UTF-8";
    if (is_control(c) && c != '\n' && c != '\t' && c != '\r')
      at.text = "a control character stands here; write it as \"\\x..\"";
    if (!at.text.empty()) return at;
    at.column = c == '\n' ? 1 : at.column + static_cast<int>(length);
    at.line += c == '\n' ? 1 : 0;
    i += length;
  }
  return std::nullopt;
}

YamlProblem syntax_problem(const YAML::Exception& error) {
  const bool placed = !error.mark.is_null();
  YamlProblem problem{placed ? error.mark.line + 1 : 1, placed ? error.mark.column + 1 : 1, ""};
  // Names an alias, which may be a password that nobody quoted.
  const std::string_view message = error.msg;
  if (message.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) {
    problem.text = kAnchor;
  } else {
    // After a colon some messages have a piece of the file.
    problem.text.append("not YAML: ").append(message.substr(0, message.find(':')));
    problem.text += "; indent with spaces, close quotes and brackets, quote text with : or #";
  }
  return problem;
}

}  // namespace

ParsedYaml parse_yaml(std::string_view text) {
  ParsedYaml parsed;
  if (text.size() > kMostYamlBytes) {
    parsed.problems.push_back({1, 1, "the file holds more than 16 MiB; split it"});
    return parsed;
  }
  if (auto binary = find_binary(text)) {
    parsed.problems.push_back(std::move(*binary));
    return parsed;
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(parsed.root, parsed.problems);
    while (parser.HandleNextDocument(builder)) {
    }
    parsed.complete = true;
  } catch (const Refusal& refusal) {
    parsed.problems.push_back(refusal.problem);
  } catch (const YAML::Exception& error) {
    parsed.problems.push_back(syntax_problem(error));
  }
  return parsed;
}

std::string path_to(const std::string& path, std::string_view key) {
  return path + (path.empty() ? "" : ".") + without_secrets(key);
}

std::string path_to(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace fleet
