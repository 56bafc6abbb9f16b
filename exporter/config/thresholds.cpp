// SPDX-License-Identifier: Apache-2.0
#include "config/thresholds.h"

#include <algorithm>
#include <iterator>

namespace fleet {
namespace {

using enum Severity;

constexpr double kHour = 3600;
constexpr double kDay = 24 * kHour;
constexpr double kYear = 365 * kDay;
constexpr double kMiB = 1024 * 1024;
constexpr double kManyBytes = 1024 * 1024 * kMiB;
constexpr double kMany = 1e9;  // of what is counted

constexpr Threshold above(std::string_view name, Severity severity, double value, double least,
                          double most, std::string_view about) {
  return {name, severity, value, least, most, false, about};
}

constexpr Threshold below(std::string_view name, Severity severity, double value, double least,
                          double most, std::string_view about) {
  return {name, severity, value, least, most, true, about};
}

// Of thresholds with several severities.
constexpr std::string_view kCertificate =
    "Time until the first certificate of a server's chain, or the exporter's own, expires.";
constexpr std::string_view kClients = "Connected clients, as a share of maxclients.";
constexpr std::string_view kClientsFull =
    "Time until the clients reach maxclients, at the growth of the last day.";
constexpr std::string_view kMemoryFull =
    "Time until the data reaches maxmemory, at the growth of the last day.";
constexpr std::string_view kMemorySystem =
    "Resident memory of a server without maxmemory, as a share of the system's memory.";
constexpr std::string_view kMemoryUsed =
    "Memory used, as a share of maxmemory, where the policy is noeviction.";
constexpr std::string_view kRejected = "Connections refused because of maxclients.";
constexpr std::string_view kRoundTrip = "From the last byte of the commands out to the last reply.";

constexpr Threshold kThresholds[] = {
    above("acl_denials", warning, 0, 0, kMany,
          "Commands, keys and channels that ACLs denied, within 15 minutes."),
    above("aof_delayed_fsyncs", warning, 5, 0, kMany,
          "Writes to the append-only file that an fsync delayed, within 15 minutes."),
    above("aof_growth_ratio", warning, 10, 1, 1000,
          "Size of the append-only file, divided by its size after the last rewrite."),
    above("aof_rewrite_seconds", warning, kHour, 1, 30 * kDay,
          "How long a rewrite of the append-only file runs."),
    above("authentication_failures", warning, 10, 0, kMany,
          "Failed authentications within 15 minutes."),
    above("blocked_clients", warning, 10, 0, kMany,
          "Clients that wait in blocking commands, where no queue blocks by design."),
    below("certificate_remaining_seconds", warning, 14 * kDay, kHour, kYear, kCertificate),
    below("certificate_remaining_seconds", critical, 3 * kDay, kHour, kYear, kCertificate),
    below("clients_full_seconds", info, 14 * kDay, kHour, kYear, kClientsFull),
    below("clients_full_seconds", warning, kDay, kHour, kYear, kClientsFull),
    above("clients_ratio", warning, 0.8, 0.01, 1, kClients),
    above("clients_ratio", critical, 0.95, 0.01, 1, kClients),
    above("cluster_masters_per_host_ratio", warning, 0.49, 0.01, 1,
          "Masters of a cluster on one host, as a share of all; half of them gone is no majority."),
    above("cluster_open_slot_seconds", warning, kHour, 10, 30 * kDay,
          "How long a slot is migrating or importing."),
    above("command_mean_seconds", warning, 0.01, 1e-6, 60,
          "Mean duration of one command's calls on the server."),
    above("command_p99_seconds", warning, 0.1, 1e-6, 60,
          "Duration that one in 100 calls of a command exceeds on the server."),
    above("connected_clients", info, 1000, 0, kMany,
          "Open client connections, those of replicas left out."),
    above("connections_per_second", info, 100, 0, 1e6, "Connections that clients open."),
    above("discovery_age_seconds", warning, 60, 5, kDay,
          "Time since a group was discovered successfully."),
    above("evictions_per_second", warning, 100, 0, kMany, "Keys evicted because of maxmemory."),
    above("expired_stale_ratio", warning, 0.25, 0.01, 1,
          "Keys that have expired and are not deleted yet, as a share of keys that can expire."),
    above("failovers", warning, 1, 0, 1000, "Failovers of a group within an hour."),
    above("fork_seconds", warning, 1, 0.001, 600, "Duration of the last fork."),
    above("full_resyncs", warning, 3, 0, 1000, "Full resynchronisations with a master in an hour."),
    below("hit_ratio", warning, 0.8, 0, 1, "Lookups that found their key, as a share of all."),
    above("hit_ratio_drop_ratio", warning, 0.3, 0.01, 1,
          "How much of the hit ratio of a day before is lost, as a share of that."),
    above("hit_ratio_lookups_per_second", warning, 10, 0, kMany,
          "Lookups of keys: only above it is a hit ratio judged."),
    above("keys_fell_floor_keys", warning, 1000, 0, 1e12,
          "Keys an hour before: only above it is a fall judged."),
    above("keys_fell_ratio", warning, 0.9, 0.01, 1,
          "Keys gone since an hour before, as a share of those there were."),
    above("keys_without_ttl_growth_ratio", info, 0.5, 0.01, 100,
          "Growth within a day of the keys that never expire, as a share of those there were."),
    above("last_save_age_seconds", warning, kDay, 60, kYear,
          "Time since the last snapshot, where some are configured and changes wait."),
    above("loading_seconds", warning, 600, 1, 7 * kDay, "How long a server loads its data."),
    above("main_thread_ratio", warning, 0.8, 0.01, 1,
          "Time on the CPU of the main thread, as a share of one CPU."),
    above("main_thread_system_ratio", warning, 0.7, 0.01, 1,
          "Time in the kernel of the main thread, as a share of one CPU."),
    above("memory_fragmentation_bytes", warning, 256 * kMiB, 0, kManyBytes,
          "Resident memory beyond what the data takes: only above it is the ratio judged."),
    above("memory_fragmentation_ratio", warning, 1.5, 1, 100,
          "Resident memory, divided by what the data takes."),
    below("memory_full_seconds", info, 14 * kDay, kHour, kYear, kMemoryFull),
    below("memory_full_seconds", warning, kDay, kHour, kYear, kMemoryFull),
    above("memory_peak_ratio", info, 0.9, 0.01, 1, "Memory used, as a share of its peak."),
    below("memory_resident_ratio", warning, 1, 0.01, 1,
          "Resident memory, divided by what the data takes: the rest is swapped out."),
    above("memory_swapped_bytes", warning, 100 * kMiB, 0, kManyBytes,
          "Data that is not resident: only above it is the resident ratio judged."),
    above("memory_system_ratio", warning, 0.85, 0.01, 1, kMemorySystem),
    above("memory_system_ratio", critical, 0.95, 0.01, 1, kMemorySystem),
    above("memory_used_ratio", info, 0.8, 0.01, 1, kMemoryUsed),
    above("memory_used_ratio", warning, 0.85, 0.01, 1, kMemoryUsed),
    above("memory_used_ratio", critical, 0.95, 0.01, 1, kMemoryUsed),
    above("probe_round_trip_seconds", warning, 0.01, 1e-5, 60, kRoundTrip),
    above("probe_round_trip_seconds", critical, 0.1, 1e-5, 60, kRoundTrip),
    above("rejected_connections_per_second", warning, 0, 0, 1e6, kRejected),
    above("rejected_connections_per_second", critical, 5, 0, 1e6, kRejected),
    below("replication_backlog_seconds", warning, 60, 1, kDay,
          "Writes that the replication backlog covers, as time."),
    above("replication_lag_bytes", warning, 1e6, 0, kManyBytes,
          "How far a replica's offset is behind its master's."),
    above("replication_lag_seconds", warning, 10, 1, kDay,
          "Time since a master heard a replica acknowledge."),
    above("replication_last_io_seconds", warning, 10, 1, kDay,
          "Time since a replica last heard its master."),
    above("replication_link_losses", warning, 3, 0, 1000,
          "How often a replica lost its master within an hour."),
    above("restarts", critical, 2, 0, 1000, "Restarts of a server within an hour."),
    above("scrape_deadline_ratio", warning, 0.8, 0.01, 1,
          "Duration of a scrape, as a share of its deadline."),
    below("sentinels", info, 3, 1, 100, "Sentinels of a group."),
    above("shard_imbalance_ratio", warning, 2, 1, 1000,
          "Keys, memory or commands of a cluster's largest shard, divided by the shards' mean."),
    above("slow_commands", warning, 10, 0, kMany, "New entries of the slow log in 15 minutes."),
    above("unsaved_changes", warning, 10000, 0, 1e12,
          "Changes since the last snapshot, where some are configured."),
};

constexpr bool stands_before(const Threshold& left, const Threshold& right) {
  return left.name < right.name || (left.name == right.name && left.severity < right.severity);
}

static_assert(std::adjacent_find(std::begin(kThresholds), std::end(kThresholds),
                                 [](const Threshold& left, const Threshold& right) {
                                   return !stands_before(left, right);
                                 }) == std::end(kThresholds));

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case info:
      return "info";
    case warning:
      return "warning";
    case critical:
      return "critical";
  }
  return {};
}

std::span<const Threshold> thresholds() { return kThresholds; }

}  // namespace fleet
