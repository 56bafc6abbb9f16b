// SPDX-License-Identifier: Apache-2.0
// INFO replication: a master's replicas, a replica's links to its masters (KeyDB may have several),
// and the backlog. Families of redis_exporter carry addresses and states as labels; each has a
// stable twin.
#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "base/characters.h"
#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr InfoField kFields[] = {
    {"connected_slaves", gauge("redis_connected_slaves", "Replicas connected to this server.")},
    {"min_slaves_good_slaves",
     gauge("redis_replication_good_replicas",
           "Replicas that count for min-replicas-to-write, where that is set.")},
    {"replicas_waiting_psync",
     gauge(
         "redis_replicas_waiting_psync",
         "Replicas that load a snapshot over a second connection and wait for their partial sync.")
         .since("Valkey 8.0")},
    {"master_repl_offset",
     gauge("redis_master_repl_offset", "Offset of the replication stream that this server is at.")},
    {"second_repl_offset",
     gauge("redis_second_repl_offset",
           "Offset up to which replicas of the previous replication ID are accepted, or -1.")},
    {"repl_backlog_active",
     gauge("redis_repl_backlog_is_active", "Whether the replication backlog exists.")},
    {"repl_backlog_size",
     gauge("redis_replication_backlog_bytes", "Configured size of the replication backlog.")},
    {"repl_backlog_first_byte_offset",
     gauge("redis_repl_backlog_first_byte_offset",
           "Replication offset of the oldest byte in the backlog.")},
    {"repl_backlog_histlen",
     gauge("redis_repl_backlog_history_bytes", "Bytes of the stream held in the backlog.")},
    {"slave_priority",
     gauge("redis_slave_priority",
           "Priority of this replica in a failover, where 0 means that it is never promoted.")},
    {"slave_read_only",
     gauge("redis_replication_read_only", "Whether this replica refuses writes of clients.")},
    {"replica_announced",
     gauge("redis_replication_announced", "Whether Sentinel is told of this replica.")
         .since("6.2")},
    {"slave_repl_offset", gauge("redis_replication_offset_bytes",
                                "Offset of the stream that this replica has applied.")},
    {"slave_read_repl_offset",
     gauge("redis_replication_read_offset_bytes",
           "Offset of the stream that this replica has read from its master.")
         .since("7.0")},
    {"replicas_repl_buffer_size",
     gauge("redis_replicas_repl_buffer_size_bytes",
           "Bytes of the stream that this replica holds while it loads a snapshot.")
         .since("Valkey 8.0")},
    {"replicas_repl_buffer_peak",
     gauge("redis_replicas_repl_buffer_peak_bytes",
           "Most bytes of the stream that this replica has held while it loaded a snapshot.")
         .since("Valkey 8.0")},
    {"replica_full_sync_buffer_size",
     gauge("redis_replica_full_sync_buffer_bytes",
           "Bytes of the stream that this replica holds during a full synchronization.")
         .since("8.0")},
    {"replica_full_sync_buffer_peak",
     gauge("redis_replica_full_sync_buffer_peak_bytes",
           "Most bytes of the stream that this replica has held during a full synchronization.")
         .since("8.0")},
};
static_assert(well_formed(kFields));

// Of a master.
constexpr Metric kSlaveOffset =
    gauge("redis_connected_slave_offset_bytes", "Offset that the replica has acknowledged.",
          "slave_ip,slave_port,slave_state")
        .source("INFO slaveN offset");
constexpr Metric kSlaveLag =
    gauge("redis_connected_slave_lag_seconds", "Seconds since the replica's last acknowledgement.",
          "slave_ip,slave_port,slave_state")
        .source("INFO slaveN lag");
constexpr Metric kReplicaOnline =
    gauge("redis_replica_online", "Whether the replica is in the state online.", "replica")
        .source("INFO slaveN state");
constexpr Metric kReplicaOffset =
    gauge("redis_replica_offset_bytes", "Offset that the replica has acknowledged.", "replica")
        .source("INFO slaveN offset");
constexpr Metric kReplicaLagBytes =
    gauge("redis_replica_lag_bytes",
          "Bytes of the stream that the replica has not acknowledged yet, all of them while it "
          "synchronizes.",
          "replica")
        .source("INFO master_repl_offset, slaveN offset");
constexpr Metric kReplicaLagSeconds =
    gauge("redis_replica_lag_seconds", "Seconds since the replica's last acknowledgement.",
          "replica")
        .source("INFO slaveN lag");
constexpr Metric kFailoverState =
    gauge("redis_failover_state", "Whether a coordinated failover (FAILOVER) is in this state.",
          "state")
        .source("INFO master_failover_state")
        .since("6.2");

// Of a replica, by master.
constexpr Metric kMasterLinkUp =
    gauge("redis_master_link_up", "Whether the link to the master is up.",
          "master_host,master_port")
        .source("INFO master_link_status");
constexpr Metric kMasterLastIo =
    gauge("redis_master_last_io_seconds_ago",
          "Seconds since the last byte from the master, or -1 without a link.",
          "master_host,master_port")
        .source("INFO master_last_io_seconds_ago");
