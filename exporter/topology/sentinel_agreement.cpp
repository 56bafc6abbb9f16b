// SPDX-License-Identifier: Apache-2.0
#include "topology/sentinel_agreement.h"

#include <algorithm>
#include <map>
#include <set>

namespace fleet {
namespace {

// The address that the Sentinels at `epoch` name most often, of several one that most of them see
// up, of several the smallest.
HostPort most_named(std::span<const SentinelAnswer> answers, std::int64_t epoch) {
  struct Votes {
    std::size_t all = 0;
    std::size_t up = 0;
    auto operator<=>(const Votes&) const = default;
  };
  std::map<HostPort, Votes> votes;
  for (const auto& [sentinel, view, tilt] : answers) {
    if (!view.found || view.master.config_epoch != epoch) continue;
    Votes& named = votes[view.master.address];
    ++named.all;
    if (!view.master.flags.s_down) ++named.up;
  }
  return std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->first;
}

void merge_replicas(const SentinelView& view, std::map<HostPort, SentinelReplica>& merged) {
  for (const SentinelReplica& replica : view.replicas) {
    SentinelReplica& known = merged.try_emplace(replica.address, replica).first->second;
    known.announced = known.announced && replica.announced;
    if (known.run_id.empty()) known.run_id = replica.run_id;
    // One bad link of one Sentinel makes no replica unusable.
    known.flags.s_down = known.flags.s_down && replica.flags.s_down;
    known.flags.disconnected = known.flags.disconnected && replica.flags.disconnected;
  }
}

}  // namespace

SentinelAgreement agree(std::span<const SentinelAnswer> answers) {
  SentinelAgreement result;
  const SentinelMaster* first = nullptr;
  std::int64_t epoch = 0;
  for (const auto& [sentinel, view, tilt] : answers) {
    if (view.answered) ++result.answered;
    if (!view.found) continue;
    ++result.knowing;
    if (first == nullptr) {
      first = &view.master;
      epoch = first->config_epoch;
    }
    epoch = std::max(epoch, view.master.config_epoch);
    if (view.master.address != first->address) result.same_address = false;
    if (view.master.config_epoch != first->config_epoch) result.same_epoch = false;
    if (view.master.quorum != first->quorum) result.same_quorum = false;
  }
  const HostPort address = first != nullptr ? most_named(answers, epoch) : HostPort();

  std::map<HostPort, SentinelReplica> replicas;
  std::set<std::string> sentinels;
  for (const auto& [sentinel, view, tilt] : answers) {
    for (const SentinelInstance& other : view.sentinels) {
      // One without a run_id was configured as known and never reached.
      const std::string id = other.run_id.empty() ? display(other.address) : other.run_id;
      if (sentinels.insert(id).second) result.sentinels.push_back(other);
    }
    const SentinelMaster& master = view.master;
    if (!view.found || master.config_epoch != epoch || master.address != address) {
      if (view.answered) result.dissenting.push_back(sentinel);
      continue;
    }
    if (!result.found) result.master = master;
    if (result.master.run_id.empty()) result.master.run_id = master.run_id;
    result.found = true;
    ++result.agreeing;
    merge_replicas(view, replicas);
  }
  replicas.erase(address);
  for (auto& [at, replica] : replicas)
    if (replica.announced) result.replicas.push_back(std::move(replica));
  return result;
}

}  // namespace fleet
