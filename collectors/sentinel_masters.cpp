// SPDX-License-Identifier: Apache-2.0
// SENTINEL: settings and epoch of each master that a Sentinel watches, which of its replicas and
// Sentinels are well, and whether enough Sentinels answer for a failover.
//
// As in sentinel.cpp, a family of redis_exporter whose labels hold an address or a text has a
// stable twin by master_name alone.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/registry.h"
#include "collectors/sentinel_rows.h"

namespace fleet {
namespace {

constexpr Version kSince = 0x020804;
constexpr Version kReplicasSince = 0x050000;

enum Place : std::uint8_t { kMasters, kCkquorum, kSentinels, kReplicas, kSlaves };
constexpr Command kCommands[] = {
    {.line = "SENTINEL MASTERS", .since = kSince},
    {.line = "SENTINEL CKQUORUM", .since = kSince, .each_master = true},
    {.line = "SENTINEL SENTINELS", .since = kSince, .each_master = true},
    {.line = "SENTINEL REPLICAS", .since = kReplicasSince, .each_master = true},
    {.line = "SENTINEL SLAVES",
     .since = kSince,
     .wanted = [](const NodeFacts& node,
                  const CollectorOptions&) { return node.version < kReplicasSince; },
     .each_master = true},
};

constexpr std::string_view kByName = "master_name";
constexpr std::string_view kByAddress = "master_name,master_address";

// What SENTINEL MASTERS tells.
constexpr Metric kSettingQuorum =
    gauge("redis_sentinel_master_setting_ckquorum",
          "Sentinels that must see the master down before a failover.", kByAddress)
        .source("SENTINEL MASTERS quorum");
constexpr Metric kQuorum =
    gauge("redis_sentinel_quorum", "Sentinels that must see the master down before a failover.",
          kByName)
        .source("SENTINEL MASTERS quorum");
constexpr Metric kSettingDownAfter =
    legacy(
        Type::gauge, "redis_sentinel_master_setting_down_after_milliseconds",
        "Milliseconds without a valid answer after which the Sentinel takes the master for down.",
        kByAddress)
        .source("SENTINEL MASTERS down-after-milliseconds");
constexpr Metric kDownAfter =
    gauge("redis_sentinel_down_after_seconds",
          "Time without a valid answer after which the Sentinel takes the master for down.",
          kByName)
        .source("SENTINEL MASTERS down-after-milliseconds");
constexpr Metric kSettingFailoverTimeout =
    gauge("redis_sentinel_master_setting_failover_timeout",
          "The setting failover-timeout, in milliseconds.", kByAddress)
        .source("SENTINEL MASTERS failover-timeout");
constexpr Metric kFailoverTimeout =
    gauge("redis_sentinel_failover_timeout_seconds",
          "The setting failover-timeout: a failover that failed is tried again after twice of it.",
          kByName)
        .source("SENTINEL MASTERS failover-timeout");
constexpr Metric kSettingParallelSyncs =
    gauge("redis_sentinel_master_setting_parallel_syncs",
          "Replicas that may follow a new master at the same time.", kByAddress)
        .source("SENTINEL MASTERS parallel-syncs");
constexpr Metric kParallelSyncs =
    gauge("redis_sentinel_parallel_syncs",
          "Replicas that may follow a new master at the same time.", kByName)
        .source("SENTINEL MASTERS parallel-syncs");
constexpr Metric kMasterConfigEpoch =
    gauge("redis_sentinel_master_config_epoch",
          "Epoch of the failover that made the master the master, 0 before the first.", kByAddress)
        .source("SENTINEL MASTERS config-epoch");
constexpr Metric kConfigEpoch =
    gauge("redis_sentinel_config_epoch",
          "Epoch of the failover that made the master the master, 0 before the first.", kByName)
        .source("SENTINEL MASTERS config-epoch");
constexpr Metric kMasterLastOkPing =
    gauge("redis_sentinel_master_last_ok_ping_reply_seconds",
          "Time since the master's last valid answer to a PING.", kByAddress)
        .source("SENTINEL MASTERS last-ok-ping-reply");
constexpr Metric kLastOkPing =
    gauge("redis_sentinel_last_ok_ping_reply_age_seconds",
          "Time since the master's last valid answer to a PING.", kByName)
        .source("SENTINEL MASTERS last-ok-ping-reply");
constexpr Metric kFailoverInProgress =
    gauge("redis_sentinel_failover_in_progress",
          "1 while this Sentinel tries to fail the master over.", kByName)
        .source("SENTINEL MASTERS flags");

// What is asked master by master.
constexpr Metric kOkSentinels =
    gauge("redis_sentinel_master_ok_sentinels",
          "Sentinels of the master that this one does not see down, itself included.", kByAddress)
        .source("SENTINEL SENTINELS");
constexpr Metric kHealthySentinels =
    gauge("redis_sentinel_healthy_sentinels",
          "Sentinels of the master that this one does not see down, itself included.", kByName)
        .source("SENTINEL SENTINELS");
constexpr Metric kOkSlaves =
    gauge("redis_sentinel_master_ok_slaves",
          "Replicas of the master that the Sentinel does not see down.", kByAddress)
        .source("SENTINEL REPLICAS");
constexpr Metric kHealthyReplicas =
    gauge("redis_sentinel_healthy_replicas",
          "Replicas of the master that the Sentinel does not see down.", kByName)
        .source("SENTINEL REPLICAS");
constexpr Metric kCkquorumStatus =
    gauge("redis_sentinel_master_ckquorum_status",
          "Whether enough Sentinels answer for a failover; the label is what the Sentinel says.",
          "master_name,message")
        .source("SENTINEL CKQUORUM");
constexpr Metric kQuorumReachable =
    gauge("redis_sentinel_quorum_reachable",
          "Whether enough Sentinels answer: the quorum, and the majority that a failover needs.",
          kByName)
        .source("SENTINEL CKQUORUM");
constexpr Metric kPeerInfo =
    gauge("redis_sentinel_peer_info",
          "1 for each other Sentinel of the master; only with --include-sentinel-peer-info.",
          "master_name,master_address,name,ip,port,runid,flags")
        .source("SENTINEL SENTINELS");
constexpr Metric kUnasked =
    gauge("redis_sentinel_unasked_masters",
          "Masters about which quorum, Sentinels and replicas are not asked: those beyond 128.")
        .source("INFO masterN");

constexpr const Metric* kMetrics[] = {
    &kSettingQuorum,
    &kQuorum,
    &kSettingDownAfter,
    &kDownAfter,
    &kSettingFailoverTimeout,
    &kFailoverTimeout,
    &kSettingParallelSyncs,
    &kParallelSyncs,
    &kMasterConfigEpoch,
    &kConfigEpoch,
    &kMasterLastOkPing,
    &kLastOkPing,
    &kFailoverInProgress,
    &kOkSentinels,
    &kHealthySentinels,
    &kOkSlaves,
    &kHealthyReplicas,
    &kCkquorumStatus,
    &kQuorumReachable,
    &kPeerInfo,
    &kUnasked,
};

// A field of SENTINEL MASTERS, and what its value is divided by.
struct Field {
  std::string_view name;
  const Metric& metric;
  double divisor;
  const Metric& twin;
  double twin_divisor;
};
constexpr Field kFields[] = {
    {"quorum", kSettingQuorum, 1, kQuorum, 1},
    {"down-after-milliseconds", kSettingDownAfter, 1, kDownAfter, 1000},
    {"failover-timeout", kSettingFailoverTimeout, 1, kFailoverTimeout, 1000},
    {"parallel-syncs", kSettingParallelSyncs, 1, kParallelSyncs, 1},
    {"config-epoch", kMasterConfigEpoch, 1, kConfigEpoch, 1},
    {"last-ok-ping-reply", kMasterLastOkPing, 1000, kLastOkPing, 1000},
};

// A master as the samples name it.
struct Master {
  std::string_view name, address;
  SampleSet::Labels by_name, by_address;
};

bool has_flag(std::string_view flags, std::string_view wanted) {
  while (!flags.empty())
    if (take_until(flags, ',') == wanted) return true;
  return false;
}

void emit_settings(Reply fields, const Master& master, SampleSet& out) {
  for (const Field& field : kFields) {
    const auto value = parse_number(fields.find(field.name).text());
    if (!value) continue;
    out.add(field.metric, master.by_address, *value / field.divisor);
    out.add(field.twin, master.by_name, *value / field.twin_divisor);
  }
  if (const Reply flags = fields.find("flags"); flags.is_text())
    out.add(kFailoverInProgress, master.by_name,
            has_flag(flags.text(), "failover_in_progress") ? 1 : 0);
}

// Counts the instances of a list that are not down, in this Sentinel's view or in that of a quorum.
void emit_healthy(Reply list, double own, const Metric& metric, const Metric& twin,
                  const Master& master, SampleSet& out) {
  if (!list.is_array()) return;
  double healthy = own;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (const Reply flags = list[i].find("flags"); flags.is_text())
      if (!has_flag(flags.text(), "s_down") && !has_flag(flags.text(), "o_down")) ++healthy;
  out.add(metric, master.by_address, healthy);
  out.add(twin, master.by_name, healthy);
}

void emit_peers(Reply list, const Master& master, SampleSet& out) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto text = [&](std::string_view field) { return list[i].find(field).text(); };
    out.add(kPeerInfo,
            {{"master_name", master.name},
             {"master_address", master.address},
             {"name", text("name")},
             {"ip", text("ip")},
             {"port", text("port")},
             {"runid", text("runid")},
             {"flags", text("flags")}},
            1);
  }
}