constexpr Metric kMasterSync =
    gauge("redis_master_sync_in_progress", "Whether a full synchronization is running.",
          "master_host,master_port")
        .source("INFO master_sync_in_progress");
constexpr Metric kSlaveInfo =
    gauge("redis_slave_info", "The replica's master and whether it is read-only, always 1.",
          "master_host,master_port,read_only")
        .source("INFO master_host, master_port, slave_read_only");
constexpr Metric kSlaveReplOffset =
    gauge("redis_slave_repl_offset", "Offset of the master's stream that this replica has applied.",
          "master_host,master_port")
        .source("INFO slave_repl_offset");
// Of a replica, all its masters together: the worst of them, the sum of bytes.
constexpr Metric kLinkUp =
    gauge("redis_replication_link_up", "Whether every link to a master is up.")
        .source("INFO master_link_status");
constexpr Metric kLinkDown =
    gauge("redis_replication_link_down_seconds",
          "Seconds since the link to the master was lost, 0 while it is up, -1 before it was.")
        .source("INFO master_link_down_since_seconds");
constexpr Metric kLastIo =
    gauge("redis_replication_last_io_seconds_ago",
          "Seconds since the last byte from the master, or -1 without a link.")
        .source("INFO master_last_io_seconds_ago");
constexpr Metric kSync =
    gauge("redis_replication_sync_in_progress", "Whether a full synchronization is running.")
        .source("INFO master_sync_in_progress");
constexpr Metric kSyncTotal =
    gauge("redis_replication_sync_size_bytes",
          "Size of the snapshot that is being received, 0 when it is not known beforehand.")
        .source("INFO master_sync_total_bytes");
constexpr Metric kSyncRead =
    gauge("redis_replication_sync_read_bytes", "Bytes of the snapshot that were received.")
        .source("INFO master_sync_read_bytes");
constexpr Metric kSyncLeft =
    gauge("redis_replication_sync_left_bytes",
          "Bytes of the snapshot that are still to come, negative when its size is not known.")
        .source("INFO master_sync_left_bytes");
constexpr Metric kSyncLastIo =
    gauge("redis_replication_sync_last_io_seconds_ago",
          "Seconds since the last byte of the snapshot that is being received.")
        .source("INFO master_sync_last_io_seconds_ago");

constexpr const Metric* kMetrics[] = {
    &kSlaveOffset,     &kSlaveLag,          &kReplicaOnline, &kReplicaOffset,
    &kReplicaLagBytes, &kReplicaLagSeconds, &kFailoverState, &kMasterLinkUp,
    &kMasterLastIo,    &kMasterSync,        &kSlaveInfo,     &kSlaveReplOffset,
    &kLinkUp,          &kLinkDown,          &kLastIo,        &kSync,
    &kSyncTotal,       &kSyncRead,          &kSyncLeft,      &kSyncLastIo};

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::string host_and_port(std::string_view host, std::string_view port) {
  const bool v6 = host.find(':') != std::string_view::npos;
  std::string text = v6 ? "[" : "";
  return text.append(host).append(v6 ? "]:" : ":").append(port);
}

