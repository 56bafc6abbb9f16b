// SPDX-License-Identifier: Apache-2.0
// CLUSTER INFO: this node's opinion of its cluster, and its traffic on the cluster bus.
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {
    {.line = "CLUSTER INFO",
     .since = 0x030000,
     .wanted = [](const NodeFacts& node, const CollectorOptions&) { return node.cluster_enabled; }},
};

constexpr InfoField kFields[] = {
    {"cluster_enabled", gauge("redis_cluster_enabled", "Whether the server is in cluster mode.")},
};
static_assert(well_formed(kFields));

// Fields of CLUSTER INFO. Message kinds appear there with their first message.
constexpr Metric field(Metric metric) { return metric.source("CLUSTER INFO"); }
constexpr InfoField kClusterFields[] = {
    {"cluster_state",
     field(gauge("redis_cluster_state", "Whether this node finds the cluster able to serve."))},
    {"cluster_slots_assigned",
     field(gauge("redis_cluster_slots_assigned", "Slots that have an owner."))},
    {"cluster_slots_ok", field(gauge("redis_cluster_slots_ok", "Slots whose owner is well."))},
    {"cluster_slots_pfail",
     field(gauge("redis_cluster_slots_pfail", "Slots whose owner this node cannot reach."))},
    {"cluster_slots_fail",
     field(gauge("redis_cluster_slots_fail", "Slots whose owner failed by agreement."))},
    {"cluster_known_nodes",
     field(gauge("redis_cluster_known_nodes", "Nodes that this node knows of."))},
    {"cluster_size", field(gauge("redis_cluster_size", "Masters that own slots."))},
    {"cluster_current_epoch", field(gauge("redis_cluster_current_epoch",
                                          "Highest configuration epoch that this node has seen."))},
    {"cluster_my_epoch",
     field(gauge("redis_cluster_my_epoch", "Configuration epoch of this node's slots."))},
    {"cluster_nodes_pfail",
     field(gauge("redis_cluster_nodes_pfail", "Nodes that this node cannot reach."))
         .since("Valkey 9.0")},
    {"cluster_nodes_fail",
     field(gauge("redis_cluster_nodes_fail", "Nodes that failed by agreement."))
         .since("Valkey 9.0")},
    {"cluster_voting_nodes_pfail", field(gauge("redis_cluster_voting_nodes_pfail",
                                               "Masters with slots that this node cannot reach."))
                                       .since("Valkey 9.0")},
    {"cluster_voting_nodes_fail",
     field(gauge("redis_cluster_voting_nodes_fail", "Masters with slots that failed by agreement."))
         .since("Valkey 9.0")},
    {"cluster_stats_messages_sent",
     field(counter("redis_cluster_messages_sent_total", "Messages sent on the cluster bus."))},
    {"cluster_stats_messages_received", field(counter("redis_cluster_messages_received_total",
                                                      "Messages received on the cluster bus."))},
    {"cluster_stats_messages_ping_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_ping_sent",
                  "Messages sent on the cluster bus: heartbeats."))},
    {"cluster_stats_messages_ping_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_ping_received",
                  "Messages received on the cluster bus: heartbeats."))},
    {"cluster_stats_messages_pong_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_pong_sent",
                  "Messages sent on the cluster bus: answers to heartbeats."))},
    {"cluster_stats_messages_pong_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_pong_received",
                  "Messages received on the cluster bus: answers to heartbeats."))},
    {"cluster_stats_messages_meet_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_meet_sent",
                  "Messages sent on the cluster bus: invitations."))},
    {"cluster_stats_messages_meet_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_meet_received",
                  "Messages received on the cluster bus: invitations."))},
    {"cluster_stats_messages_fail_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_fail_sent",
                  "Messages sent on the cluster bus: reports of failed nodes."))},
    {"cluster_stats_messages_fail_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_fail_received",
                  "Messages received on the cluster bus: reports of failed nodes."))},
    {"cluster_stats_messages_publish_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_publish_sent",
                  "Messages sent on the cluster bus: published messages."))},
    {"cluster_stats_messages_publish_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_publish_received",
                  "Messages received on the cluster bus: published messages."))},
    {"cluster_stats_messages_publishshard_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_publishshard_sent",
                  "Messages sent on the cluster bus: messages published to a shard."))
         .since("7.0")},
    {"cluster_stats_messages_publishshard_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_publishshard_received",
                  "Messages received on the cluster bus: messages published to a shard."))
         .since("7.0")},
    {"cluster_stats_messages_auth-req_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_auth_req_sent",
                  "Messages sent on the cluster bus: requests for a vote."))},
    {"cluster_stats_messages_auth-req_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_auth_req_received",
                  "Messages received on the cluster bus: requests for a vote."))},
    {"cluster_stats_messages_auth-ack_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_auth_ack_sent",
                  "Messages sent on the cluster bus: votes."))},
    {"cluster_stats_messages_auth-ack_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_auth_ack_received",
                  "Messages received on the cluster bus: votes."))},
    {"cluster_stats_messages_update_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_update_sent",
                  "Messages sent on the cluster bus: corrections of slots."))},
    {"cluster_stats_messages_update_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_update_received",
                  "Messages received on the cluster bus: corrections of slots."))},
    {"cluster_stats_messages_mfstart_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_mfstart_sent",
                  "Messages sent on the cluster bus: requests to pause for a manual failover."))},
    {"cluster_stats_messages_mfstart_received",
     field(
         legacy(Type::counter, "redis_cluster_stats_messages_mfstart_received",
                "Messages received on the cluster bus: requests to pause for a manual failover."))},
    {"cluster_stats_messages_module_sent",
     field(legacy(Type::counter, "redis_cluster_stats_messages_module_sent",
                  "Messages sent on the cluster bus: messages of modules."))},
    {"cluster_stats_messages_module_received",
     field(legacy(Type::counter, "redis_cluster_stats_messages_module_received",
                  "Messages received on the cluster bus: messages of modules."))},
    {"cluster_stats_bytes_sent", field(legacy(Type::counter, "redis_cluster_stats_bytes_sent",
                                              "Bytes sent on the cluster bus."))
                                     .since("Valkey 9.0")},
    {"cluster_stats_bytes_received",
     field(legacy(Type::counter, "redis_cluster_stats_bytes_received",
                  "Bytes received on the cluster bus."))
         .since("Valkey 9.0")},
    {"cluster_stats_pubsub_bytes_sent",
     field(legacy(Type::counter, "redis_cluster_stats_pubsub_bytes_sent",
                  "Bytes sent on the cluster bus for publish and subscribe."))
         .since("Valkey 9.0")},
    {"cluster_stats_pubsub_bytes_received",
     field(legacy(Type::counter, "redis_cluster_stats_pubsub_bytes_received",
                  "Bytes received on the cluster bus for publish and subscribe."))
         .since("Valkey 9.0")},
    {"cluster_stats_module_bytes_sent",
     field(legacy(Type::counter, "redis_cluster_stats_module_bytes_sent",
                  "Bytes sent on the cluster bus for modules."))
         .since("Valkey 9.0")},
    {"cluster_stats_module_bytes_received",
     field(legacy(Type::counter, "redis_cluster_stats_module_bytes_received",
                  "Bytes received on the cluster bus for modules."))
         .since("Valkey 9.0")},
    {"total_cluster_links_buffer_limit_exceeded",
     field(
         counter("redis_cluster_links_buffer_limit_exceeded_total",
                 "Cluster links closed because their buffer was over cluster-link-sendbuf-limit."))
         .since("7.0")},
};
static_assert(well_formed(kClusterFields));

Outcome collect(const Input& input, SampleSet& out) {
  if (const Reply reply = input.replies[0]; reply.is_text())
    emit_fields(Info(reply.text()), kClusterFields, out);
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kClusterCollector{
    .name = "cluster",
    .about = "State, slots and messages of the cluster as this node sees it.",
    .applies_to = kData,
    .commands = kCommands,
    .fields = kFields,
    .columns = kClusterFields,
    .collect = collect,
};

}  // namespace fleet
