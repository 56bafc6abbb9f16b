// SPDX-License-Identifier: Apache-2.0
// What one server says of its own replication, from INFO replication. A field that is absent or odd
// keeps its default and loses nothing else. Hosts are in lower case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resp/info.h"
#include "topology/address.h"

namespace fleet {

// A replica as its master sees it: slave0:ip=10.0.0.6,port=6379,state=online,offset=1234,lag=0
struct AttachedReplica {
  HostPort address = {};  // that it announces
  bool online = false;
  std::optional<double> lag_seconds = {};  // since it last acknowledged
  bool operator==(const AttachedReplica&) const = default;
};

struct NodeView {
  static constexpr std::size_t kMostReplicas = 1024;  // what is beyond is left out

  bool answered = false;  // with a role of data: master or replica
  bool master = false;
  std::string replid = {};   // of the history that the data follows
  std::string replid2 = {};  // of the one before it (since 4.0); empty: none
  double offset = 0;         // bytes of history written, or as a replica applied

  // Of a master.
  std::vector<AttachedReplica> replicas = {};  // of a replica: those that replicate from it
  std::optional<double> good_replicas = {};    // min_slaves_good_slaves; only where it is limited
  std::optional<double> backlog_bytes = {};    // of the backlog when it is full; none: no backlog

  // Of a replica, and of KeyDB's active ones, which are masters, too.
  HostPort its_master = {};  // not always usable
  bool link_up = false;
  std::optional<double> last_io_seconds = {};  // since it last heard its master; none: link down
  std::int64_t priority = 100;                 // 0: never promoted
  bool operator==(const NodeView&) const = default;
};

NodeView node_view(const Info& replication);

}  // namespace fleet
