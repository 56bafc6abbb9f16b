// SPDX-License-Identifier: Apache-2.0
#include "topology/sentinel_truth.h"

#include <gtest/gtest.h>

#include "unit/topology/recorded.h"

namespace fleet::test {
namespace {

std::vector<SentinelAnswer> recorded(const std::string& state) {
  std::vector<SentinelAnswer> answers;
  for (const char* number : {"1", "2", "3"})
    answers.push_back({number, recorded_sentinel(state + "-" + number)});
  return answers;
}
SentinelTruth judged(std::span<const SentinelAnswer> answers) {
  return judge(answers, agree(answers));
}

TEST(SentinelTruth, ThreeHealthySentinels) {
  const auto answers = recorded("healthy");
  const SentinelTruth truth = judged(answers);
  EXPECT_EQ(truth.known, 3u);
  EXPECT_EQ(truth.answering, 3u);
  EXPECT_EQ(truth.agreeing, 3u);
  EXPECT_EQ(truth.in_tilt, 0u);
  EXPECT_EQ(truth.seeing_master_down, 0u);
  EXPECT_FALSE(truth.master_objectively_down);
  EXPECT_TRUE(truth.quorum_reachable);
}

TEST(SentinelTruth, CountsThoseThatSeeTheMasterDown) {
  auto answers = recorded("healthy");
  answers[0].view.master.flags.s_down = true;
  answers[1].view.master.flags = {.s_down = true, .o_down = true};
  answers[2].tilt = true;
  const SentinelTruth truth = judged(answers);
  EXPECT_EQ(truth.seeing_master_down, 2u);
  EXPECT_TRUE(truth.master_objectively_down);
  EXPECT_EQ(truth.in_tilt, 1u);
}

TEST(SentinelTruth, QuorumNeedsTheQuorumAndMoreThanHalf) {
  auto answers = recorded("healthy");
  answers.resize(1);
  SentinelView& view = answers[0].view;
  ASSERT_EQ(view.sentinels.size(), 2u);
  view.sentinels[0].flags.s_down = true;
  EXPECT_TRUE(judged(answers).quorum_reachable);
  view.sentinels[1].flags.s_down = true;
  EXPECT_FALSE(judged(answers).quorum_reachable);
  view.master.quorum = 1;  // enough to see it down, not to carry out the failover
  EXPECT_FALSE(judged(answers).quorum_reachable);
  view.sentinels.clear();
  EXPECT_TRUE(judged(answers).quorum_reachable);
  view.master.quorum = 2;
  EXPECT_FALSE(judged(answers).quorum_reachable);
}

TEST(SentinelTruth, ThoseThatDoNotAnswerOrKnowCountForNothing) {
  const SentinelAnswer answers[] = {{"1", {}}, {"2", {.answered = true, .error = "ERR"}}};
  const SentinelTruth truth = judged(answers);
  EXPECT_EQ(truth.answering, 1u);
  EXPECT_EQ(truth.known, 0u);
  EXPECT_FALSE(truth.quorum_reachable);
}

}  // namespace
}  // namespace fleet::test