// A lost quorum is answered by an error, which is a value and no failure.
bool is_no_quorum(Reply reply) { return reply.is_error() && reply.text().starts_with("NOQUORUM"); }

void emit_quorum(Reply reply, const Master& master, SampleSet& out) {
  if (!reply.is_text() && !is_no_quorum(reply)) return;
  const double reachable = reply.is_error() ? 0 : 1;
  out.add(kCkquorumStatus, {{"master_name", master.name}, {"message", reply.text()}}, reachable);
  out.add(kQuorumReachable, master.by_name, reachable);
}

// The reply to SENTINEL MASTERS by name: a lying server's can be long.
class Settings {
 public:
  explicit Settings(Reply masters) {
    for (std::size_t i = 0; i < masters.size(); ++i)
      by_name_.emplace_back(masters[i].find("name").text(), masters[i]);
    std::ranges::sort(by_name_, {}, &Named::first);
  }
  // Absent when the master is not there.
  Reply find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(by_name_, name, {}, &Named::first);
    return found != by_name_.end() && found->first == name ? found->second : Reply();
  }

 private:
  using Named = std::pair<std::string_view, Reply>;
  std::vector<Named> by_name_;
};

// Ok when all that was asked about single masters was answered.
Outcome require_each(const Input& input) {
  for (std::size_t i = 0; i < std::size(kCommands); ++i) {
    if (!kCommands[i].each_master || input.replies[i].is_nil()) continue;
    for (const std::string& name : input.node.masters) {
      const Reply reply = input.replies[i].find(name);
      // It may be gone since INFO was answered.
      if (is_no_quorum(reply) || reply.text().starts_with("ERR No such master")) continue;
      if (Outcome outcome = require(reply, kCommands[i].line); !outcome.success) return outcome;
    }
  }
  return Outcome::ok();
}

