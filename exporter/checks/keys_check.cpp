// SPDX-License-Identifier: Apache-2.0
#include "checks/keys_check.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "checks/check_metrics.h"

namespace fleet {

KeysCheck::KeysCheck(const std::vector<KeyPattern>& names, std::shared_ptr<OwnSlots> slots,
                     const Limits& limits)
    : most_(limits.keys),
      named_(names, std::move(slots)),
      missing_has_size_(true),
      walks_({}),
      reader_(limits.values) {}

KeysCheck::KeysCheck(std::vector<KeyPattern> patterns, const std::vector<KeyPattern>& less,
                     const Limits& limits)
    : most_(limits.keys),
      missing_has_size_(false),
      less_(less.begin(), less.end()),
      walks_(std::move(patterns)),
      reader_(limits.values) {}

void KeysCheck::add(std::uint32_t database, std::string_view name) {
  if (less_.contains({database, std::string(name)})) return;
  if (reader_.size() < most_ && is_shown_whole(name)) {
    reader_.add(database, name);
  } else {
    truncate();
  }
}

void KeysCheck::ask(Slice& slice) {
  if (named_.ask(slice)) return;
  for (const KeyPattern& name : named_.own()) add(name.database, name.text);
  walking_ = !walks_.done() && walks_.ask(slice);
  if (!walks_.why().empty()) fail(walks_.why());
  if (!walking_ && !reader_.done()) reader_.ask(slice);
  if (!reader_.why().empty()) fail(reader_.why());
}

void KeysCheck::take(std::span<const Reply> replies) {
  if (named_.asking()) return named_.take(replies[0]);
  if (!walking_) {
    reader_.take(replies);
    if (reader_.elsewhere()) named_.found_elsewhere();
    return;
  }
  const KeyWalks::Found found = walks_.take(replies);
  for (std::size_t i = 0; i < found.keys.size(); ++i)
    add(walks_.patterns()[found.pattern].database, found.keys[i].text());
}

void KeysCheck::skip_database(std::string_view why) {
  if (named_.asking()) return named_.take(Reply());
  fail(std::string(why));
  if (walking_) {
    walks_.skip(std::string(why));
  } else {
    reader_.skip();
  }
}

double KeysCheck::progress() const {
  const double read = reader_.size() == 0 ? 1
                                          : static_cast<double>(reader_.keys().size()) /
                                                static_cast<double>(reader_.size());
  return walks_.done() ? (1 + read) / 2 : walks_.progress() / 2;
}

void KeysCheck::describe(SampleSet& out) const {
  const std::span<const KeyReader::Key> keys = reader_.keys();
  // SCAN may give a key twice, patterns may match the same, and a name may stand twice.
  std::vector<std::size_t> order(keys.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto identity = [&keys](std::size_t i) {
    return std::pair<std::uint32_t, std::string_view>(keys[i].database, keys[i].name);
  };
  std::ranges::stable_sort(order, {}, identity);
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (place > 0 && identity(order[place]) == identity(order[place - 1])) continue;
    const KeyReader::Key& key = keys[order[place]];
    if (!key.read || (!key.exists && !missing_has_size_)) continue;
    const std::string database = "db" + std::to_string(key.database);
    const SampleSet::Labels labels = out.labels({{"db", database}, {"key", key.name}});
    if (!key.exists) {
      out.add(kKeySize, labels, 0);
      continue;
    }
    if (key.size) out.add(kKeySize, labels, *key.size);
    if (key.memory) out.add(kKeyMemory, labels, *key.memory);
    if (!key.value) continue;
    const auto number =
        key.value->size() < KeyReader::kMostValue ? parse_number(*key.value) : std::nullopt;
    if (number) {
      out.add(kKeyValue, labels, *number);
    } else {
      out.add(kKeyText, out.labels(labels, {"val", *key.value}), 1);
    }
  }
}

}  // namespace fleet
