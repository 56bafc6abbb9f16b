// SPDX-License-Identifier: Apache-2.0
#include "checks/search_check.h"

#include <algorithm>
#include <utility>

#include "base/characters.h"
#include "base/printable.h"
#include "base/text.h"

namespace fleet {
namespace {

constexpr std::size_t kShown = 40;  // of a name, in messages

// In the words of RediSearch 1 to 8 and of Valkey's search.
bool says_no_such_index(Reply error) {
  const std::string words = to_lower(error.words());
  for (const char* part : {"unknown index", "no such index", "not found", "not_found"})
    if (words.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

void SearchCheck::ask(Slice& slice) {
  if (listed_ && next_ == indexes_.size()) return;
  const std::string_view line = listed_ ? kInfo : kList;
  if (std::string why = slice.refused(line); !why.empty()) return refuse(std::move(why));
  slice.database = database_;
  if (!listed_) return slice.add(kList);
  asked_.clear();
  const std::size_t most = std::clamp<std::size_t>(slice.weight, 1, kAtOnce);
  for (; next_ < indexes_.size() && asked_.size() < most; ++next_) {
    const std::string& name = indexes_[next_].name;
    if (std::string why = slice.refused(kInfo, name); !why.empty()) {
      fail(std::move(why));
      continue;
    }
    slice.add(kInfo, {name});
    asked_.push_back(next_);
  }
}

void SearchCheck::take(std::span<const Reply> replies) {
  if (!listed_) return list(replies[0]);
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    Index& index = indexes_[asked_[i]];
    const Reply reply = replies[i];
    // Dropped since it was listed: there is nothing to tell of it.
    if (reply.is_error() && says_no_such_index(reply)) continue;
    if (!reply.is_array()) {
      fail(std::string(kInfo) + " " + printable(index.name, kShown) + ": " +
           (reply.is_error() ? std::string(reply.words()) : "a list of fields is wanted"));
      continue;
    }
    read(reply, index);
  }
}

// In the order of their names: the server's may change, and with it what a limit leaves out.
void SearchCheck::list(Reply names) {
  if (names.is_error()) return refuse(std::string(kList) + ": " + std::string(names.words()));
  if (!names.is_array()) return refuse(std::string(kList) + ": a list of names is wanted");
  listed_ = true;
  if (names.size() > kMostListed) truncate();
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
    const std::string_view name = names[i].text();
    if (name.empty()) continue;
    if (!is_shown_whole(name)) {
      truncate();
    } else if (names_.matches(name)) {
      found.push_back(name);
    }
  }
  std::ranges::sort(found);
  const auto end = std::unique(found.begin(), found.end());  // clang 14 has no ranges::unique
  found.erase(end, found.end());
  if (found.size() > kMostIndexes) truncate();
  found.resize(std::min(found.size(), kMostIndexes));
  for (const std::string_view name : found) indexes_.push_back({.name = std::string(name)});
}

// Where nobody knows whether there is such a module, a server that does not know the command has
// none.
void SearchCheck::refuse(std::string why) {
  const bool unknown = why.find("nknown command") != std::string::npos;
  if (listed_ || module_ || !unknown) fail(std::move(why));
  listed_ = true;
  next_ = indexes_.size();
}

void SearchCheck::skip_database(std::string_view why) { refuse(std::string(why)); }

// Numbers come as integers or as text, by version; what is none is not told.
void SearchCheck::read(Reply info, Index& index) {
  for (std::size_t i = 0; i < std::size(kSearchFields); ++i) {
    const Reply value = info.find(kSearchFields[i].name);
    const auto number =
        value.is_integer() ? static_cast<double>(value.integer()) : parse_number(value.text());
    if (number) index.values[i] = *number * kSearchFields[i].unit;
  }
}

void SearchCheck::describe(SampleSet& out) const {
  for (const Index& index : indexes_) {
    const SampleSet::Labels labels = out.labels({{"index_name", index.name}});
    for (std::size_t i = 0; i < std::size(kSearchFields); ++i)
      if (index.values[i]) out.add(kSearchFields[i].metric, labels, *index.values[i]);
  }
}

double SearchCheck::progress() const {
  if (!listed_) return 0;
  return indexes_.empty() ? 1 : static_cast<double>(next_) / static_cast<double>(indexes_.size());
}

}  // namespace fleet
