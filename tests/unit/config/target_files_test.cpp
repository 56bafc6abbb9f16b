// SPDX-License-Identifier: Apache-2.0
// Files of targets, as groups have them.
#include "config/target_files.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "load.h"

namespace fleet {
namespace {

using test::Texts;

constexpr std::string_view kGroup = "groups: [{name: g, files: [\"t/*.json\", \"t/*.yml\"]}]\n";

class TargetFiles : public test::ConfigFolder {
 protected:
  // "instance{name=value,...} at place" of each node.
  Texts nodes_of(const Loaded& loaded) const {
    Texts texts;
    for (const Group& group : loaded.options.groups)
      for (const GroupNode& node : group.nodes) {
        std::string labels;
        for (const auto& [name, value] : node.labels)
          labels += (labels.empty() ? "" : ",") + name + "=" + value;
        texts.push_back(display(node.target) + "{" + labels + "} at " +
                        without_folder(node.origin));
      }
    return texts;
  }
};

TEST_F(TargetFiles, GiveNodesWithTheirLabels) {
  write("t/b.json", R"([
  {"targets": ["redis://u:p@a:1", "b"], "labels": {"rack": "r", "team": "own", "__meta_x": "y"}},
  {"targets": []}
])");
  write("t/a.yml", "- targets:\n    - \"c:2\"\n");
  const Loaded loaded = load(R"(
credentials: {c: {username: v, password: w}}
tls: {t: {}}
groups:
  - name: g
    files: ["t/*.json", "t/*.yml"]
    labels: {team: web}
    credentials: c
    tls: t
)");
  EXPECT_EQ(loaded.errors, Texts{});
  EXPECT_EQ(loaded.warnings, Texts{});
  EXPECT_EQ(nodes_of(loaded),
            (Texts{"a:1{rack=r,team=own} at t/b.json:2:16",
                   "b:6379{rack=r,team=own} at t/b.json:2:35", "c:2{team=web} at t/a.yml:2:7"}));
  const Group& group = loaded.options.groups[0];
  EXPECT_TRUE(group.standalone);
  EXPECT_EQ(group.nodes[0].target.password, Secret("p"));
  EXPECT_EQ(group.nodes[1].target.username, "v");
  EXPECT_EQ(group.nodes[1].target.password, Secret("w"));
  EXPECT_EQ(group.nodes[1].target.transport, Target::Transport::tls);
}

TEST_F(TargetFiles, AreWatchedWithTheirFolders) {
  write("t/a.json", "[]");
  write("u/1/x.json", "[]");
  write("u/2/x.json", "[]");
  const Loaded loaded = load(
      "groups: [{name: g, files: [\"t/a.json\", \"t/*.json\", \"u/*/x.json\", \"none/*\"]}]\n");
  EXPECT_EQ(loaded.errors, Texts{});
  EXPECT_EQ(loaded.options.watched_files,
            (Texts{path("fleet.yaml"), path("t"), path("t/a.json"), path("u"), path("u/1"),
                   path("u/1/x.json"), path("u/2"), path("u/2/x.json"), path("none")}));
  EXPECT_EQ(loaded.warnings,
            (Texts{"fleet.yaml:1:66: groups[0].files[3]: no file matches \"none/*\" yet"}));
}

TEST_F(TargetFiles, AreFoundBesideTheConfigurationWhateverItsFolderIsCalled) {
  write("x[1]*/t/a.json", R"([{"targets": ["a"]}])");
  write("x[1]*/fleet.yaml", kGroup);
  const Loaded loaded = load_named("x[1]*/fleet.yaml");
  EXPECT_EQ(nodes_of(loaded), (Texts{"a:6379{} at x[1]*/t/a.json:1:15"}));
}

TEST_F(TargetFiles, MayBeEmptyOrMatchTwice) {
  write("t/a.json", "");
  write("t/b.json", R"([{"targets": ["a"]}])");
  const Loaded loaded = load("groups: [{name: g, files: [\"t/*.json\", \"t/b*\"]}]\n");
  EXPECT_EQ(loaded.errors, Texts{});
  EXPECT_EQ(nodes_of(loaded), (Texts{"a:6379{} at t/b.json:1:15"}));
}

TEST_F(TargetFiles, SayWhatIsWrongInThem) {
  write("t/a.json", R"([
 {"targets": ["a", "redis://u:hunter2@b:0", 1.5, ["c"]], "labels": {"job": "x", "cmd": "y"}},
 {"target": ["d"]},
 {"targets": "e"},
 "f"
])");
  write("t/b.json", "{\"targets\": [\"g\"]}");
  write("t/c.json", "[{");
  write("t/d.yml", "- targets: [a, h]\n- targets: [i]\n  targets: [j]\n");
  EXPECT_EQ(
      load(kGroup).errors,
      (Texts{"t/a.json:2:20: [0].targets[1]: \"redis://***@b:0\": the port is not a number from 1 "
             "to 65535",
             "t/a.json:2:50: [0].targets[3]: a list stands here; a single value is wanted",
             "t/a.json:2:69: [0].labels.job: samples have this label already; write another name",
             "t/a.json:2:81: [0].labels.cmd: samples have this label already; write another name",
             "t/a.json:3:2: [1]: has no targets; write {targets: [\"host:port\"]}",
             "t/a.json:3:3: [1].target: there is no such key; did you mean targets?",
             "t/a.json:4:14: [2].targets: a single value stands here; a list is wanted, [a, b]",
             "t/a.json:5:2: [3]: a single value stands here; a map is wanted, {key: value}",
             "t/b.json:1:1: a map stands here; a list is wanted, [a, b]",
             "t/c.json:1:1: no key stands here; write name: value, and close each bracket",
             "t/d.yml:1:13: [0].targets[0]: a:6379 is listed already, at t/a.json:2:15; keep one",
             "t/d.yml:3:3: [1].targets: stands twice, before in line 2; keep one"}));
}

TEST_F(TargetFiles, NameWhatGroupsCannotSayBesideThem) {
  write("t/a.json", R"([{"targets": ["a"]}])");
  std::filesystem::create_directories(path("t/folder.json"));
  EXPECT_EQ(load("groups:\n  - {name: g, standalone: true, files: [\"t/*.json\", \"\"]}\n"
                 "  - {name: h, nodes: [a]}\n")
                .errors,
            (Texts{"fleet.yaml:2:15: groups[0].standalone: files imply it; leave it out",
                   "fleet.yaml:2:41: groups[0].files[0]: \"t/folder.json\": is not a regular file; "
                   "write files that this user may read",
                   "fleet.yaml:2:53: groups[0].files[1]: is empty; write a pattern, such as "
                   "targets/*.json",
                   "fleet.yaml:3:23: groups[1].nodes[0]: a:6379 is listed already, at "
                   "t/a.json:1:15; keep one"}));
}

}  // namespace
}  // namespace fleet
