// SPDX-License-Identifier: Apache-2.0
// One slice a script: nobody knows how long it takes.
#include "checks/scripts_check.h"

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "checks/check_metrics.h"

namespace fleet {
namespace {

constexpr std::size_t kShown = 40;  // of a text, in messages

}  // namespace

void ScriptsCheck::ask(Slice& slice) {
  if (next_ == scripts_.size()) return;
  const std::string_view line = read_only_ ? kEvalRo : kEval;
  if (std::string why = slice.refused(line); !why.empty()) {
    fail(std::move(why));
    next_ = scripts_.size();
    return;
  }
  slice.database = database_;
  slice.add(line, {scripts_[next_].text, "0", "0"});
}

void ScriptsCheck::take(std::span<const Reply> replies) {
  results_[next_] = read(scripts_[next_], replies[0]);
  ++next_;
}

ScriptsCheck::Result ScriptsCheck::read(const Script& script, Reply reply) {
  Result result;
  if (!reply.is_array()) {
    fail_also(script.path + ": " +
              (reply.is_error() ? std::string(reply.words())
                                : "a flat list of names and numbers is wanted; return {'a', '1'}"));
    return result;
  }
  result.outcome = reply.size() == 0 ? Outcome::empty : Outcome::ok;
  const auto spoil = [&](const std::string& why) {
    fail_also(script.path + ": " + why);
    result.outcome = Outcome::failed;
  };
  if (reply.size() % 2 != 0) spoil("a name without a number at the end; return {'a', '1'}");
  for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
    const std::string_view name = reply[i].text();
    const Reply value = reply[i + 1];
    const auto number =
        value.is_integer() ? static_cast<double>(value.integer()) : parse_number(value.text());
    if (!number || !reply[i].is_text()) {
      spoil("\"" + printable(name, kShown) + "\": \"" + printable(value.text(), kShown) +
            (number ? "\" has no name" : "\" is no number"));
      continue;
    }
    if (result.values.size() >= kMostValues || !is_shown_whole(name)) {
      truncate();
      continue;
    }
    result.values.emplace_back(name, *number);
  }
  return result;
}

void ScriptsCheck::describe(SampleSet& out) const {
  for (std::size_t i = 0; i < scripts_.size(); ++i) {
    const auto of_script = out.labels({{"filename", scripts_[i].path}});
    out.add(kScriptResult, of_script, static_cast<double>(results_[i].outcome));
    std::vector<std::pair<std::string, double>> values = results_[i].values;
    // A name that stands twice would be one series twice: the last holds.
    std::ranges::stable_sort(values, {}, &std::pair<std::string, double>::first);
    for (std::size_t at = 0; at < values.size(); ++at) {
      if (at + 1 < values.size() && values[at + 1].first == values[at].first) continue;
      out.add(kScriptValues, {{"key", values[at].first}, {"filename", scripts_[i].path}},
              values[at].second);
    }
  }
}

}  // namespace fleet
