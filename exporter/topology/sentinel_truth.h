// SPDX-License-Identifier: Apache-2.0
// What the Sentinels of a master are worth together: how many there are, whether they say the same,
// and whether enough of them see each other to carry out a failover.
#pragma once

#include <cstddef>
#include <span>

#include "topology/sentinel_agreement.h"

namespace fleet {

struct SentinelTruth {
  std::size_t known = 0;      // by the one that knows most, itself included; 0: none tells
  std::size_t answering = 0;  // of those that were asked; be it with an error
  std::size_t agreeing = 0;   // name the address that is taken for the master's
  std::size_t in_tilt = 0;
  std::size_t seeing_master_down = 0;
  bool master_objectively_down = false;  // one says that a quorum agreed
  // One at least sees the quorum, and more than half of all, well. Meaningful when known is not 0.
  bool quorum_reachable = false;
};

SentinelTruth judge(std::span<const SentinelAnswer> answers, const SentinelAgreement& agreement);

}  // namespace fleet