// Neither NaN, which has no place in an order, nor infinity is an offset or a time.
std::optional<double> finite_number(std::string_view text) {
  const auto number = parse_number(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

// slave0:ip=10.0.0.3,port=6379,state=online,offset=1400,lag=1
struct Replica {
  std::string_view ip, port, state;
  std::optional<double> offset, lag;
};

std::vector<Replica> replicas_in(std::span<const Info::Line> lines) {
  std::vector<Replica> replicas;
  const auto number = [](std::string_view row, std::string_view name) {
    return finite_number(column(row, name).value_or(""));
  };
  for (const auto& [key, row] : lines) {
    if (!key.starts_with("slave") || !all_digits(key.substr(5))) continue;
    const auto ip = column(row, "ip"), port = column(row, "port"), state = column(row, "state");
    // The second connection of a replica that loads a snapshot is not another replica.
    if (!ip || !port || !state || column(row, "type") == "rdb-channel") continue;
    replicas.push_back({*ip, *port, *state, number(row, "offset"), number(row, "lag")});
  }
  // A replica that came back before its old connection timed out is there twice; the newer one,
  // which is further, counts.
  const auto address = [](const Replica& replica) { return std::tie(replica.ip, replica.port); };
  std::ranges::sort(replicas, [&](const Replica& a, const Replica& b) {
    return address(a) != address(b) ? address(a) < address(b) : a.offset > b.offset;
  });
  const auto same = [&](const Replica& a, const Replica& b) { return address(a) == address(b); };
  replicas.erase(std::unique(replicas.begin(), replicas.end(), same), replicas.end());
  return replicas;
}

void emit_replicas(const Info& info, std::span<const Info::Line> lines, SampleSet& out) {
  const auto own_offset = finite_number(info.text("master_repl_offset"));
  for (const Replica& replica : replicas_in(lines)) {
    const auto old = out.labels(
        {{"slave_ip", replica.ip}, {"slave_port", replica.port}, {"slave_state", replica.state}});
    const auto stable = out.labels({{"replica", host_and_port(replica.ip, replica.port)}});
    out.add(kReplicaOnline, stable, replica.state == "online" ? 1 : 0);
    if (replica.offset) {
      out.add(kSlaveOffset, old, *replica.offset);
      out.add(kReplicaOffset, stable, *replica.offset);
      // The offset was read a moment before, so a replica can seem to be ahead.
      if (own_offset)
        out.add(kReplicaLagBytes, stable, std::max(0.0, *own_offset - *replica.offset));
    }
    if (replica.lag) {
      out.add(kSlaveLag, old, *replica.lag);
      out.add(kReplicaLagSeconds, stable, *replica.lag);
    }
  }
}

// The lines from one master_host on, until the next.
struct Link {
  std::string_view host = {}, port = {}, up = {};
  std::optional<double> last_io = {}, sync = {}, down = {}, offset = {};
  std::optional<double> total = {}, read = {}, left = {}, sync_last_io = {};
};

// KeyDB numbers further masters: master_1_host; each has a slave_repl_offset of its own behind it.
std::vector<Link> links_in(std::span<const Info::Line> lines) {
  std::vector<Link> links;
  for (auto [key, value] : lines) {
    if (key == "slave_repl_offset" && !links.empty()) links.back().offset = finite_number(value);
    if (!key.starts_with("master_")) continue;
    key.remove_prefix(7);
    if (const auto end = key.find('_'); end != key.npos && all_digits(key.substr(0, end)))
      key.remove_prefix(end + 1);
    if (key == "host") links.push_back({.host = value});
    if (links.empty()) continue;
    Link& link = links.back();
    if (key == "port") link.port = value;
    if (key == "link_status") link.up = value;
    if (key == "last_io_seconds_ago") link.last_io = finite_number(value);
    if (key == "sync_in_progress") link.sync = finite_number(value);
    if (key == "link_down_since_seconds") link.down = finite_number(value);
    if (key == "sync_total_bytes") link.total = finite_number(value);
    if (key == "sync_read_bytes") link.read = finite_number(value);
    if (key == "sync_left_bytes") link.left = finite_number(value);
    if (key == "sync_last_io_seconds_ago") link.sync_last_io = finite_number(value);
  }
  return links;
}

// -1, no link at all, is the longest.
double longer_silence(double a, double b) { return a < 0 || b < 0 ? -1 : std::max(a, b); }

void emit_links(const Info& info, std::span<const Info::Line> lines, SampleSet& out) {
  const std::vector<Link> links = links_in(lines);
  if (links.empty()) return;
  const std::string_view read_only = info.text("slave_read_only");
  Link all{.up = "up"};
  const auto worst = [](std::optional<double>& sum, const std::optional<double>& one) {
    if (one) sum = std::max(sum.value_or(*one), *one);
  };
  const auto add = [](std::optional<double>& sum, const std::optional<double>& one) {
    if (one) sum = sum.value_or(0) + *one;
  };
  const auto emit = [&](const Metric& metric, SampleSet::Labels labels,
                        const std::optional<double>& value) {
    if (value) out.add(metric, labels, *value);
  };
  for (const Link& link : links) {
    const auto master = out.labels({{"master_host", link.host}, {"master_port", link.port}});
    out.add(kMasterLinkUp, master, link.up == "up" ? 1 : 0);
    emit(kMasterLastIo, master, link.last_io);
    emit(kMasterSync, master, link.sync);
    emit(kSlaveReplOffset, master, link.offset);
    out.add(kSlaveInfo, out.labels(master, {"read_only", read_only}), 1);
    if (link.up != "up") all.up = link.up;
    if (link.last_io) all.last_io = longer_silence(all.last_io.value_or(0), *link.last_io);
    worst(all.sync, link.sync);
    worst(all.down, link.down);
    worst(all.sync_last_io, link.sync_last_io);
    add(all.total, link.total);
    add(all.read, link.read);
    add(all.left, link.left);
  }
  out.add(kLinkUp, all.up == "up" ? 1 : 0);
  out.add(kLinkDown, all.down.value_or(0));
  emit(kLastIo, {}, all.last_io);
  emit(kSync, {}, all.sync);
  emit(kSyncTotal, {}, all.total);
  emit(kSyncRead, {}, all.read);
  emit(kSyncLeft, {}, all.left);
  emit(kSyncLastIo, {}, all.sync_last_io);
}

Outcome collect(const Input& input, SampleSet& out) {
  const auto lines = input.info.section("Replication");
  emit_replicas(input.info, lines, out);
  emit_links(input.info, lines, out);
  if (const auto now = input.info.find("master_failover_state"))
    for (const std::string_view state : {"no-failover", "waiting-for-sync", "failover-in-progress"})
      out.add(kFailoverState, {{"state", state}}, *now == state ? 1 : 0);
  return Outcome::ok();
}

}  // namespace

constinit const Collector kReplicationCollector{
    .name = "replication",
    .about = "Replicas with their lag, the link to the master, full synchronizations, the backlog.",
    .applies_to = kData,
    .fields = kFields,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
