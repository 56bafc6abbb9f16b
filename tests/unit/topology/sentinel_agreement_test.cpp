// SPDX-License-Identifier: Apache-2.0
#include "topology/sentinel_agreement.h"

#include <gtest/gtest.h>

#include "unit/topology/recorded.h"

namespace fleet::test {
namespace {

SentinelAnswer named(std::string sentinel, std::string host, std::int64_t epoch) {
  SentinelAnswer answer;
  answer.sentinel = std::move(sentinel);
  answer.view.answered = answer.view.found = true;
  answer.view.master.address = {std::move(host), 6379};
  answer.view.master.config_epoch = epoch;
  answer.view.master.quorum = 2;
  return answer;
}

SentinelReplica replica(std::string host, std::string run_id = "") {
  SentinelReplica result;
  result.address = {std::move(host), 6379};
  result.run_id = std::move(run_id);
  return result;
}

std::vector<SentinelAnswer> recorded_trio(const std::string& state) {
  std::vector<SentinelAnswer> answers;
  for (const std::string number : {"1", "2", "3"})
    answers.push_back({"s" + number, recorded_sentinel(state + "-" + number)});
  return answers;
}

TEST(SentinelAgreement, OfAHealthyTrio) {
  const SentinelAgreement all = agree(recorded_trio("healthy"));
  EXPECT_TRUE(all.found);
  EXPECT_EQ(all.master.address.port, 27001);
  EXPECT_EQ(all.replicas.size(), 2u);
  EXPECT_EQ(all.sentinels.size(), 3u);
  EXPECT_EQ(all.answered, 3u);
  EXPECT_EQ(all.knowing, 3u);
  EXPECT_EQ(all.agreeing, 3u);
  EXPECT_TRUE(all.same_address && all.same_epoch && all.same_quorum);
  EXPECT_TRUE(all.dissenting.empty());
}

TEST(SentinelAgreement, KeepsTheMasterUntilOneIsPromoted) {
  const SentinelAgreement all = agree(recorded_trio("failover"));
  EXPECT_EQ(all.master.address.port, 27001);
  EXPECT_EQ(all.agreeing, 3u);
}

// The leader, recorded as the first, still names the old master at the new epoch.
TEST(SentinelAgreement, FollowsThePromotedOneWhileTheLeaderDoesNot) {
  const std::vector<SentinelAnswer> answers = recorded_trio("switching");
  const SentinelAgreement all = agree(answers);
  EXPECT_NE(all.master.address.port, 27001);
  EXPECT_EQ(all.master.config_epoch, 1);
  EXPECT_FALSE(all.same_address);
  EXPECT_FALSE(all.dissenting.empty());
  // With one vote each, the one that is up.
  for (const SentinelAnswer& other : answers) {
    if (other.view.master.address != all.master.address) continue;
    const SentinelAnswer two[] = {answers[0], other};
    EXPECT_EQ(agree(two).master.address, all.master.address);
  }
}

TEST(SentinelAgreement, KeepsTheOldMasterAsAReplicaThatIsDown) {
  const SentinelAgreement all = agree(recorded_trio("after"));
  EXPECT_EQ(all.agreeing, 3u);
  EXPECT_EQ(all.master.run_id.size(), 40u);
  ASSERT_EQ(all.replicas.size(), 2u);
  EXPECT_EQ(all.replicas[0].address.port, 27001);
  EXPECT_TRUE(all.replicas[0].flags.s_down);
}

TEST(SentinelAgreement, TheHighestEpochWins) {
  const SentinelAnswer answers[] = {named("a", "10.0.0.1", 4), named("b", "10.0.0.1", 4),
                                    named("c", "10.0.0.2", 5)};
  const SentinelAgreement all = agree(answers);
  EXPECT_EQ(all.master.address.host, "10.0.0.2");
  EXPECT_EQ(all.agreeing, 1u);
  EXPECT_FALSE(all.same_address || all.same_epoch);
  EXPECT_EQ(all.dissenting, (std::vector<std::string>{"a", "b"}));
}

TEST(SentinelAgreement, ThenMostVotesThenUpThenTheSmallestAddress) {
  const SentinelAnswer votes[] = {named("a", "10.0.0.1", 5), named("b", "10.0.0.2", 5),
                                  named("c", "10.0.0.2", 5), named("d", "10.0.0.0", 4)};
  EXPECT_EQ(agree(votes).master.address.host, "10.0.0.2");
  SentinelAnswer tie[] = {named("a", "10.0.0.2", 5), named("b", "10.0.0.1", 5)};
  EXPECT_EQ(agree(tie).master.address.host, "10.0.0.1");
  EXPECT_TRUE(agree(tie).same_epoch);
  tie[1].view.master.flags.s_down = true;
  EXPECT_EQ(agree(tie).master.address.host, "10.0.0.2");
}

TEST(SentinelAgreement, OneAddressAtTwoEpochsIsNoDispute) {
  SentinelAnswer answers[] = {named("a", "10.0.0.1", 4), named("b", "10.0.0.1", 5)};
  answers[1].view.master.quorum = 3;
  const SentinelAgreement all = agree(answers);
  EXPECT_TRUE(all.same_address);
  EXPECT_FALSE(all.same_epoch);
  EXPECT_FALSE(all.same_quorum);
  EXPECT_EQ(all.master.quorum, 3);
  EXPECT_EQ(all.dissenting, (std::vector<std::string>{"a"}));
}

TEST(SentinelAgreement, CountsThoseThatDoNotKnowIt) {
  SentinelAnswer answers[] = {named("a", "10.0.0.1", 1), {"b", {}}, {"c", {}}};
  answers[1].view.answered = true;
  answers[1].view.error = "ERR No such master with that name";
  const SentinelAgreement all = agree(answers);
  EXPECT_EQ(all.answered, 2u);
  EXPECT_EQ(all.knowing, 1u);
  EXPECT_EQ(all.agreeing, 1u);
  EXPECT_TRUE(all.same_address);
  EXPECT_EQ(all.dissenting, (std::vector<std::string>{"b"}));
}

TEST(SentinelAgreement, OfNobody) {
  EXPECT_FALSE(agree(std::span<const SentinelAnswer>()).found);
  const SentinelAnswer silent[] = {{"a", {}}};
  EXPECT_FALSE(agree(silent).found);
  EXPECT_EQ(agree(silent).answered, 0u);
}

TEST(SentinelAgreement, UnitesReplicas) {
  SentinelAnswer answers[] = {named("a", "10.0.0.1", 1), named("b", "10.0.0.1", 1),
                              named("old", "10.0.0.9", 0)};
  answers[0].view.replicas = {replica("10.0.0.3"), replica("10.0.0.4", "d4"), replica("10.0.0.1")};
  answers[0].view.replicas[0].flags.s_down = true;
  answers[1].view.replicas = {replica("10.0.0.2"), replica("10.0.0.3", "c3"), replica("10.0.0.4")};
  answers[1].view.replicas[2].announced = false;
  answers[2].view.replicas = {replica("10.0.0.8")};
  const SentinelAgreement all = agree(answers);
  ASSERT_EQ(all.replicas.size(), 2u);
  EXPECT_EQ(all.replicas[0].address.host, "10.0.0.2");
  EXPECT_EQ(all.replicas[1].address.host, "10.0.0.3");
  EXPECT_EQ(all.replicas[1].run_id, "c3");
  EXPECT_FALSE(all.replicas[1].flags.s_down);  // one of two reaches it
  answers[1].view.replicas[1].flags.s_down = true;
  EXPECT_TRUE(agree(answers).replicas[1].flags.s_down);
}

TEST(SentinelAgreement, UnitesSentinelsByRunId) {
  SentinelAnswer answers[] = {named("a", "10.0.0.1", 1), named("b", "10.0.0.1", 1)};
  const SentinelInstance moved = {{"10.0.1.3", 26379}, "c", {}};
  const SentinelInstance never_reached = {{"10.0.1.4", 26379}, "", {}};
  answers[0].view.sentinels = {{{"10.0.1.2", 26379}, "b", {}}, {{"10.0.9.9", 26379}, "c", {}}};
  answers[1].view.sentinels = {moved, never_reached, never_reached};
  EXPECT_EQ(agree(answers).sentinels.size(), 3u);
}

}  // namespace
}  // namespace fleet::test
