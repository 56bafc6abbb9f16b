// SPDX-License-Identifier: Apache-2.0
#include "topology/sentinel_truth.h"

#include <algorithm>

namespace fleet {
namespace {

// As SENTINEL CKQUORUM counts, which answers an error, and counts it, where this is false.
bool reaches_quorum(const SentinelView& view) {
  const auto well = std::ranges::count_if(view.sentinels, [](const SentinelInstance& other) {
    return !other.flags.s_down && !other.flags.o_down;
  });
  const std::int64_t usable = well + 1;
  const auto all = static_cast<std::int64_t>(view.sentinels.size()) + 1;
  return usable >= view.master.quorum && usable > all / 2;
}

}  // namespace

SentinelTruth judge(std::span<const SentinelAnswer> answers, const SentinelAgreement& agreement) {
  SentinelTruth truth;
  truth.answering = agreement.answered;
  truth.agreeing = agreement.agreeing;
  for (const SentinelAnswer& answer : answers) {
    if (answer.tilt) ++truth.in_tilt;
    const SentinelView& view = answer.view;
    if (!view.found) continue;
    if (view.master.flags.s_down) ++truth.seeing_master_down;
    if (view.master.flags.o_down) truth.master_objectively_down = true;
    if (!view.lists_sentinels) continue;
    truth.known = std::max(truth.known, view.sentinels.size() + 1);
    if (reaches_quorum(view)) truth.quorum_reachable = true;
  }
  return truth;
}

}  // namespace fleet
