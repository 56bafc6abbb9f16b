// SPDX-License-Identifier: Apache-2.0
#include "checks/key_count.h"

#include "checks/check_metrics.h"

namespace fleet {

void KeyCount::ask(Slice& slice) {
  if (!walks_.done()) walks_.ask(slice);
  if (!walks_.why().empty()) fail(walks_.why());
}

void KeyCount::take(std::span<const Reply> replies) {
  const KeyWalks::Found found = walks_.take(replies);
  if (found.pattern < counts_.size())
    counts_[found.pattern] += static_cast<double>(found.keys.size());
  if (!walks_.why().empty()) fail(walks_.why());
}

void KeyCount::skip_database(std::string_view why) {
  fail(std::string(why));
  walks_.skip(std::string(why));
}

void KeyCount::describe(SampleSet& out) const {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (!walks_.complete(i)) continue;
    const KeyPattern& pattern = walks_.patterns()[i];
    const std::string database = "db" + std::to_string(pattern.database);
    out.add(kKeysCount, {{"db", database}, {"key", pattern.text}}, counts_[i]);
  }
}

}  // namespace fleet
