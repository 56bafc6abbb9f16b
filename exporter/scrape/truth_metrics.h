// SPDX-License-Identifier: Apache-2.0
// What the comparison of a group's nodes tells: on the telemetry path and on /metrics/fleet. No
// label holds an address, a state or a text that changes with a failover, but for `instance`.
#pragma once

#include "samples/metric.h"

namespace fleet {

inline constexpr Metric kComparisonTime =
    gauge("redis_group_comparison_timestamp_seconds",
          "Unix time at which the group's nodes were last compared; 0 before the first time.",
          "redis_group")
        .source("the comparison");
inline constexpr Metric kAnsweringNodes =
    gauge("redis_group_answering_nodes", "Nodes of the group that answered in the last comparison.",
          "redis_group")
        .source("INFO replication");
inline constexpr Metric kMasters =
    gauge("redis_group_masters",
          "Nodes of the group that call themselves master; of a Cluster those with slots.",
          "redis_group")
        .source("INFO replication");
inline constexpr Metric kSplitBrain =
    gauge("redis_group_split_brain",
          "1 when two masters continue one replication history and both accept writes, in a "
          "Cluster for the same slots.",
          "redis_group")
        .source("INFO replication of all nodes");
inline constexpr Metric kCandidates =
    gauge("redis_group_failover_candidates",
          "Replicas in step with their master that a failover could promote.", "redis_group")
        .source("INFO replication of all nodes");
inline constexpr Metric kMastersWithoutCandidate =
    gauge("redis_group_masters_without_candidate",
          "Masters that no replica could take the place of.", "redis_group")
        .source("INFO replication of all nodes");
inline constexpr Metric kMastersWithoutReplica =
    gauge("redis_group_masters_without_replica", "Masters that no replica is attached to.",
          "redis_group")
        .source("INFO replication of all nodes");
inline constexpr Metric kChainedReplicas =
    gauge("redis_group_chained_replicas", "Replicas whose master is a replica itself.",
          "redis_group")
        .source("INFO replication of all nodes");
inline constexpr Metric kStaleReplicas =
    gauge("redis_group_stale_replicas",
          "Replicas that follow another server than the master of their group or shard.",
          "redis_group")
        .source("INFO replication of all nodes");
inline constexpr Metric kReplicasOnMasterHost =
    gauge("redis_group_replicas_on_master_host", "Replicas on the host of their master.",
          "redis_group")
        .source("addresses as announced");
inline constexpr Metric kShardsOnOneHost =
    gauge("redis_group_shards_on_one_host",
          "Shards of two nodes or more that are all on one host; a group that is no Cluster is one "
          "shard.",
          "redis_group")
        .source("addresses as announced");
inline constexpr Metric kMastersOnOneHost =
    gauge("redis_group_masters_on_one_host", "Masters on the host that has most of them.",
          "redis_group")
        .source("addresses as announced");
inline constexpr Metric kVersions =
    gauge("redis_group_versions", "Distinct versions that the nodes of the group run.",
          "redis_group")
        .source("INFO server of all nodes");
inline constexpr Metric kSettingValues =
    gauge("redis_group_setting_values",
          "Distinct values of the setting among the nodes of the group; above 1 a failover changes "
          "it.",
          "redis_group,setting")
        .source("CONFIG GET of all nodes");
inline constexpr Metric kFailovers =
    counter("redis_group_failovers_total",
            "Failovers of the group since the exporter first saw it; of a Cluster those of all "
            "shards.",
            "redis_group")
        .source("config epochs of Sentinels, otherwise replicas that became masters");

inline constexpr Metric kLagBytes =
    gauge("redis_group_replica_lag_bytes",
          "Bytes of the master's replication history that the replica has not applied, by both "
          "ends of one comparison.",
          "redis_group,instance")
        .source("INFO master_repl_offset of the master less slave_repl_offset of the replica");
inline constexpr Metric kLagSeconds =
    gauge("redis_group_replica_lag_seconds",
          "Seconds since the master heard the replica acknowledge (end master), or the replica "
          "heard its master (end replica).",
          "redis_group,instance,end")
        .source("INFO slaveN lag of the master, master_last_io_seconds_ago of the replica");
inline constexpr Metric kBacklogSeconds =
    gauge("redis_group_backlog_seconds",
          "Seconds of writes that the master's replication backlog holds at the last minute's "
          "rate, a day at most.",
          "redis_group,instance")
        .source("INFO repl_backlog_size, master_repl_offset");

inline constexpr Metric kSlotsUncovered =
    gauge("redis_group_slots_uncovered", "Slots of the Cluster that no node has.", "redis_group")
        .source("CLUSTER NODES of three nodes");
inline constexpr Metric kSlotsOpen =
    gauge("redis_group_slots_open",
          "Slots of the Cluster that are moving between two nodes (migrating or importing).",
          "redis_group")
        .source("CLUSTER NODES of all nodes");
inline constexpr Metric kSlotsClaimedTwice =
    gauge("redis_group_slots_claimed_twice", "Slots of the Cluster that two nodes say they have.",
          "redis_group")
        .source("CLUSTER NODES of all nodes");
inline constexpr Metric kDisagreeingNodes =
    gauge("redis_group_nodes_with_other_slot_map",
          "Nodes of the Cluster that see other owners of slots than most nodes do.", "redis_group")
        .source("CLUSTER NODES of all nodes");
inline constexpr Metric kNodesInMinority =
    gauge("redis_group_nodes_known_to_few",
          "Nodes that only half, or fewer, of three nodes of the Cluster know.", "redis_group")
        .source("CLUSTER NODES of three nodes");

inline constexpr Metric kKnownSentinels =
    gauge("redis_group_sentinels",
          "Sentinels of the master, by the one that knows most of them, itself included.",
          "redis_group")
        .source("SENTINEL SENTINELS");
inline constexpr Metric kConfiguredSentinels =
    gauge("redis_group_configured_sentinels", "Sentinels that the configuration lists.",
          "redis_group")
        .source("--config.file");
inline constexpr Metric kAnsweringSentinels =
    gauge("redis_group_answering_sentinels", "Listed Sentinels that answered in the last round.",
          "redis_group")
        .source("SENTINEL MASTER");
inline constexpr Metric kAgreeingSentinels =
    gauge("redis_group_agreeing_sentinels",
          "Listed Sentinels that name the address that is taken for the master's.", "redis_group")
        .source("SENTINEL MASTER");
inline constexpr Metric kSubscribedSentinels =
    gauge("redis_group_subscribed_sentinels", "Listed Sentinels whose events are heard now.",
          "redis_group")
        .source("SUBSCRIBE");
inline constexpr Metric kSentinelsInTilt =
    gauge("redis_group_sentinels_in_tilt",
          "Listed Sentinels that do not act because their clock jumped or they were stopped.",
          "redis_group")
        .source("INFO sentinel_tilt");
inline constexpr Metric kSentinelsDisagree =
    gauge("redis_group_sentinel_disagreement",
          "1 when the listed Sentinels do not say the same about the master: its address, its "
          "config epoch or the quorum.",
          "redis_group,about")
        .source("SENTINEL MASTER");
inline constexpr Metric kQuorumReachable =
    gauge("redis_group_sentinel_quorum_reachable",
          "1 when a listed Sentinel sees enough others well to agree on a failover and to carry it "
          "out.",
          "redis_group")
        .source("SENTINEL MASTER and SENTINELS");
inline constexpr Metric kSentinelsSeeingDown =
    gauge("redis_group_sentinels_seeing_master_down",
          "Listed Sentinels that do not reach the master (sdown).", "redis_group")
        .source("SENTINEL MASTER flags");
inline constexpr Metric kMasterDown =
    gauge("redis_group_master_objectively_down",
          "1 when a quorum of Sentinels agrees that the master is down (odown).", "redis_group")
        .source("SENTINEL MASTER flags");
inline constexpr Metric kSentinelEvents =
    counter("redis_group_sentinel_events_total",
            "Events that the Sentinels told of; one that several tell within 30 s counts once.",
            "redis_group,event,subject")
        .source("SUBSCRIBE");

inline constexpr const Metric* kTruthMetrics[] = {&kComparisonTime,
                                                  &kAnsweringNodes,
                                                  &kMasters,
                                                  &kSplitBrain,
                                                  &kCandidates,
                                                  &kMastersWithoutCandidate,
                                                  &kMastersWithoutReplica,
                                                  &kChainedReplicas,
                                                  &kStaleReplicas,
                                                  &kReplicasOnMasterHost,
                                                  &kShardsOnOneHost,
                                                  &kMastersOnOneHost,
                                                  &kVersions,
                                                  &kSettingValues,
                                                  &kFailovers,
                                                  &kLagBytes,
                                                  &kLagSeconds,
                                                  &kBacklogSeconds,
                                                  &kSlotsUncovered,
                                                  &kSlotsOpen,
                                                  &kSlotsClaimedTwice,
                                                  &kDisagreeingNodes,
                                                  &kNodesInMinority,
                                                  &kKnownSentinels,
                                                  &kConfiguredSentinels,
                                                  &kAnsweringSentinels,
                                                  &kAgreeingSentinels,
                                                  &kSubscribedSentinels,
                                                  &kSentinelsInTilt,
                                                  &kSentinelsDisagree,
                                                  &kQuorumReachable,
                                                  &kSentinelsSeeingDown,
                                                  &kMasterDown,
                                                  &kSentinelEvents};

}  // namespace fleet
