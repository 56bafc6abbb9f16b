// SPDX-License-Identifier: Apache-2.0
// A batch of streams of one database takes a slice for the streams and their groups, and as many as
// it needs for the consumers of each group.
#include "checks/streams_check.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "checks/check_metrics.h"

namespace fleet {
namespace {

constexpr Version kScanTypeSince = 0x060000;
constexpr Version kNackedSince = 0x080800;
// XINFO STREAM comes with a whole entry from each end.
constexpr std::size_t kKeysPerStream = 20;

struct Field {
  std::string_view key;
  const Metric* metric;
  enum class Kind : std::uint8_t { number, id, milliseconds } kind = Kind::number;
};

constexpr Field kStreamFields[] = {
    {"length", &kStreamLength},
    {"radix-tree-keys", &kStreamRadixKeys},
    {"radix-tree-nodes", &kStreamRadixNodes},
    {"last-generated-id", &kStreamLastGeneratedId, Field::Kind::id},
    {"max-deleted-entry-id", &kStreamMaxDeletedId, Field::Kind::id},
    {"entries-added", &kStreamEntriesAdded},
    {"groups", &kStreamGroups},
    {"idmp-duration", &kStreamIdmpDuration},
    {"idmp-maxsize", &kStreamIdmpMaxSize},
    {"pids-tracked", &kStreamIdmpProducers},
    {"iids-tracked", &kStreamIdmpIds},
    {"iids-added", &kStreamIdmpAdded},
    {"iids-duplicates", &kStreamIdmpDuplicates},
};
constexpr Field kEntries[] = {{"first-entry", &kStreamFirstEntryId, Field::Kind::id},
                              {"last-entry", &kStreamLastEntryId, Field::Kind::id}};
constexpr Field kGroupFields[] = {
    {"consumers", &kStreamGroupConsumers},
    {"pending", &kStreamGroupPending},
    {"last-delivered-id", &kStreamGroupLastDeliveredId, Field::Kind::id},
    {"entries-read", &kStreamGroupEntriesRead},
    {"lag", &kStreamGroupLag},
};
constexpr Field kConsumerFields[] = {
    {"pending", &kStreamConsumerPending},
    {"idle", &kStreamConsumerIdle, Field::Kind::milliseconds},
};

// The milliseconds of an id, "1526919030474-55".
std::optional<double> milliseconds_of(Reply id) {
  std::string_view rest = id.text();
  return parse_number(take_until(rest, '-'));
}

std::optional<double> value_of(const Field& field, Reply reply) {
  if (field.kind == Field::Kind::id) return milliseconds_of(reply);
  if (!reply.is_integer()) return std::nullopt;  // nil: the server cannot tell
  const auto number = static_cast<double>(reply.integer());
  return field.kind == Field::Kind::milliseconds ? number / 1000 : number;
}

void read(std::span<const Field> fields, Reply map,
          std::vector<std::pair<const Metric*, double>>& values) {
  for (const Field& field : fields)
    if (const auto value = value_of(field, map.find(field.key)))
      values.emplace_back(field.metric, *value);
}

// Of a Cluster, another node has it; or it is gone, or was never there. Before 6.0 patterns find
// keys of other types, too.
bool is_usual(std::string_view error, bool found) {
  return is_elsewhere(error) || error.starts_with("ERR no such key") ||
         error.starts_with("NOGROUP") || (found && error.starts_with("WRONGTYPE"));
}

}  // namespace

StreamsCheck::StreamsCheck(const std::vector<KeyPattern>& names, std::shared_ptr<OwnSlots> slots,
                           Version version, const Limits& limits)
    : limits_(limits),
      full_(version >= kNackedSince),
      named_(names, std::move(slots)),
      walks_({}) {}

StreamsCheck::StreamsCheck(std::vector<KeyPattern> patterns, const std::vector<KeyPattern>& less,
                           Version version, const Limits& limits)
    : limits_(limits),
      full_(version >= kNackedSince),
      less_(less.begin(), less.end()),
      walks_(std::move(patterns), version >= kScanTypeSince ? "stream" : "") {}

bool StreamsCheck::has_room(std::string_view name) {
  if (rows_ >= limits_.rows || !is_shown_whole(name)) {
    truncate();
    return false;
  }
  ++rows_;
  return true;
}

void StreamsCheck::add(std::uint32_t database, std::string_view name) {
  if (less_.contains({database, std::string(name)}) || !has_room(name)) return;
  Stream& stream = streams_.emplace_back();
  stream.name = name;
  stream.database = database;
}

void StreamsCheck::ask(Slice& slice) {
  asked_.clear();
  if (named_.ask(slice)) return;
  for (const KeyPattern& name : named_.own()) add(name.database, name.text);
  walking_ = !walks_.done() && walks_.ask(slice);
  if (!walks_.why().empty()) fail(walks_.why());
  if (walking_) return;
  if (next_stream_ < end_) ask_consumers(slice);
  if (asked_.empty() && end_ < streams_.size()) ask_streams(slice);
}

bool StreamsCheck::ask(Slice& slice, std::string_view line, const Asked& about) {
  const Stream& stream = streams_[about.stream];
  slice.database = stream.database;
  if (std::string why = slice.refused(line, stream.name); !why.empty()) {
    fail(std::move(why));
    return false;
  }
  if (about.about == About::consumers) {
    slice.add(line, {stream.name, stream.groups[about.group].name});
  } else if (about.about == About::full) {
    slice.add(line, {stream.name, "FULL", "COUNT", "1"});
  } else {
    slice.add(line, {stream.name});
  }
  asked_.push_back(about);
  return true;
}

void StreamsCheck::ask_streams(Slice& slice) {
  const std::size_t most = std::max<std::size_t>(slice.weight / kKeysPerStream, 1);
  begin_ = end_;
  while (end_ < streams_.size() && end_ - begin_ < most &&
         streams_[end_].database == streams_[begin_].database) {
    ask(slice, kStream, {end_, 0, About::stream});
    ask(slice, kGroups, {end_, 0, About::groups});
    if (full_) ask(slice, kStream, {end_, 0, About::full});
    ++end_;
  }
  next_stream_ = begin_;
  next_group_ = 0;
}

void StreamsCheck::ask_consumers(Slice& slice) {
  const std::size_t most = std::max<std::size_t>(slice.weight / 4, 1);
  while (next_stream_ < end_ && asked_.size() < most) {
    const bool more = limits_.consumers && next_group_ < streams_[next_stream_].groups.size();
    if (more && ask(slice, kConsumers, {next_stream_, next_group_, About::consumers})) {
      ++next_group_;
    } else {
      ++next_stream_;
      next_group_ = 0;
    }
  }
}

void StreamsCheck::take(std::span<const Reply> replies) {
  if (named_.asking()) return named_.take(replies[0]);
  if (!walking_) {
    for (std::size_t i = 0; i < asked_.size(); ++i) take(asked_[i], replies[i]);
    return;
  }
  const KeyWalks::Found found = walks_.take(replies);
  if (!walks_.why().empty()) fail(walks_.why());
  for (std::size_t i = 0; i < found.keys.size(); ++i)
    add(walks_.patterns()[found.pattern].database, found.keys[i].text());
}

void StreamsCheck::take(const Asked& asked, Reply reply) {
  Stream& stream = streams_[asked.stream];
  if (reply.is_error()) {
    if (is_elsewhere(reply.text())) named_.found_elsewhere();
    // As it is said of a command that is refused and not sent again: one reason, logged once.
    const std::string_view line = asked.about == About::groups      ? kGroups
                                  : asked.about == About::consumers ? kConsumers
                                                                    : kStream;
    if (!is_usual(reply.text(), !walks_.patterns().empty()))
      fail(error_of(line, stream.name, reply.words()));
    return;
  }
  std::set<std::string_view> names;  // a server that says one twice makes no series twice
  switch (asked.about) {
    case About::stream:
      read(kStreamFields, reply, stream.values);
      for (const Field& entry : kEntries)
        if (const auto id = milliseconds_of(reply.find(entry.key)[0]))
          stream.values.emplace_back(entry.metric, *id);
      return;
    case About::full:
      return take_nacked(stream, reply.find("groups"));
    case About::groups:
      return take_groups(stream, reply);
    case About::consumers:
      for (std::size_t i = 0; i < reply.size(); ++i) {
        const std::string_view name = reply[i].find("name").text();
        if (!names.insert(name).second || !has_room(name)) continue;
        Row& row = stream.groups[asked.group].consumers.emplace_back();
        row.name = name;
        read(kConsumerFields, reply[i], row.values);
      }
      return;
  }
}

void StreamsCheck::take_groups(Stream& stream, Reply reply) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < reply.size(); ++i) {
    const std::string_view name = reply[i].find("name").text();
    if (!names.insert(name).second || !has_room(name)) continue;
    Group& group = stream.groups.emplace_back();
    group.name = name;
    read(kGroupFields, reply[i], group.values);
  }
}

