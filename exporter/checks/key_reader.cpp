// SPDX-License-Identifier: Apache-2.0
// A batch of keys of one database takes up to three slices: TYPE and MEMORY USAGE; then by type
// what counts elements, of strings the length and the beginning; then PFCOUNT of those strings that
// begin as a HyperLogLog does. PFCOUNT of other strings would be an error in the server's
// statistics for each key.
#include "checks/key_reader.h"

#include <algorithm>
#include <utility>

#include "samples/sample_set.h"

namespace fleet {
namespace {

constexpr std::string_view kHyperLogLog = "HYLL";

// None for what is no text. The end may be cut within a character.
std::optional<std::string> text_of(std::string_view value) {
  constexpr std::size_t kLongestTail = 3;
  const std::size_t least =
      value.size() == KeyReader::kMostValue ? value.size() - kLongestTail : value.size();
  for (; value.size() >= least; value.remove_suffix(1)) {
    if (is_shown_whole(value)) return std::string(value);
    if (value.empty()) break;
  }
  return std::nullopt;
}

}  // namespace

void KeyReader::add(std::uint32_t database, std::string_view name) {
  keys_.push_back({.database = database, .name = std::string(name)});
}

void KeyReader::ask(Slice& slice) {
  asked_.clear();
  // A step may have nothing to ask: keys that are gone have no size.
  while (!done() && asked_.empty()) {
    if (step_ == Step::type) {
      // Each key is two commands and more, each dearer than a look by SCAN.
      const std::size_t most = std::max<std::size_t>(slice.weight / 4, 1);
      end_ = begin_;
      while (end_ < keys_.size() && end_ - begin_ < most &&
             keys_[end_].database == keys_[begin_].database)
        ++end_;
      types_.assign(end_ - begin_, {});
      is_hyperloglog_.assign(end_ - begin_, false);
    }
    slice.database = keys_[begin_].database;
    for (std::size_t key = begin_; key < end_; ++key) {
      if (step_ == Step::type) ask_type(slice, key);
      if (step_ == Step::size) ask_size(slice, key);
      if (step_ == Step::cardinality) ask_cardinality(slice, key);
    }
    if (asked_.empty()) advance();
  }
}

void KeyReader::ask(Slice& slice, std::size_t key, About about, std::string_view line) {
  if (std::string why = slice.refused(line, keys_[key].name); !why.empty()) {
    if (why_.empty()) why_ = std::move(why);
    return;
  }
  if (line == kGetrange) {
    const std::size_t most = values_ ? kMostValue : kHyperLogLog.size();
    slice.add(line, {keys_[key].name, "0", std::to_string(most - 1)});
  } else {
    slice.add(line, {keys_[key].name});
  }
  asked_.push_back({key, about, line});
}

void KeyReader::ask_type(Slice& slice, std::size_t key) {
  ask(slice, key, About::type, kType);
  ask(slice, key, About::memory, kMemory);
}

void KeyReader::ask_size(Slice& slice, std::size_t key) {
  const std::string& type = types_[key - begin_];
  const auto* found = std::ranges::find(kSizeCommands, type, &SizeCommand::type);
  if (found == std::end(kSizeCommands)) return;  // none, or of a module
  ask(slice, key, About::size, found->line);
  if (found->type == "string") ask(slice, key, About::value, kGetrange);
}

void KeyReader::ask_cardinality(Slice& slice, std::size_t key) {
  if (is_hyperloglog_[key - begin_]) ask(slice, key, About::size, kPfcount);
}

void KeyReader::take(std::span<const Reply> replies) {
  for (std::size_t i = 0; i < asked_.size(); ++i) take(asked_[i], replies[i]);
  advance();
}

void KeyReader::take(const Asked& asked, Reply reply) {
  Key& key = keys_[asked.key];
  if (reply.is_error()) {
    // Of a Cluster, another node has the key; one that was deleted and made anew has another type.
    const std::string_view words = reply.words();
    elsewhere_ = elsewhere_ || is_elsewhere(words);
    const bool usual = is_elsewhere(words) || words.starts_with("WRONGTYPE");
    if (!usual && why_.empty()) why_ = error_of(asked.line, key.name, words);
    return;
  }
  switch (asked.about) {
    case About::type:
      key.read = true;
      key.exists = !reply.text().empty() && reply.text() != "none";
      types_[asked.key - begin_] = reply.text();
      return;
    case About::memory:
      if (!reply.is_integer()) return;
      key.memory = static_cast<double>(reply.integer());
      key.read = key.exists = true;  // even where TYPE is refused
      return;
    case About::size:
      if (reply.is_integer()) key.size = static_cast<double>(reply.integer());
      return;
    case About::value:
      if (!reply.is_text()) return;
      is_hyperloglog_[asked.key - begin_] = reply.text().starts_with(kHyperLogLog);
      if (values_ && !is_hyperloglog_[asked.key - begin_]) key.value = text_of(reply.text());
      return;
  }
}

void KeyReader::advance() {
  if (step_ == Step::cardinality) return skip();
  step_ = step_ == Step::type ? Step::size : Step::cardinality;
}

void KeyReader::skip() {
  step_ = Step::type;
  begin_ = end_;
}

}  // namespace fleet