Outcome collect(const Input& input, SampleSet& out) {
  const Settings settings(input.replies[kMasters]);
  std::size_t unasked = 0;
  for (const SentinelRow& row : sentinel_rows(input.info)) {
    const auto address = column(row.columns, "address");
    if (!std::ranges::binary_search(input.node.masters, row.name)) ++unasked;
    if (!address) continue;
    const Master master{row.name, *address, out.labels({{"master_name", row.name}}),
                        out.labels({{"master_name", row.name}, {"master_address", *address}})};
    emit_settings(settings.find(row.name), master, out);
    emit_quorum(input.replies[kCkquorum].find(row.name), master, out);
    const Reply sentinels = input.replies[kSentinels].find(row.name);
    emit_healthy(sentinels, 1, kOkSentinels, kHealthySentinels, master, out);
    if (input.options.include_sentinel_peer_info) emit_peers(sentinels, master, out);
    for (const Place place : {kReplicas, kSlaves})  // a Sentinel is asked one of the two
      emit_healthy(input.replies[place].find(row.name), 0, kOkSlaves, kHealthyReplicas, master,
                   out);
  }
  out.add(kUnasked, static_cast<double>(unasked));
  Outcome outcome = require_all(input, kCommands);
  if (outcome.success) outcome = require_each(input);
  outcome.truncated = unasked > 0;
  return outcome;
}

}  // namespace

constinit const Collector kSentinelMastersCollector{
    .name = "sentinel_masters",
    .about = "Settings, quorum and healthy replicas of each master that a Sentinel watches.",
    .applies_to = kSentinel,
    .commands = kCommands,
    .metrics = kMetrics,
    .collect = collect,
    .has_limit = true,
};

}  // namespace fleet
