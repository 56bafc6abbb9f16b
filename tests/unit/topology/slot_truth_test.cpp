// SPDX-License-Identifier: Apache-2.0
#include "topology/slot_truth.h"

#include <gtest/gtest.h>

#include "unit/topology/recorded.h"

namespace fleet::test {
namespace {

SlotOpinion opinion_of(std::string_view text) {
  return slot_opinion(read_cluster_nodes(text)).value();
}

constexpr std::string_view kOfA =
    "a 10.0.0.1:1@2 myself,master - 0 0 1 connected 0-9\n"
    "b 10.0.0.2:1@2 master - 0 0 2 connected 10-19\n";
// The same owners in other words.
constexpr std::string_view kOfB =
    "b 10.0.0.2:1@2 myself,master - 0 0 2 connected 10-14 15-19\n"
    "a 10.0.0.1:1@2 master - 0 0 1 connected 0-9\n";

TEST(SlotTruth, NodesThatAgree) {
  const SlotOpinion opinions[] = {opinion_of(kOfA), opinion_of(kOfB)};
  const SlotTruth truth = compare(opinions, 0);
  EXPECT_EQ(truth.open, 0u);
  EXPECT_EQ(truth.claimed_twice, 0u);
  EXPECT_EQ(truth.disagreeing, 0u);
  EXPECT_EQ(compare(std::span<const SlotOpinion>(), 0).disagreeing, 0u);
}

TEST(SlotTruth, SlotsThatTwoNodesHave) {
  const SlotOpinion opinions[] = {opinion_of(kOfA),
                                  opinion_of("b 10.0.0.2:1@2 myself,master - 0 0 2 connected 8-19\n"
                                             "a 10.0.0.1:1@2 master - 0 0 1 connected 0-7\n")};
  EXPECT_EQ(compare(opinions, 0).claimed_twice, 2u);
  EXPECT_EQ(compare(opinions, 0).disagreeing, 1u);
}

TEST(SlotTruth, TheOneAgainstMostDisagrees) {
  const SlotOpinion opinions[] = {opinion_of(kOfA), opinion_of(kOfB),
                                  opinion_of("c 10.0.0.3:1@2 myself,slave a 0 0 1 connected\n"
                                             "a 10.0.0.1:1@2 master - 0 0 1 connected 0-19\n")};
  EXPECT_EQ(compare(opinions, 0).disagreeing, 1u);
  EXPECT_EQ(compare(opinions, 0).claimed_twice, 0u);
}

TEST(SlotTruth, WhatWasSaidInDifferentRoundsIsAskedAgain) {
  SlotOpinion opinions[] = {opinion_of(kOfA), opinion_of(kOfB),
                            opinion_of("b 10.0.0.2:1@2 myself,master - 0 0 2 connected 9-19\n"
                                       "a 10.0.0.1:1@2 master - 0 0 1 connected 0-8\n")};
  for (SlotOpinion& opinion : opinions) opinion.round = 2;
  opinions[0].round = 1;  // the slot has moved since
  SlotTruth truth = compare(opinions, 2);
  EXPECT_EQ(truth.claimed_twice, 10u);  // 10 to 19 of both that say they are b
  opinions[1].own.clear();
  truth = compare(opinions, 2);
  EXPECT_EQ(truth.claimed_twice, 0u);
  EXPECT_TRUE(truth.ask_again[0]);
  EXPECT_TRUE(truth.ask_again[2]);
  opinions[0].round = 2;
  EXPECT_EQ(compare(opinions, 2).claimed_twice, 1u);
}

TEST(SlotTruth, OpenSlotCountsOnceForBothEnds) {
  const SlotOpinion opinions[] = {
      opinion_of("a 10.0.0.1:1@2 myself,master - 0 0 1 connected 0-9 [5->-b] [6->-b]\n"),
      opinion_of("b 10.0.0.2:1@2 myself,master - 0 0 2 connected 10-19 [5-<-a]\n")};
  EXPECT_EQ(compare(opinions, 0).open, 2u);
}

TEST(SlotTruth, ReadsWhatRealNodesSay) {
  const SlotOpinion healthy[] = {slot_opinion(recorded_cluster("healthy-1")).value(),
                                 slot_opinion(recorded_cluster("healthy-2")).value(),
                                 slot_opinion(recorded_cluster("healthy-3")).value()};
  EXPECT_EQ(compare(healthy, 0).disagreeing, 0u);
  const SlotOpinion moving[] = {slot_opinion(recorded_cluster("migrating")).value(),
                                slot_opinion(recorded_cluster("importing")).value()};
  EXPECT_EQ(compare(moving, 0).open, 1u);
  EXPECT_FALSE(slot_opinion(recorded_cluster("disabled")));
}

}  // namespace
}  // namespace fleet::test