void StreamsCheck::take_nacked(Stream& stream, Reply reply) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < reply.size(); ++i) {
    const std::string_view name = reply[i].find("name").text();
    if (!names.insert(name).second) continue;
    const auto group = std::ranges::find(stream.groups, name, &Group::name);
    const Reply nacked = reply[i].find("nacked-count");
    if (group != stream.groups.end() && nacked.is_integer())
      group->values.emplace_back(&kStreamGroupNacked, static_cast<double>(nacked.integer()));
  }
}

void StreamsCheck::skip_database(std::string_view why) {
  if (named_.asking()) return named_.take(Reply());
  fail(std::string(why));
  if (walking_) walks_.skip(std::string(why));
}

double StreamsCheck::progress() const {
  if (!walks_.done()) return walks_.progress() / 2;
  const double read =
      streams_.empty() ? 1 : static_cast<double>(end_) / static_cast<double>(streams_.size());
  return (1 + read) / 2;
}

void StreamsCheck::describe(SampleSet& out) const {
  std::vector<const Stream*> order;
  for (const Stream& stream : streams_) order.push_back(&stream);
  const auto identity = [](const Stream* stream) {
    return std::pair<std::uint32_t, std::string_view>(stream->database, stream->name);
  };
  std::ranges::stable_sort(order, {}, identity);
  const auto add = [&out](const Row& row, SampleSet::Labels labels) {
    for (const auto& [metric, value] : row.values) out.add(*metric, labels, value);
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    // SCAN may find a stream twice, and patterns the same.
    if (i > 0 && identity(order[i]) == identity(order[i - 1])) continue;
    const std::string database = "db" + std::to_string(order[i]->database);
    const auto of_stream = out.labels({{"db", database}, {"stream", order[i]->name}});
    add(*order[i], of_stream);
    for (const Group& group : order[i]->groups) {
      const auto of_group = out.labels(of_stream, {"group", group.name});
      add(group, of_group);
      for (const Row& consumer : group.consumers)
        add(consumer, out.labels(of_group, {"consumer", consumer.name}));
    }
  }
}

}  // namespace fleet
