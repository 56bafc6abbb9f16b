// SPDX-License-Identifier: Apache-2.0
// Any text as a server's answer to INFO, and to every other command too, through all collectors
// onto a page: no crash, no metric that is not declared, a page of whole lines.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Info info(text);
  const NodeFacts node = facts_of(info, 1.7e9);
  CollectorOptions options;
  options.include_config_metrics = true;
  options.include_modules_metrics = true;
  options.commands_limit = 16;

  // The text itself, and an array of its lines, for the commands that are answered by either.
  ReplyNode as_text{.kind = ReplyNode::Kind::string, .text = text};
  std::vector<ReplyNode> lines;
  for (const Info::Line& line : info.lines()) {
    lines.push_back({.kind = ReplyNode::Kind::string, .text = line.key});
    lines.push_back({.kind = ReplyNode::Kind::string, .text = line.value});
  }
  ReplyNode as_array{.kind = ReplyNode::Kind::array, .items = lines.data(), .size = lines.size()};

  for (const ReplyNode* answer : {&as_text, &as_array}) {
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
