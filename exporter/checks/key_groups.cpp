// SPDX-License-Identifier: Apache-2.0
// INFO keyspace names the databases. Each is walked by SCAN, and between two of its slices the keys
// that were found are asked for their memory.
#include "checks/key_groups.h"

#include <algorithm>

#include "base/text.h"
#include "checks/check_metrics.h"

namespace fleet {

void KeyGroups::ask(Slice& slice) {
  if (!walks_) {
    step_ = Step::keyspace;
    slice.add(kKeyspace, {"keyspace"});
    return;
  }
  std::string why = keys_.empty() ? "" : slice.refused(kMemory);
  if (!why.empty()) {
    fail(std::move(why));
    for (const std::string& key : keys_) add(key, std::nullopt);
    keys_.clear();
  }
  if (!keys_.empty()) {
    step_ = Step::memory;
    asked_ = std::min(keys_.size(), std::max<std::size_t>(slice.weight / 2, 1));
    slice.database = database_;
    for (std::size_t i = 0; i < asked_; ++i) slice.add(kMemory, {keys_[keys_.size() - 1 - i]});
    return;
  }
  step_ = Step::scan;
  if (!walks_->done()) walks_->ask(slice);
  if (!walks_->why().empty()) fail(walks_->why());
  if (!patterns_.problem().empty()) fail(patterns_.problem());
}

void KeyGroups::take(std::span<const Reply> replies) {
  if (step_ == Step::keyspace) return take_keyspace(replies[0]);
  if (step_ == Step::scan) {
    const KeyWalks::Found found = walks_->take(replies);
    if (!walks_->why().empty()) fail(walks_->why());
    if (found.keys.size() > 0) database_ = walks_->patterns()[found.pattern].database;
    for (std::size_t i = 0; i < found.keys.size(); ++i) keys_.emplace_back(found.keys[i].text());
    return;
  }
  for (std::size_t i = 0; i < asked_; ++i) {
    const Reply reply = replies[i];
    // A nil: the key is gone.
    if (reply.is_integer()) add(keys_.back(), static_cast<double>(reply.integer()));
    if (reply.is_error()) {
      add(keys_.back(), std::nullopt);
      fail(error_of(kMemory, keys_.back(), reply.words()));
    }
    keys_.pop_back();
  }
}

void KeyGroups::take_keyspace(Reply reply) {
  std::vector<KeyPattern> databases;
  if (!reply.is_text()) fail("INFO keyspace: " + std::string(reply.words()));
  for (std::string_view rest = reply.text(); !rest.empty();) {
    std::string_view line = take_until(rest, '\n');
    if (!line.starts_with("db")) continue;
    const auto number = parse_integer(take_until(line, ':').substr(2));
    if (databases.size() >= kMostDatabases) {
      truncate();
      break;
    }
    if (number && *number >= 0 && *number <= 0xffffffff)
      databases.push_back({static_cast<std::uint32_t>(*number), "*"});
  }
  walks_.emplace(std::move(databases));
}

void KeyGroups::add(std::string_view key, std::optional<double> bytes) {
  // Matching takes time that grows with the square of the length, and more.
  const bool matched = key.size() <= kLongestName;
  std::string name = matched ? patterns_.group_of(key) : std::string(LuaPatterns::kNoGroup);
  Groups& groups = groups_[database_];
  const bool fresh = !groups.contains(name);
  if (!is_shown_whole(name) || (fresh && tracked_ >= kMostTracked)) {
    truncate();
    name = kOverflow;
  } else if (fresh) {
    ++tracked_;
  }
  if (!matched) truncate();
  groups[std::move(name)].add({1, bytes.value_or(0), bytes.has_value()});
}

void KeyGroups::skip_database(std::string_view why) {
  fail(std::string(why));
  keys_.clear();
  if (!walks_) walks_.emplace(std::vector<KeyPattern>());
  if (step_ == Step::scan) walks_->skip(std::string(why));
}

double KeyGroups::progress() const { return walks_ ? walks_->progress() : 0; }

void KeyGroups::describe(SampleSet& out) const {
  for (const auto& [number, groups] : groups_) {
    const auto of_database = out.labels({{"db", "db" + std::to_string(number)}});
    std::vector<Groups::const_pointer> order;
    for (const auto& group : groups)
      if (group.first != kOverflow) order.push_back(&group);
    out.add(kDistinctKeyGroups, of_database, static_cast<double>(order.size()));
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [](auto* group) { return group->second.bytes; });
    const auto tell = [&](std::string_view name, const Sum& sum) {
      const auto labels = out.labels(of_database, {"key_group", name});
      out.add(kKeyGroupCount, labels, sum.keys);
      if (sum.known) out.add(kKeyGroupMemory, labels, sum.bytes);
    };
    Sum rest;
    if (const auto overflow = groups.find(kOverflow); overflow != groups.end())
      rest = overflow->second;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i < most_) {
        tell(order[i]->first, order[i]->second);
      } else {
        rest.add(order[i]->second);
      }
    }
    if (rest.keys > 0) tell(kOverflow, rest);
  }
}

}  // namespace fleet
