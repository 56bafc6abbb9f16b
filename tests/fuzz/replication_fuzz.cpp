// SPDX-License-Identifier: Apache-2.0
// Any texts as the answers of two nodes to INFO replication, an empty line between them: what is
// read is bounded, and what is counted never exceeds the nodes.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "topology/replication_truth.h"

namespace {

using namespace fleet;

void require(bool holds) {
  if (!holds) std::abort();
}

ComparedNode node_of(std::string_view instance, std::string_view info) {
  ComparedNode node;
  node.instance = instance;
  node.host = instance;
  node.addresses = {{std::string(instance), 6379}};
  node.view = node_view(Info(info));
  require(node.view.replicas.size() <= NodeView::kMostReplicas);
  for (const AttachedReplica& replica : node.view.replicas)
    require(!replica.lag_seconds || *replica.lag_seconds >= 0);
  require(!node.view.last_io_seconds || *node.view.last_io_seconds >= 0);
  return node;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = text.find("\n\n");
  const bool two = middle != std::string_view::npos;
  ComparedNode nodes[] = {node_of("10.0.0.1", text.substr(0, middle)),
                          node_of("10.0.0.2", two ? text.substr(middle + 2) : "")};
  mark_aliases(nodes);
  const ReplicationTruth truth = compare(nodes);
  const std::size_t replicas = truth.lags.size();
  require(truth.answered <= 2 && truth.masters + replicas <= truth.answered);
  // Two masters may stand in for each other.
  const std::size_t others = truth.masters > 1 ? truth.answered : replicas;
  require(truth.candidates + truth.stale_replicas <= others);
  require(truth.chained_replicas <= replicas && truth.masters_without_candidate <= truth.masters);
  require(truth.masters_without_replica <= truth.masters);
  require(!truth.split_brain || truth.masters == 2);
  for (const ReplicaLag& lag : truth.lags)
    require(!lag.bytes || *lag.bytes >= 0 || std::isnan(*lag.bytes));
  return 0;
}
