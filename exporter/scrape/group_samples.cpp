// SPDX-License-Identifier: Apache-2.0
#include "scrape/group_samples.h"

#include <algorithm>

#include "scrape/fleet_metrics.h"
#include "scrape/truth_metrics.h"

namespace fleet {
namespace {

double of(std::size_t count) { return static_cast<double>(count); }
double of(bool truth) { return truth ? 1 : 0; }

void add_replication(const ReplicationTruth& truth, SampleSet::Labels labels, SampleSet& out) {
  out.add(kAnsweringNodes, labels, of(truth.answered));
  out.add(kMasters, labels, of(truth.masters));
  out.add(kSplitBrain, labels, of(truth.split_brain));
  out.add(kCandidates, labels, of(truth.candidates));
  out.add(kMastersWithoutCandidate, labels, of(truth.masters_without_candidate));
  out.add(kMastersWithoutReplica, labels, of(truth.masters_without_replica));
  out.add(kChainedReplicas, labels, of(truth.chained_replicas));
  out.add(kStaleReplicas, labels, of(truth.stale_replicas));
  out.add(kReplicasOnMasterHost, labels, of(truth.replicas_on_master_host));
  out.add(kShardsOnOneHost, labels, of(truth.shards_on_one_host));
  out.add(kMastersOnOneHost, labels, of(truth.masters_on_one_host));
}

void add_nodes(const GroupTruth& truth, const std::string& name, SampleSet& out) {
  for (const ReplicaLag& lag : truth.replication.lags) {
    const auto labels = out.labels({{"redis_group", name}, {"instance", lag.instance}});
    if (lag.bytes) out.add(kLagBytes, labels, *lag.bytes);
    const auto add_end = [&](std::string_view end, const std::optional<double>& seconds) {
      if (!seconds) return;
      out.add(kLagSeconds, {{"redis_group", name}, {"instance", lag.instance}, {"end", end}},
              *seconds);
    };
    add_end("master", lag.master_seconds);
    add_end("replica", lag.replica_seconds);
  }
  for (const auto& [instance, seconds] : truth.backlogs)
    out.add(kBacklogSeconds, {{"redis_group", name}, {"instance", instance}}, seconds);
}

void add_slots(const GroupTruth& truth, const Discovery& discovery, SampleSet::Labels labels,
               SampleSet& out) {
  if (truth.slots) {
    out.add(kSlotsOpen, labels, of(truth.slots->open));
    out.add(kSlotsClaimedTwice, labels, of(truth.slots->claimed_twice));
    out.add(kDisagreeingNodes, labels, of(truth.slots->disagreeing));
  }
  if (const auto& slots = discovery.slots()) {
    out.add(kSlotsUncovered, labels, of(slots->uncovered));
    out.add(kNodesInMinority, labels, of(slots->in_minority));
  }
}

void add_sentinels(const Discovery::Sentinels& sentinels, const std::string& name,
                   SampleSet::Labels labels, SampleSet& out) {
  const SentinelTruth& truth = sentinels.truth;
  const SentinelAgreement& agreement = sentinels.agreement;
  out.add(kAnsweringSentinels, labels, of(truth.answering));
  out.add(kAgreeingSentinels, labels, of(truth.agreeing));
  out.add(kSentinelsInTilt, labels, of(truth.in_tilt));
  // Nobody who could be asked knows: neither that all is well nor that it is not.
  if (!agreement.found) return;
  if (truth.known > 0) {
    out.add(kKnownSentinels, labels, of(truth.known));
    out.add(kQuorumReachable, labels, of(truth.quorum_reachable));
  }
  out.add(kSentinelsSeeingDown, labels, of(truth.seeing_master_down));
  out.add(kMasterDown, labels, of(truth.master_objectively_down));
  const auto add_about = [&](std::string_view about, bool same) {
    out.add(kSentinelsDisagree, {{"redis_group", name}, {"about", about}}, of(!same));
  };
  add_about("address", agreement.same_address);
  add_about("epoch", agreement.same_epoch);
  add_about("quorum", agreement.same_quorum);
}

}  // namespace

void add_thresholds(const Group& group, const std::string& name, SampleSet& out) {
  for (const Threshold& threshold : thresholds()) {
    const auto own = std::ranges::find(group.thresholds, &threshold, &ThresholdOverride::threshold);
    const bool overridden = own != group.thresholds.end();
    // Rules know the defaults: a thousand standalone nodes need not repeat them.
    if (group.standalone && !overridden) continue;
    out.add(kThreshold,
            {{"redis_group", name},
             {"name", threshold.name},
             {"severity", name_of(threshold.severity)}},
            overridden ? own->value : threshold.value);
  }
}

void add_discovery(const Discovery& discovery, const std::string& name, SampleSet& out) {
  const Discovery::State& state = discovery.state();
  const auto labels = out.labels({{"redis_group", name}});
  out.add(kDiscoverySuccess, labels, state.works ? 1 : 0);
  out.add(kDiscoveryLastSuccess, labels, state.last_success);
  out.add(kDiscoveryDuration, labels, state.seconds);
}

void add_truth(const Group& group, const GroupRounds& rounds, SampleSet& out) {
  const Comparison* const comparison = rounds.comparison();
  if (comparison == nullptr) return;
  const std::string& name = group.name;
  const auto labels = out.labels({{"redis_group", name}});
  // Before the first comparison there is nothing to be said of nodes: a 0 would be a lie.
  const GroupTruth& truth = comparison->truth();
  out.add(kComparisonTime, labels, truth.time);
  out.add(kFailovers, labels, rounds.failovers());
  if (truth.time > 0) {
    add_replication(truth.replication, labels, out);
    out.add(kVersions, labels, of(truth.versions));
    for (const auto& [setting, values] : truth.settings)
      out.add(kSettingValues, {{"redis_group", name}, {"setting", setting}}, of(values));
    add_nodes(truth, name, out);
  }
  const Discovery* const discovery = rounds.discovery();
  if (discovery == nullptr) return;
  add_slots(truth, *discovery, labels, out);
  if (group.source != Group::Source::sentinel) return;
  out.add(kConfiguredSentinels, labels, of(group.sentinels.size()));
  out.add(kSubscribedSentinels, labels, of(rounds.listening()));
  if (discovery->sentinels()) add_sentinels(*discovery->sentinels(), name, labels, out);
  for (std::size_t i = 0; i < rounds.events().size(); ++i) {
    const SentinelEvent& event = sentinel_events()[i];
    out.add(kSentinelEvents,
            {{"redis_group", name}, {"event", event.name}, {"subject", event.subject}},
            rounds.events()[i]);
  }
}

}  // namespace fleet
