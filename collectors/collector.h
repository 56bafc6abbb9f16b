// SPDX-License-Identifier: Apache-2.0
// What a collector is: tables, the commands it needs, and one pure function from replies to
// samples. It never does I/O and never looks at a clock, so it is tested with the bytes that a real
// server sent.
//
// The frame (registry.h, run) does what is common: it emits `fields` from INFO, then calls
// `collect`, measures both and reports success and duration.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/version.h"
#include "collectors/node_facts.h"
#include "resp/info.h"
#include "resp/reply.h"
#include "samples/metric.h"
#include "samples/sample_set.h"

namespace fleet {

// What flags and configuration decide about the collectors of a node.
struct CollectorOptions {
  bool include_config_metrics = false;      // every CONFIG key as redis_config_value / _key_value
  bool redact_config_metrics = true;        // but no secrets among them
  bool include_modules_metrics = false;     // INFO modules
  bool include_sentinel_peer_info = false;  // redis_sentinel_peer_info
  bool include_empty_databases = true;      // redis_db_keys{db="7"} 0
  bool client_port = false;                 // label `port` of redis_connected_client_info
  bool rdb_file_size = false;               // where the RDB file is
  bool full_latency_buckets = false;  // every bound the server prints instead of the fixed ladder
  bool config_command = true;         // false: --config-command=-, CONFIG is never sent
  std::size_t commands_limit = 512;   // distinct `cmd` values; the rest is summed as cmd="other"
  std::size_t client_list_limit = 1000;  // with more connections CLIENT LIST is not sent

  bool operator==(const CollectorOptions&) const = default;
};

struct Command {
  std::string_view line;     // "CONFIG GET maxmemory"; its ACL rule, +config|get, follows from it
  Version since = 0;         // oldest server that has it: 0x070000 is Redis 7.0 (Valkey says 7.2.4)
  Version valkey_since = 0;  // not 0: only Valkey from that version on has it
  // Further conditions, null: always. Decides on facts and options, so that plans can be made
  // ahead.
  bool (*wanted)(const NodeFacts&, const CollectorOptions&) = nullptr;
  // Dear for the server, and the answer seldom changes: it is asked once per connection, and later
  // scrapes over the connection get the same reply.
  bool once = false;
  // For a Tile38 and nobody else: it is asked nothing else.
  bool tile38 = false;
  // Asked once for each of NodeFacts::masters, whose name is the last argument. Never with `once`.
  bool each_master = false;
};

// One field of INFO, `used_memory:1048576`, or one column of a row, `calls=3`.
struct InfoField {
  std::string_view field;
  Metric metric;
  double divisor = 1;  // raw value / divisor is in the metric's unit; dividing keeps digits exact
};

struct Input {
  const Info& info;
  // replies[i] answers commands[i]. Absent: the server refuses the command, or did not answer in
  // time. Nil: the command is not for this node (too old, `wanted` said no), which is no failure.
  // Of a command with `each_master` it is an array of name, reply, name, reply, for find(name); a
  // master that was not known when the question was sent has nil.
  std::span<const Reply> replies;
  double now;  // Unix time in seconds when INFO's reply came
  const NodeFacts& node;
  const CollectorOptions& options;
};

// How a collector fared. It fails when a reply that it needs is absent or an error; what could be
// emitted was.
struct Outcome {
  static Outcome ok() { return {}; }
  static Outcome failed(std::string why, std::string_view said = {}) {
    return {false, std::move(why), std::string(said)};
  }
  bool success = true;
  std::string why = {};    // for the log; of an error reply the command
  std::string said = {};   // the server's error, as it came
  bool truncated = false;  // its limit left something out; only of a collector that has one
};

struct Collector {
  std::string_view name;    // in --collector.NAME and in the label `collector`
  std::string_view about;   // one sentence for --list-collectors
  std::uint8_t applies_to;  // NodeKinds
  bool on_by_default = true;
  std::span<const Command> commands = {};
  std::span<const InfoField> fields = {};   // emitted by the frame, without labels
  std::span<const InfoField> columns = {};  // of rows (cmdstat_get:calls=3,usec=14); see `collect`
  std::span<const Metric* const> metrics = {};  // what `collect` emits besides
  Outcome (*collect)(const Input&, SampleSet&) = nullptr;
  // Has a limit above which it leaves out what no series counts; Outcome::truncated tells.
  bool has_limit = false;
};

// Emits the fields that the server sent. `labels` go to each.
void emit_fields(const Info& info, std::span<const InfoField> table, SampleSet& out,
                 SampleSet::Labels labels = {});

// Emits the columns of one row, "calls=3,usec=14", or of a line of CLIENT LIST with ' '.
void emit_columns(std::string_view row, std::span<const InfoField> columns, SampleSet& out,
                  SampleSet::Labels labels, char separator = ',');

// Ok, or what is wrong with a reply that a collector cannot do without.
Outcome require(Reply reply, std::string_view command);

// Whether a node like this one is asked `command`: its version has the command, and the options
// want it.
bool is_asked(const Command& command, const NodeFacts& node, const CollectorOptions& options);

// Ok when every one of `commands` that this node is asked was answered without an error.
Outcome require_all(const Input& input, std::span<const Command> commands);

// Tables are compared at compile time: no empty or doubled field, no doubled name, divisor above 0.
consteval bool well_formed(std::span<const InfoField> table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].field.empty() || !(table[i].divisor > 0)) return false;
    for (std::size_t j = 0; j < i; ++j)
      if (table[j].field == table[i].field || table[j].metric.name == table[i].metric.name)
        return false;
  }
  return true;
}

}  // namespace fleet
