// SPDX-License-Identifier: Apache-2.0
// A list of keys, and any bytes as the replies to what a check asks: it ends, and tells no series
// twice. The first byte chooses the check, the rest of the first line is the list.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "checks/check_metrics.h"
#include "checks/key_count.h"
#include "checks/key_groups.h"
#include "checks/keys_check.h"
#include "checks/scripts_check.h"
#include "checks/search_check.h"
#include "checks/streams_check.h"
#include "exposition/text_writer.h"
#include "resp/reply_buffer.h"

namespace {

using namespace fleet;

void require(bool holds) {
  if (!holds) std::abort();
}

std::unique_ptr<Check> check_of(char kind, const std::vector<KeyPattern>& keys) {
  constexpr KeysCheck::Limits kKeys{.keys = 50, .values = true};
  constexpr StreamsCheck::Limits kStreams{.rows = 50};
  constexpr Version kNewest = 0x080800;
  const std::vector<KeyPattern> less = {{0, "a"}};
  switch (kind) {
    case 'k':
      return std::make_unique<KeysCheck>(keys, nullptr, kKeys);
    case 'o':
      return std::make_unique<KeysCheck>(keys, std::make_shared<OwnSlots>(), kKeys);
    case 'K':
      return std::make_unique<KeysCheck>(keys, less, kKeys);
    case 's':
      return std::make_unique<StreamsCheck>(keys, nullptr, kNewest, kStreams);
    case 'S':
      return std::make_unique<StreamsCheck>(keys, less, kNewest, kStreams);
    case 'g':
      return std::make_unique<KeyGroups>(std::vector<std::string>{"^(%a+):", "^(.)"}, 3);
    case 'l':
      return std::make_unique<ScriptsCheck>(std::vector<Script>{{"a", "b"}, {"c", "d"}}, true);
    case 'f':
      return std::make_unique<SearchCheck>(Regex(keys.empty() ? "" : keys[0].text), true, 0);
    default:
      return std::make_unique<KeyCount>(keys);
  }
}

void run(Check& check, const ReplyBuffer& replies) {
  const Slice::Rules rules = [](std::string_view line) { return Slice::Wire{std::string(line)}; };
  const ReplyNode error = ReplyNode::of_text(ReplyNode::Kind::error, "ERR no more");
  std::size_t next = 0;
  for (std::size_t slices = 0;; ++slices) {
    require(slices < 10'000 + replies.size());
    Slice slice(rules, 20);
    check.ask(slice);
    if (slice.lines().empty()) return;
    require(slice.lines().size() <= 100);
    std::vector<Reply> views;
    for (std::size_t i = 0; i < slice.lines().size(); ++i, ++next)
      views.push_back(next < replies.size() ? replies[next] : Reply(&error));
    check.take(views);
    require(check.progress() >= 0 && check.progress() <= 1);
  }
}

void require_distinct(const Check& check) {
  Catalogue catalogue;
  for (const Metric* metric : kCheckMetrics) catalogue.declare(*metric);
  SampleSet samples(catalogue);
  check.describe(samples);
  TextWriter writer("redis", {{&samples, ""}});
  std::string page;
  while (writer.write(page, std::string::npos)) {
  }
  std::set<std::string_view> series;
  for (std::string_view rest = page; !rest.empty();) {
    const std::string_view line = take_until(rest, '\n');
    if (!line.starts_with('#')) require(series.insert(line.substr(0, line.rfind(' '))).second);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view line = take_until(text, '\n');
  if (line.empty()) return 0;
  std::vector<KeyPattern> keys;
  if (!read_key_list(line.substr(1), keys).empty()) return 0;
  if (keys.size() > 20) keys.resize(20);
  ReplyBuffer replies;
  if (replies.feed(text)) return 0;
  const auto check = check_of(line.front(), keys);
  run(*check, replies);
  require_distinct(*check);
  return 0;
}
