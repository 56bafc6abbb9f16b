// SPDX-License-Identifier: Apache-2.0
// Which server is the master, from what several Sentinels say of it. The newest configuration wins,
// as it does among Sentinels themselves: each failover has a higher epoch than those before.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "topology/sentinel_view.h"

namespace fleet {

struct SentinelAnswer {
  std::string sentinel = {};  // its address, for people
  SentinelView view = {};
  bool tilt = false;  // it does not act: its clock jumped, or it was stopped
};

struct SentinelAgreement {
  // Of the Sentinels that found the master: the address at the highest epoch; at one epoch that of
  // most Sentinels, then one that most of them see up, then the smallest. (The Sentinel that leads
  // a failover has the new epoch but names the old master until the replicas are attached.) As the
  // first of them says it, with the run_id of any. Meaningful when found.
  bool found = false;
  SentinelMaster master = {};

  // Of all Sentinels that name this address at this epoch, each address once, as the first of them
  // has it. Left out: the master's own address, and a replica that any of them has as not
  // announced. A replica that is down stays; its s_down and disconnected are what all of them see.
  std::vector<SentinelReplica> replicas = {};

  // That the Sentinels which found the master know beside themselves, each run_id once: of two or
  // more that answer in good health, all.
  std::vector<SentinelInstance> sentinels = {};

  std::size_t answered = 0;  // Sentinels that answered, be it with an error
  std::size_t knowing = 0;   // of those: that found the master
  std::size_t agreeing = 0;  // of those: that name this address at this epoch

  // Whether all that found the master say the same of it; true when fewer than two did.
  bool same_address = true;
  bool same_epoch = true;
  bool same_quorum = true;

  // Sentinels (SentinelAnswer::sentinel) that answered and do not name this address at this epoch.
  std::vector<std::string> dissenting = {};
};

SentinelAgreement agree(std::span<const SentinelAnswer> answers);

}  // namespace fleet
