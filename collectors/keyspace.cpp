// SPDX-License-Identifier: Apache-2.0
// INFO keyspace and keysizes: keys by database, read by field name, and how large they are.
//
//   db0:keys=14,expires=2,avg_ttl=149999790,subexpiry=1
//   db0_distrib_strings_sizes:1=5,2=1,16=1,1K=3      keys whose size is in [label, 2 * label)
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "base/characters.h"
#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr InfoField kColumns[] = {
    {"keys", gauge("redis_db_keys", "Keys in a database.", "db")},
    {"expires", gauge("redis_db_keys_expiring", "Keys in a database that have a TTL.", "db")},
    {"avg_ttl",
     gauge("redis_db_avg_ttl_seconds",
           "Estimated average of the TTLs in a database in seconds, 0 when none is known.", "db"),
     1e3},
    {"subexpiry", gauge("redis_db_keys_with_expiring_items",
                        "Hashes in a database that have a TTL on some of their fields.", "db")
                      .since("7.4")},
    {"cached_keys", gauge("redis_db_keys_cached",
                          "Keys in a database that are in memory as well as in storage.", "db")
                        .since("KeyDB")},
};
static_assert(well_formed(kColumns));
constexpr const Metric& kKeys = kColumns[0].metric;
constexpr const Metric& kExpiring = kColumns[1].metric;
constexpr const Metric& kExpiringItems = kColumns[3].metric;

constexpr Metric kKeysOfSize =
    gauge("redis_db_keys_of_size",
          "Keys of a type that have at least that size: bytes of strings, items of other types.",
          "db,type,at_least")
        .source("INFO keysizes")
        .since("8.0");
constexpr const Metric* kMetrics[] = {&kKeysOfSize};

constexpr Command kCommands[] = {
    {.line = "CONFIG GET databases",
     .wanted =
         [](const NodeFacts& node, const CollectorOptions& options) {
           return options.config_command && options.include_empty_databases &&
                  !node.cluster_enabled;
         }},
};

// More than that a server may have, but not as zeros: the page would be of nothing else.
constexpr std::int64_t kMaxEmpty = 10'000;

// How many databases get a row even when they are empty.
std::int64_t databases(const Input& input) {
  if (!input.options.include_empty_databases || input.node.tile38) return 0;
  if (input.node.cluster_enabled) return 1;
  const auto configured = parse_integer(input.replies[0].find("databases").text());
  return std::clamp<std::int64_t>(configured.value_or(16), 0, kMaxEmpty);
}

// Servers count databases by an int.
constexpr std::int64_t kLastDatabase = std::numeric_limits<std::int32_t>::max();

// The number in "db12", -1 for anything else.
std::int64_t database_of(std::string_view key) {
  if (!key.starts_with("db") || key.size() < 3 || !is_digit(key[2])) return -1;
  const std::int64_t database = parse_integer(key.substr(2)).value_or(-1);
  return database <= kLastDatabase ? database : -1;
}

void emit_zeros(std::int64_t from, std::int64_t to, SampleSet& out) {
  for (; from < to; ++from) {
    const SampleSet::Labels labels = out.labels({{"db", "db" + std::to_string(from)}});
    out.add(kKeys, labels, 0);
    out.add(kExpiring, labels, 0);
  }
}

void emit_databases(const Input& input, SampleSet& out) {
  const std::int64_t count = databases(input);
  std::int64_t next = 0;  // the first database that has no row yet
  for (const auto& [key, row] : input.info.section("Keyspace")) {
    const std::int64_t database = database_of(key);
    if (database < next) continue;  // not a database, or one that came before
    emit_zeros(next, std::min(database, count), out);
    next = database + 1;
    const SampleSet::Labels labels = out.labels({{"db", key}});
    emit_columns(row, kColumns, out, labels);
    // Valkey's name for subexpiry.
    if (const auto text = column(row, "keys_with_volatile_items"))
      if (const auto keys = Info::number_in(*text)) out.add(kExpiringItems, labels, *keys);
  }
  emit_zeros(next, count, out);
}

// "16", "4K", "1M", "2G": the lower bound of a bin. 0 when it is something else.
double bound_of(std::string_view text) {
  double unit = 1;
  if (text.ends_with('K')) unit = 1024;
  if (text.ends_with('M')) unit = 1024 * 1024;
  if (text.ends_with('G')) unit = 1024 * 1024 * 1024;
  if (unit > 1) text.remove_suffix(1);
  return parse_number(text).value_or(0) * unit;
}

// Few and always the same bounds, so that series do not come and go with the data.
struct Bound {
  double value;
  std::string_view text;
};
constexpr Bound kBounds[] = {
    {1, "1"},         {16, "16"},           {256, "256"},          {4096, "4096"},
    {65536, "65536"}, {1048576, "1048576"}, {16777216, "16777216"}};

void emit_sizes(const Info& info, SampleSet& out) {
  for (const auto& [key, row] : info.section("Keysizes")) {
    // db0_distrib_strings_sizes
    std::string_view rest = key;
    const std::string_view database = take_until(rest, '_');
    if (database_of(database) < 0 || take_until(rest, '_') != "distrib") continue;
    const std::string_view type = take_until(rest, '_');
    std::array<double, std::size(kBounds)> keys{};
    for (std::string_view bins = row; !bins.empty();) {
      std::string_view count = take_until(bins, ',');
      const double bound = bound_of(take_until(count, '='));
      for (std::size_t i = 0; i < keys.size() && kBounds[i].value <= bound; ++i)
        keys[i] += Info::number_in(count).value_or(0);
    }
    for (std::size_t i = 0; i < keys.size(); ++i)
      out.add(kKeysOfSize, {{"db", database}, {"type", type}, {"at_least", kBounds[i].text}},
              keys[i]);
  }
}

Outcome collect(const Input& input, SampleSet& out) {
  emit_databases(input, out);
  emit_sizes(input.info, out);
  return Outcome::ok();
}

}  // namespace

constinit const Collector kKeyspaceCollector{
    .name = "keyspace",
    .about = "Keys by database: how many, with a TTL, and of which size.",
    .applies_to = kData,
    .commands = kCommands,
    .columns = kColumns,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
