// SPDX-License-Identifier: Apache-2.0
// What is said of a node's data, and of the checks that look at it.
#pragma once

#include <array>
#include <iterator>

#include "checks/search_metrics.h"
#include "samples/metric.h"

namespace fleet {

inline constexpr Metric kKeySize =
    gauge("redis_key_size",
          "Elements of the key, or bytes of a string; 0 when there is no such key.", "db,key")
        .source("LLEN, SCARD, ZCARD, HLEN, XLEN, ARCOUNT, STRLEN, PFCOUNT");
inline constexpr Metric kKeyMemory =
    gauge("redis_key_memory_usage_bytes",
          "Memory that the key takes, as MEMORY USAGE estimates it.", "db,key")
        .source("MEMORY USAGE")
        .since("4.0");
inline constexpr Metric kKeyValue =
    gauge("redis_key_value", "Value of a string that is a number.", "db,key").source("GETRANGE");
inline constexpr Metric kKeyText =
    gauge("redis_key_value_as_string", "1, with the first 512 bytes of another string as a label.",
          "db,key,val")
        .source("GETRANGE");
inline constexpr Metric kKeysCount =
    gauge("redis_keys_count", "Keys whose names match the pattern.", "db,key").source("SCAN");

// The id of an entry is its time in milliseconds, and a number: it is told without the number.
inline constexpr Metric kStreamLength =
    gauge("redis_stream_length", "Entries of the stream.", "db,stream")
        .source("XINFO STREAM length");
inline constexpr Metric kStreamRadixKeys =
    gauge("redis_stream_radix_tree_keys", "Keys of the tree that holds the stream.", "db,stream")
        .source("XINFO STREAM radix-tree-keys");
inline constexpr Metric kStreamRadixNodes =
    gauge("redis_stream_radix_tree_nodes", "Nodes of the tree that holds the stream.", "db,stream")
        .source("XINFO STREAM radix-tree-nodes");
inline constexpr Metric kStreamLastGeneratedId =
    gauge("redis_stream_last_generated_id", "Time of the id that was given last, in milliseconds.",
          "db,stream")
        .source("XINFO STREAM last-generated-id");
inline constexpr Metric kStreamMaxDeletedId =
    gauge("redis_stream_max_deleted_entry_id",
          "Time of the newest entry that was deleted, in milliseconds.", "db,stream")
        .source("XINFO STREAM max-deleted-entry-id")
        .since("7.0");
inline constexpr Metric kStreamFirstEntryId =
    gauge("redis_stream_first_entry_id", "Time of the first entry, in milliseconds.", "db,stream")
        .source("XINFO STREAM first-entry");
inline constexpr Metric kStreamLastEntryId =
    gauge("redis_stream_last_entry_id", "Time of the last entry, in milliseconds.", "db,stream")
        .source("XINFO STREAM last-entry");
inline constexpr Metric kStreamEntriesAdded =
    counter("redis_stream_entries_added_total", "Entries that were ever added.", "db,stream")
        .source("XINFO STREAM entries-added")
        .since("7.0");
inline constexpr Metric kStreamGroups =
    gauge("redis_stream_groups", "Groups of the stream.", "db,stream")
        .source("XINFO STREAM groups");
inline constexpr Metric kStreamIdmpDuration =
    gauge("redis_stream_idmp_duration_seconds", "Time for which ids of producers are kept.",
          "db,stream")
        .source("XINFO STREAM idmp-duration")
        .since("8.8");
inline constexpr Metric kStreamIdmpMaxSize =
    gauge("redis_stream_idmp_max_size", "Ids that are kept of a producer, at most.", "db,stream")
        .source("XINFO STREAM idmp-maxsize")
        .since("8.8");
inline constexpr Metric kStreamIdmpProducers =
    gauge("redis_stream_idmp_producer_ids_tracked", "Producers whose ids are kept.", "db,stream")
        .source("XINFO STREAM pids-tracked")
        .since("8.8");
inline constexpr Metric kStreamIdmpIds =
    gauge("redis_stream_idmp_idempotent_ids_tracked", "Ids that are kept.", "db,stream")
        .source("XINFO STREAM iids-tracked")
        .since("8.8");
inline constexpr Metric kStreamIdmpAdded =
    counter("redis_stream_idmp_entries_added_total", "Entries that were added with such an id.",
            "db,stream")
        .source("XINFO STREAM iids-added")
        .since("8.8");
inline constexpr Metric kStreamIdmpDuplicates =
    counter("redis_stream_idmp_duplicates_total", "Entries that had an id that was there already.",
            "db,stream")
        .source("XINFO STREAM iids-duplicates")
        .since("8.8");
inline constexpr Metric kStreamGroupConsumers =
    gauge("redis_stream_group_consumers", "Consumers of the group.", "db,stream,group")
        .source("XINFO GROUPS consumers");
inline constexpr Metric kStreamGroupPending =
    gauge("redis_stream_group_messages_pending",
          "Entries that were delivered and not acknowledged.", "db,stream,group")
        .source("XINFO GROUPS pending");
inline constexpr Metric kStreamGroupLastDeliveredId =
    gauge("redis_stream_group_last_delivered_id",
          "Time of the entry that was delivered last, in milliseconds.", "db,stream,group")
        .source("XINFO GROUPS last-delivered-id");
inline constexpr Metric kStreamGroupEntriesRead =
    gauge("redis_stream_group_entries_read", "Entries that the group has read, where known.",
          "db,stream,group")
        .source("XINFO GROUPS entries-read")
        .since("7.0");
inline constexpr Metric kStreamGroupLag =
    gauge("redis_stream_group_lag", "Entries that the group has still to read, where known.",
          "db,stream,group")
        .source("XINFO GROUPS lag")
        .since("7.0");
inline constexpr Metric kStreamGroupNacked =
    gauge("redis_stream_group_messages_nacked", "Entries that consumers gave back.",
          "db,stream,group")
        .source("XINFO STREAM FULL nacked-count")
        .since("8.8");
inline constexpr Metric kStreamConsumerPending =
    gauge("redis_stream_group_consumer_messages_pending",
          "Entries that the consumer has not acknowledged.", "db,stream,group,consumer")
        .source("XINFO CONSUMERS pending");
inline constexpr Metric kStreamConsumerIdle =
    gauge("redis_stream_group_consumer_idle_seconds", "Time since the consumer last tried to read.",
          "db,stream,group,consumer")
        .source("XINFO CONSUMERS idle");

inline constexpr Metric kKeyGroupCount =
    gauge("redis_key_group_count", "Keys of the group.", "db,key_group").source("SCAN");
inline constexpr Metric kKeyGroupMemory =
    gauge("redis_key_group_memory_usage_bytes", "Memory that the keys of the group take.",
          "db,key_group")
        .source("MEMORY USAGE");
inline constexpr Metric kDistinctKeyGroups =
    gauge("redis_number_of_distinct_key_groups",
          "Groups of the database, those that are told as overflow included.", "db")
        .source("SCAN");
inline constexpr Metric kKeyGroupsDuration =
    legacy(Type::gauge, "redis_last_key_groups_scrape_duration_milliseconds",
           "Time that the walk took whose results are told.")
        .source("the check");

inline constexpr Metric kScriptResult =
    gauge("redis_script_result", "1: the script gave values; 2: it gave none; 0: it failed.",
          "filename")
        .source("EVAL, EVAL_RO");
inline constexpr Metric kScriptValues =
    gauge("redis_script_values", "What the script gave.", "key,filename").source("EVAL, EVAL_RO");

// By check: keys, count_keys, ...
inline constexpr Metric kCheckSuccess =
    gauge("redis_exporter_check_success",
          "1 when the last run of the check told all that it should, else 0; the log says why.",
          "check")
        .source("the check");
inline constexpr Metric kCheckTimestamp =
    gauge("redis_exporter_check_timestamp_seconds",
          "Unix time at which the run ended that the results are of; 0 before the first.", "check")
        .source("the check");
inline constexpr Metric kCheckDuration = gauge("redis_exporter_check_duration_seconds",
                                               "Time that this run took, with its pauses.", "check")
                                             .source("the check");
inline constexpr Metric kCheckProgress =
    gauge("redis_exporter_check_progress_ratio",
          "How much of the run under way is done, 0 to 1; 1 when there is none.", "check")
        .source("the check");
inline constexpr Metric kCheckTruncated =
    gauge("redis_exporter_check_truncated",
          "1 when a limit left something out of the results, else 0.", "check")
        .source("the check");

inline constexpr const Metric* kPlainCheckMetrics[] = {&kKeySize,
                                                       &kKeyMemory,
                                                       &kKeyValue,
                                                       &kKeyText,
                                                       &kKeysCount,
                                                       &kStreamLength,
                                                       &kStreamRadixKeys,
                                                       &kStreamRadixNodes,
                                                       &kStreamLastGeneratedId,
                                                       &kStreamMaxDeletedId,
                                                       &kStreamFirstEntryId,
                                                       &kStreamLastEntryId,
                                                       &kStreamEntriesAdded,
                                                       &kStreamGroups,
                                                       &kStreamIdmpDuration,
                                                       &kStreamIdmpMaxSize,
                                                       &kStreamIdmpProducers,
                                                       &kStreamIdmpIds,
                                                       &kStreamIdmpAdded,
                                                       &kStreamIdmpDuplicates,
                                                       &kStreamGroupConsumers,
                                                       &kStreamGroupPending,
                                                       &kStreamGroupLastDeliveredId,
                                                       &kStreamGroupEntriesRead,
                                                       &kStreamGroupLag,
                                                       &kStreamGroupNacked,
                                                       &kStreamConsumerPending,
                                                       &kStreamConsumerIdle,
                                                       &kKeyGroupCount,
                                                       &kKeyGroupMemory,
                                                       &kDistinctKeyGroups,
                                                       &kKeyGroupsDuration,
                                                       &kScriptResult,
                                                       &kScriptValues,
                                                       &kCheckSuccess,
                                                       &kCheckTimestamp,
                                                       &kCheckDuration,
                                                       &kCheckProgress,
                                                       &kCheckTruncated};

// All of these, and what FT.INFO tells.
inline constexpr auto kCheckMetrics = [] {
  constexpr std::size_t kPlain = std::size(kPlainCheckMetrics);
  std::array<const Metric*, kPlain + std::size(kSearchFields)> all{};
  for (std::size_t i = 0; i < kPlain; ++i) all[i] = kPlainCheckMetrics[i];
  for (std::size_t i = 0; i < std::size(kSearchFields); ++i)
    all[kPlain + i] = &kSearchFields[i].metric;
  return all;
}();

}  // namespace fleet
