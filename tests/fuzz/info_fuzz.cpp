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

ReplyNode string(std::string_view text) {
  return ReplyNode::of_text(ReplyNode::Kind::string, text);
}

// "calls=3,usec=14" as an array of names and integers; behind them all its integers as
// histogram_usec, as LATENCY HISTOGRAM has them.
class Row {
 public:
  explicit Row(std::string_view columns) {
    while (!columns.empty()) {
      std::string_view value = take_until(columns, ',');
      items_.push_back(string(take_until(value, '=')));
      const auto number = parse_integer(value);
      if (!number) {
        items_.push_back(string(value));
        continue;
      }
      items_.push_back(ReplyNode::of_integer(*number));
      integers_.push_back(items_.back());
    }
    items_.push_back(string("histogram_usec"));
    items_.push_back(ReplyNode::of_array(integers_));
  }
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;
  ReplyNode node() { return ReplyNode::of_array(items_); }

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
  options.include_sentinel_peer_info = true;
  options.client_port = true;
  options.commands_limit = 16;

  // The text itself; an array of its lines, which is also how settings come: `databases:16` answers
  // CONFIG GET databases; and an array of its rows, for the commands that answer integers.
  const ReplyNode as_text = string(text);
  std::vector<ReplyNode> lines;
  for (const Info::Line& line : info.lines()) {
    lines.push_back(string(line.key));
    lines.push_back(string(line.value));
  }
  const ReplyNode as_array = ReplyNode::of_array(lines);

  std::deque<Row> rows;
  std::vector<ReplyNode> names_and_rows;
  for (const Info::Line& line : info.lines()) {
    names_and_rows.push_back(string(line.key));
    names_and_rows.push_back(rows.emplace_back(line.value).node());
  }
  const ReplyNode as_rows = ReplyNode::of_array(names_and_rows);
  // The newest entry of a log comes first in its reply, without a name.
  ReplyNode as_entries = as_rows;
  if (as_entries.size > 0) {
    ++as_entries.items;
    --as_entries.size;
  }
  ReplyNode as_integer = ReplyNode::of_integer(0);
  if (!info.lines().empty())
    as_integer.integer = parse_integer(info.lines().front().value).value_or(0);

  for (const ReplyNode& answer : {as_text, as_array, as_rows, as_entries, as_integer}) {
    SampleSet samples(catalogue());
    for (const Collector* collector : all_collectors()) {
      const std::vector<Reply> replies(collector->commands.size(), Reply(&answer));
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
