// SPDX-License-Identifier: Apache-2.0
#include "scrape/plan.h"

#include <gtest/gtest.h>

#include "resp/request.h"

namespace fleet {
namespace {

bool wants_modules(const NodeFacts&, const CollectorOptions& options) {
  return options.include_modules_metrics;
}

constexpr Command kLogCommands[] = {{.line = "SLOWLOG LEN"}, {.line = "CONFIG GET maxmemory"}};
constexpr Command kUserCommands[] = {{.line = "ACL LIST", .since = 0x060000},
                                     {.line = "CONFIG GET maxmemory"},
                                     {.line = "COMMANDLOG LEN slow", .valkey_since = 0x080100},
                                     {.line = "INFO modules", .wanted = wants_modules}};
constexpr Command kSentinelCommands[] = {{.line = "SENTINEL MASTERS"}};
constexpr Command kMastersCommands[] = {{.line = "SENTINEL MASTERS"},
                                        {.line = "SENTINEL CKQUORUM", .each_master = true},
                                        {.line = "SENTINEL SENTINELS", .each_master = true}};
constexpr Command kOnceCommands[] = {{.line = "ACL GETUSER default", .once = true},
                                     {.line = "SLOWLOG LEN"}};
constexpr Command kInfoToo[] = {{.line = "INFO all"}};
const Collector kLog{.name = "log", .about = "", .applies_to = kData, .commands = kLogCommands};
const Collector kUsers{.name = "users", .about = "", .applies_to = kAny, .commands = kUserCommands};
const Collector kSentinels{
    .name = "sentinels", .about = "", .applies_to = kSentinel, .commands = kSentinelCommands};
const Collector kMasters{
    .name = "masters", .about = "", .applies_to = kSentinel, .commands = kMastersCommands};
const Collector kOnce{.name = "once", .about = "", .applies_to = kAny, .commands = kOnceCommands};
const Collector kPlain{.name = "plain", .about = "", .applies_to = kAny, .commands = kInfoToo};

using Lines = std::vector<std::string_view>;
using Replies = std::vector<int>;

class Planning : public testing::Test {
 protected:
  Planning() { facts_.version = 0x070000; }

  Plan plan(std::initializer_list<const Collector*> collectors,
            std::initializer_list<std::string_view> refused = {}) const {
    const std::vector<const Collector*> all(collectors);
    const PlanOptions with{all, options_, names_};
    Refusals refusals;
    for (const std::string_view line : refused) refusals.note(line, "NOPERM", {});
    return make_plan(with, facts_, refusals, {}, kept_);
  }

