// SPDX-License-Identifier: Apache-2.0
#include "config/yaml.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fleet {
namespace {

using Kind = YamlNode::Kind;

// One line for a tree: texts in quotes, each with its position.
std::string shown(const YamlNode& node) {
  const std::string at = "@" + std::to_string(node.line) + ":" + std::to_string(node.column);
  if (node.kind == Kind::null) return "null" + at;
  if (node.kind == Kind::text) return "'" + node.text + "'" + at;
  std::string inside;
  for (const YamlNode& item : node.items) {
    if (!inside.empty()) inside += ", ";
    if (node.kind == Kind::map)
      inside += item.key + "@" + std::to_string(item.key_line) + ":" +
                std::to_string(item.key_column) + "=";
    inside += shown(item);
  }
  return (node.kind == Kind::map ? "{" + inside + "}" : "[" + inside + "]") + at;
}

void expect_tree(std::string_view text, const std::string& want, int line = __builtin_LINE()) {
  SCOPED_TRACE(line);
  const ParsedYaml parsed = parse_yaml(text);
  for (const YamlProblem& problem : parsed.problems) ADD_FAILURE() << problem.text;
  EXPECT_TRUE(parsed.complete);
  EXPECT_EQ(shown(parsed.root), want);
}

void expect_problems(std::string_view text, const std::vector<std::string>& want,
                     int line = __builtin_LINE()) {
  SCOPED_TRACE(line);
  std::vector<std::string> got;
  for (const YamlProblem& one : parse_yaml(text).problems)
    got.push_back(std::to_string(one.line) + ":" + std::to_string(one.column) + ": " + one.text);
  EXPECT_EQ(got, want);
}

TEST(Yaml, IsATreeOfTextsWithTheirPositions) {
  expect_tree("", "null@0:0");
  expect_tree("# nothing\n", "null@0:0");
  expect_tree("a: 1\nb:\n  - x\n  - {c: 'y z', d: \"\"}\n",
              "{a@1:1='1'@1:4, b@2:1=['x'@3:5, {c@4:6='y z'@4:9, d@4:16=''@4:19}@4:5]@3:3}@1:1");
  expect_tree("a:\nb: ~\nc: null\nd: 'null'\n",
              "{a@1:1=null@1:1, b@2:1=null@2:1, c@3:1=null@3:1, d@4:1='null'@4:4}@1:1");
  expect_tree(
      "\xef\xbb\xbf"
      "a: \xc3\xa4",
      "{a@1:1='\xc3\xa4'@1:4}@1:1");
}

TEST(Yaml, TakesJson) {
  expect_tree("[{\"targets\": [\"a:1\", \"b\"], \"labels\": {\"x\": \"\\u00e4\"}}]\n",
              "[{targets@1:3=['a:1'@1:15, 'b'@1:22]@1:14, "
              "labels@1:28={x@1:39='\xc3\xa4'@1:44}@1:38}@1:2]@1:1");
  expect_tree("{\"a\": true,\n \"b\": null, \"c\": -1.5e3}",
              "{a@1:2='true'@1:7, b@2:2=null@2:2, c@2:13='-1.5e3'@2:18}@1:1");
}

TEST(Yaml, RefusesOneKeyTwiceInAMap) {
  expect_problems("a: 1\nb: 2\na: 3\n", {"3:1: a: stands twice, before in line 1; keep one"});
  expect_problems("g:\n  - n: 1\n  - {n: 1, m: {x: 1, x: 2, x: 3}}\n",
                  {"3:22: g[1].m.x: stands twice, before in line 3; keep one",
                   "3:28: g[1].m.x: stands twice, before in line 3; keep one"});
  expect_tree("- a: 1\n- a: 1\n", "[{a@1:3='1'@1:6}@1:3, {a@2:3='1'@2:6}@2:3]@1:1");
}

TEST(Yaml, RefusesWhatMakesFilesGrowAndNeverQuotesIt) {
  const std::string anchors =
      "anchors (&) and aliases (*) are not taken; quote text that begins with & or *";
  expect_problems("a: &x [1]\nb: *x\n", {"1:4: " + anchors});
  expect_problems("password: *hunter2\n", {"1:11: " + anchors});
  expect_problems("password: &hunter2\n", {"1:11: " + anchors});
  expect_problems("password: !hunter2\n",
                  {"1:11: tags (!) are not taken; quote text that begins with !"});
  expect_problems("a: !!binary aGk=\n",
                  {"1:4: tags (!) are not taken; quote text that begins with !"});
}

TEST(Yaml, SaysWhereTheSyntaxIsBroken) {
  const std::string cure =
      "; indent with spaces, close quotes and brackets, quote text with : or #";
  expect_problems("a: 1\nb: [1, 2\n", {"3:1: not YAML: end of sequence flow not found" + cure});
  expect_problems("a: hunter: 2\n", {"1:10: not YAML: illegal map value" + cure});
  expect_problems("a: \"\\q\"\n", {"1:7: not YAML: unknown escape character" + cure});
  expect_problems("a: 1\n\tb: 2\n",
                  {"2:1: not YAML: illegal tab when looking for indentation" + cure});
  expect_problems("a: 1\n---\nb: 1\n", {"2:1: something follows the document; a file holds one"});
  expect_problems("{a: 1} x\n", {"1:8: something follows the document; a file holds one"});
  expect_problems("[a]: 1\n",
                  {"1:1: no key stands here; write name: value, and close each bracket"});
  expect_problems("? {a: 1}\n: 1\n",
                  {"1:3: no key stands here; write name: value, and close each bracket"});
  expect_problems("~: 1\n", {"1:1: no key stands here; write name: value, and close each bracket"});
  EXPECT_FALSE(parse_yaml("a: [").complete);
}

TEST(Yaml, RefusesBytesThatNoTextHas) {
  expect_problems("a: 1\nb: \xff\n", {"2:4: the file is not UTF-8"});
  expect_problems(std::string_view("a: 1\0b", 6),
                  {"1:5: a control character stands here; write it as \"\\x..\""});
  // yaml-cpp takes this for the end of the file.
  expect_problems("a: 1\n\x04\nb: 2\n",
                  {"2:1: a control character stands here; write it as \"\\x..\""});
}

TEST(Yaml, HasLimits) {
  const std::string open(kMostYamlDepth, '['), close(kMostYamlDepth, ']');
  EXPECT_TRUE(parse_yaml(open + close).complete);
  expect_problems("[" + open + close + "]", {"1:33: more than 32 levels of lists and maps"});
  expect_problems(std::string(100000, '['),
                  {"1:1: no key stands here; write name: value, and close each bracket"});
  expect_problems(std::string(kMostYamlBytes + 1, ' '),
                  {"1:1: the file holds more than 16 MiB; split it"});
}

}  // namespace
}  // namespace fleet
