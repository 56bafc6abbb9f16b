// SPDX-License-Identifier: Apache-2.0
#include "topology/cluster_agreement.h"

#include <map>
#include <utility>

namespace fleet {
namespace {

struct Seen {
  ClusterNode node;
  const ClusterView* last = nullptr;  // view that was counted last
  std::size_t views = 0;
};

// Whether there is an address, or a hostname in its place.
bool reachable(const ClusterNode& node) {
  return node.address.usable() || HostPort{node.hostname, node.address.port}.usable();
}

void merge(ClusterNode node, const ClusterView& view, Seen& seen) {
  if (seen.last == &view) return;  // a second line for one id
  seen.last = &view;
  ++seen.views;
  if (seen.views == 1) {
    seen.node = std::move(node);
    return;
  }
  ClusterNode& known = seen.node;
  if (node.myself || known.myself) {
    const ClusterNode& own = node.myself ? node : known;
    auto migrating = own.migrating;
    auto importing = own.importing;
    if (node.config_epoch > known.config_epoch) known = std::move(node);
    known.migrating = std::move(migrating);
    known.importing = std::move(importing);
    known.myself = true;
  } else if (node.config_epoch > known.config_epoch) {
    known = std::move(node);
  }
}

}  // namespace

ClusterAgreement agree(std::span<const ClusterAnswer> answers) {
  ClusterAgreement result;
  std::map<std::string, Seen> all;
  for (const auto& [host, view] : answers) {
    if (!view.answered) continue;
    ++result.answered;
    for (ClusterNode node : view.nodes) {
      if (node.myself && node.address.host.empty()) node.address.host = host;
      if (node.handshake || node.noaddr || !reachable(node)) continue;
      Seen& seen = all[node.id];
      merge(std::move(node), view, seen);
    }
  }
  for (auto& [id, seen] : all) {
    if (seen.views * 2 > result.answered)
      result.nodes.push_back(std::move(seen.node));
    else
      ++result.in_minority;
  }
  return result;
}

}  // namespace fleet
