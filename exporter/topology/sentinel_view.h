// SPDX-License-Identifier: Apache-2.0
// What one Sentinel says of one master, read from its replies to
//
//   SENTINEL MASTER name      since 2.8.4; an error when the Sentinel does not watch the name
//   SENTINEL REPLICAS name    since 5.0; SENTINEL SLAVES before
//   SENTINEL SENTINELS name   since 2.8.4; the other Sentinels, itself not among them
//
// A reply is a flat array of field names and values, all of them strings; the last two are arrays
// of such. A field that is absent or odd keeps its default and loses nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "resp/reply.h"
#include "topology/address.h"

namespace fleet {

// What the field `flags` says: "slave,s_down,disconnected".
struct SentinelFlags {
  bool s_down = false;        // down in this Sentinel's own view
  bool o_down = false;        // of masters: down in the view of a quorum
  bool disconnected = false;  // this Sentinel has no link to it
  bool failover_in_progress = false;
  bool operator==(const SentinelFlags&) const = default;
};

struct SentinelInstance {
  HostPort address = {};    // usable; a name when the Sentinel announces names (since 6.2)
  std::string run_id = {};  // empty until the Sentinel has reached it
  SentinelFlags flags = {};
  bool operator==(const SentinelInstance&) const = default;
};

struct SentinelMaster : SentinelInstance {
  std::int64_t config_epoch = 0;         // of the failover that made it the master; 0: none yet
  std::int64_t quorum = 0;               // Sentinels that must see it down
  std::int64_t num_slaves = 0;           // replicas known, those not announced among them
  std::int64_t num_other_sentinels = 0;  // this Sentinel not among them
  bool reports_master = true;            // false: the server itself says that it is a replica
  std::string failover_state = {};       // "wait_start"; empty unless a failover is in progress
  bool operator==(const SentinelMaster&) const = default;
};

struct SentinelReplica : SentinelInstance {
  HostPort master = {};          // that it says it follows; not always usable
  bool master_link_up = false;   // as it says itself
  bool announced = true;         // since 6.2, which already leaves out the others
  std::int64_t priority = 100;   // 0: never promoted
  std::int64_t repl_offset = 0;  // as of its last INFO, which is up to 10 s old
  bool operator==(const SentinelReplica&) const = default;
};

struct SentinelView {
  // Of SENTINEL REPLICAS, and of SENTINEL SENTINELS; what is beyond is left out.
  static constexpr std::size_t kMostEntries = 1024;

  bool answered = false;   // there was a reply to SENTINEL MASTER, be it an error
  bool found = false;      // and it has a master with a usable address
  std::string error = {};  // why not found: the error's beginning, or a sentence; empty: no answer
  SentinelMaster master = {};
  std::vector<SentinelReplica> replicas = {};  // of usable addresses
  bool lists_sentinels = false;                // SENTINEL SENTINELS was answered with a list
  std::vector<SentinelInstance> sentinels = {};
};

SentinelView sentinel_view(const Reply& master, const Reply& replicas, const Reply& sentinels);

}  // namespace fleet