  NodeFacts facts_;
  CollectorOptions options_;
  KeptReplies kept_;
  CommandNames names_;
};

TEST_F(Planning, AsksInfoEvenWhenNobodyElseAsks) {
  const Plan none = plan({});
  EXPECT_EQ(none.lines, Lines{"INFO all"});
  EXPECT_EQ(none.info, "*2\r\n$4\r\nINFO\r\n$3\r\nall\r\n");
  EXPECT_EQ(none.rest, "");
  EXPECT_TRUE(none.parts.empty());
}

TEST_F(Planning, SendsEachCommandOnceAndTellsWhoReadsWhichReply) {
  const Plan both = plan({&kLog, &kUsers, &kPlain});
  EXPECT_EQ(both.lines, (Lines{"INFO all", "SLOWLOG LEN", "CONFIG GET maxmemory", "ACL LIST"}));
  std::string bytes;
  for (std::size_t i = 1; i < both.lines.size(); ++i) append_command_line(bytes, both.lines[i]);
  EXPECT_EQ(both.rest, bytes);
  ASSERT_EQ(both.parts.size(), 3u);
  EXPECT_EQ(both.parts[0].collector, &kLog);
  EXPECT_EQ(both.parts[0].replies, (Replies{1, 2}));
  EXPECT_EQ(both.parts[1].replies, (Replies{3, 2, Plan::kNotApplicable, Plan::kNotApplicable}));
  EXPECT_EQ(both.parts[2].replies, Replies{0});
}

TEST_F(Planning, LeavesOutWhatTheServerIsTooOldFor) {
  facts_.version = 0x050000;
  const Plan old = plan({&kUsers});
  EXPECT_EQ(old.lines, (Lines{"INFO all", "CONFIG GET maxmemory"}));
  EXPECT_EQ(old.parts[0].replies[0], Plan::kNotApplicable);
}

TEST_F(Planning, AsksValkeyWhatOnlyValkeyHas) {
  facts_.version = 0x070204;
  facts_.valkey_version = 0x080100;
  EXPECT_EQ(plan({&kUsers}).parts[0].replies[2], 3);
  facts_.valkey_version = 0x080000;
  EXPECT_EQ(plan({&kUsers}).parts[0].replies[2], Plan::kNotApplicable);
}

TEST_F(Planning, AsksWhatTheOptionsWant) {
  options_.include_modules_metrics = true;
  EXPECT_EQ(plan({&kUsers}).lines.back(), "INFO modules");
}

TEST_F(Planning, LeavesOutCollectorsForNodesOfAnotherKind) {
  EXPECT_TRUE(plan({&kSentinels}).parts.empty());
  facts_.kind = kSentinel;
  const Plan sentinel = plan({&kLog, &kSentinels});
  ASSERT_EQ(sentinel.parts.size(), 1u);
  EXPECT_EQ(sentinel.parts[0].collector, &kSentinels);
  EXPECT_EQ(sentinel.lines, (Lines{"INFO all", "SENTINEL MASTERS"}));
}

TEST_F(Planning, AsksAboutEachMaster) {
  facts_.kind = kSentinel;
  facts_.masters = {"a b", "c\r\nPING"};
  const Plan each = plan({&kMasters});
  EXPECT_EQ(each.lines, (Lines{"INFO all", "SENTINEL MASTERS", "SENTINEL CKQUORUM",
                               "SENTINEL CKQUORUM", "SENTINEL SENTINELS", "SENTINEL SENTINELS"}));
  EXPECT_EQ(each.parts[0].replies, (Replies{1, 2, 4}));
  EXPECT_EQ(each.masters, facts_.masters);
  std::string bytes;
  append_command(bytes, {"SENTINEL", "MASTERS"});
  for (const std::string_view what : {"CKQUORUM", "SENTINELS"})
    for (const std::string& name : facts_.masters) append_command(bytes, {"SENTINEL", what, name});
  EXPECT_EQ(each.rest, bytes);
}

TEST_F(Planning, RefusesAndRenamesWhatIsAskedAboutEachMasterAsOneCommand) {
  facts_.kind = kSentinel;
  facts_.masters = {"a", "b"};
  names_["SENTINEL"] = "WATCHER";
  const Plan less = plan({&kMasters}, {"SENTINEL CKQUORUM"});
  EXPECT_EQ(less.parts[0].replies, (Replies{1, Plan::kRefused, 2}));
  std::string bytes;
  for (const char* line : {"WATCHER MASTERS", "WATCHER SENTINELS a", "WATCHER SENTINELS b"})
    append_command_line(bytes, line);
  EXPECT_EQ(less.rest, bytes);
  facts_.masters.clear();
  EXPECT_EQ(plan({&kMasters}).lines, (Lines{"INFO all", "SENTINEL MASTERS"}));
}

TEST_F(Planning, DoesNotSendWhatWasRefusedAndSaysSo) {
  const Plan less = plan({&kLog, &kUsers}, {"CONFIG GET maxmemory"});
  EXPECT_EQ(less.lines, (Lines{"INFO all", "SLOWLOG LEN", "ACL LIST"}));
  EXPECT_EQ(less.parts[0].replies, (Replies{1, Plan::kRefused}));
  EXPECT_EQ(less.parts[1].replies[1], Plan::kRefused);
}

TEST_F(Planning, AsksOnceWhatItMayKeep) {
  EXPECT_EQ(plan({&kOnce}).lines, (Lines{"INFO all", "ACL GETUSER default", "SLOWLOG LEN"}));
  const ReplyNode answer = ReplyNode::of_text(ReplyNode::Kind::status, "OK");
  kept_.keep("ACL GETUSER default", Reply(&answer));
  kept_.keep("SLOWLOG LEN", Reply(&answer));  // is not asked once: kept or not, it is sent
  const Plan later = plan({&kOnce});
  EXPECT_EQ(later.lines, (Lines{"INFO all", "SLOWLOG LEN"}));
  EXPECT_EQ(later.parts[0].replies, (Replies{Plan::kKept, 1}));
}

TEST_F(Planning, CallsConfigByTheNameThatTheServerHasForIt) {
  names_["CONFIG"] = "SECRETCONFIG";
  const Plan renamed = plan({&kLog});
  EXPECT_EQ(renamed.lines[2], "CONFIG GET maxmemory");  // collectors and refusals know this name
  std::string bytes;
  append_command_line(bytes, "SLOWLOG LEN");
  append_command_line(bytes, "SECRETCONFIG GET maxmemory");
  EXPECT_EQ(renamed.rest, bytes);
}

TEST_F(Planning, DoesNotSendWhatIsSaidToBeMissing) {
  names_["SLOWLOG"] = "";
  names_["INFO"] = "TELL";
  const Plan plan_without = plan({&kLog});
  EXPECT_EQ(plan_without.lines, (Lines{"INFO all", "CONFIG GET maxmemory"}));
  EXPECT_EQ(plan_without.parts[0].replies[0], Plan::kNotApplicable);
  std::string bytes;
  append_command_line(bytes, "TELL all");
  EXPECT_EQ(plan_without.info, bytes);
}

TEST(WireLine, RenamesTheCommandAndNothingElse) {
  const CommandNames names = {{"CONFIG", "c-1"}, {"SLOWLOG", ""}};
  EXPECT_EQ(wire_line("CONFIG GET CONFIG", names), "c-1 GET CONFIG");
  EXPECT_EQ(wire_line("CONFIGURE", names), "CONFIGURE");
  EXPECT_EQ(wire_line("CONFIG", names), "c-1");
  EXPECT_EQ(wire_line("SLOWLOG LEN", names), "");
}

}  // namespace
}  // namespace fleet
