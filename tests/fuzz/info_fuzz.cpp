// SPDX-License-Identifier: Apache-2.0
// Any text as a server's answer to INFO, and to every other command too, through all collectors
// onto a page: no crash, no metric that is not declared, a page of whole lines.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "collectors/registry.h"
#include "exposition/text_writer.h"

namespace {

using namespace fleet;

const Catalogue& catalogue() {
  static const Catalogue all = [] {
    Catalogue declared;
    declare_metrics(all_collectors(), declared);
    return declared;
  }();
  return all;
}

// "calls=3,usec=14" as an array of names and integers; behind them all its integers as
// histogram_usec, as LATENCY HISTOGRAM has them.
class Row {
 public:
  explicit Row(std::string_view columns) {
    while (!columns.empty()) {
      std::string_view value = take_until(columns, ',');
      items_.push_back({.kind = ReplyNode::Kind::string, .text = take_until(value, '=')});
      const auto number = parse_integer(value);
      if (!number) {
        items_.push_back({.kind = ReplyNode::Kind::string, .text = value});
        continue;
      }
      items_.push_back({.kind = ReplyNode::Kind::integer, .integer = *number});
      integers_.push_back(items_.back());
    }
    items_.push_back({.kind = ReplyNode::Kind::string, .text = "histogram_usec"});
    items_.push_back(
        {.kind = ReplyNode::Kind::array, .items = integers_.data(), .size = integers_.size()});
  }
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;
  ReplyNode node() {
    return {.kind = ReplyNode::Kind::array, .items = items_.data(), .size = items_.size()};
  }

 private:
  std::vector<ReplyNode> items_, integers_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Info info(text);
  const NodeFacts node = facts_of(info, 1.7e9);
  CollectorOptions options;
  options.include_config_metrics = true;
  options.include_modules_metrics = true;
  options.commands_limit = 16;

  // The text itself; an array of its lines, which is also how settings come: `databases:16` answers
  // CONFIG GET databases; and an array of its rows, for the commands that answer integers.
  ReplyNode as_text{.kind = ReplyNode::Kind::string, .text = text};
  std::vector<ReplyNode> lines;
  for (const Info::Line& line : info.lines()) {
    lines.push_back({.kind = ReplyNode::Kind::string, .text = line.key});
    lines.push_back({.kind = ReplyNode::Kind::string, .text = line.value});
  }
  ReplyNode as_array{.kind = ReplyNode::Kind::array, .items = lines.data(), .size = lines.size()};

  std::deque<Row> rows;
  std::vector<ReplyNode> names_and_rows;
  for (const Info::Line& line : info.lines()) {
    names_and_rows.push_back({.kind = ReplyNode::Kind::string, .text = line.key});
    names_and_rows.push_back(rows.emplace_back(line.value).node());
  }
  ReplyNode as_rows{.kind = ReplyNode::Kind::array,
                    .items = names_and_rows.data(),
                    .size = names_and_rows.size()};
  // The newest entry of a log comes first in its reply, without a name.
  ReplyNode as_entries = as_rows;
  if (as_entries.size > 0) {
    ++as_entries.items;
    --as_entries.size;
  }
  ReplyNode as_integer{.kind = ReplyNode::Kind::integer};
  if (!info.lines().empty())
    as_integer.integer = parse_integer(info.lines().front().value).value_or(0);

  for (const ReplyNode* answer : {&as_text, &as_array, &as_rows, &as_entries, &as_integer}) {
    SampleSet samples(catalogue());
    for (const Collector* collector : all_collectors()) {
      const std::vector<Reply> replies(collector->commands.size(), Reply(answer));
      const Outcome outcome = run(*collector, {info, replies, 1.7e9, node, options}, samples);
      if (!outcome.success && outcome.why.empty()) std::abort();
    }
    std::string page;
    TextWriter writer("redis", {{&samples, ""}});
    while (writer.write(page, std::string::npos)) {
    }
    if (!page.empty() && page.back() != '\n') std::abort();
  }
  return 0;
}
