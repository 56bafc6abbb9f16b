// SPDX-License-Identifier: Apache-2.0
#include "support/collector_runner.h"

#include <cctype>
#include <deque>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "collectors/registry.h"
#include "collectors/replies_by_master.h"
#include "exposition/text_writer.h"
#include "support/exact_buffer.h"

namespace fleet::test {
namespace {

// The name of a command's file: "CONFIG GET *" is config_get_all.
std::string slug_of(std::string_view command) {
  std::string slug;
  for (const char c : command) {
    if (c == '*') {
      slug += "all";
    } else if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      slug += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!slug.ends_with('_')) {
      slug += '_';
    }
  }
  return slug;
}

std::unique_ptr<ReplyBuffer> parsed(std::string_view bytes, std::string_view command) {
  const ExactBuffer exact(bytes);
  auto buffer = std::make_unique<ReplyBuffer>();
  const Failure failure = buffer->feed(exact.view());
  if (failure || buffer->size() != 1)
    throw std::runtime_error("not one reply: " + std::string(command) + ": " + failure.message);
  return buffer;
}

}  // namespace

Answers::Answers(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    const std::string slug = entry.path().stem();
    replies_[slug] = parsed(bytes.str(), entry.path().string());
  }
}

Answers& Answers::add(std::string_view command, std::string_view bytes) {
  replies_[slug_of(command)] = parsed(bytes, command);
  return *this;
}

Answers& Answers::add_info(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const std::string_view line : lines) text += std::string(line) + "\r\n";
  return add_info_text(text);
}

Answers& Answers::add_info_text(std::string_view text) {
  return add("INFO all", '$' + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n");
}

Reply Answers::reply(std::string_view command) const {
  const std::string slug = slug_of(command);
  auto found = replies_.find(slug);
  if (found == replies_.end() && slug.starts_with("config_get_"))
    found = replies_.find("config_get_all");
  return found == replies_.end() ? Reply() : (*found->second)[0];
}

namespace {

constexpr ReplyNode kNotForThisNode{};  // nil

}  // namespace

Page run_collectors(std::span<const Collector* const> collectors, const Answers& answers,
                    const CollectorOptions& options) {
  const ExactBuffer text(answers.reply("INFO all").text());
  const Info info(text.view());
  Catalogue catalogue;
  declare_metrics(collectors, catalogue);
  SampleSet samples(catalogue);
  Page page;
  page.facts = facts_of(info, kNow);
  for (const Collector* collector : collectors) {
    if ((collector->applies_to & page.facts.kind) == 0) continue;
    std::vector<Reply> replies;
    std::deque<RepliesByMaster> for_each_master;
    for (const Command& command : collector->commands) {
      if (!is_asked(command, page.facts, options)) {
        replies.push_back(Reply(&kNotForThisNode));
      } else if (command.each_master) {
        RepliesByMaster& by_master = for_each_master.emplace_back();
        for (const std::string& name : page.facts.masters)
          by_master.add(name, answers.reply(std::string(command.line) + ' ' + name));
        replies.push_back(by_master.reply());
      } else {
        replies.push_back(answers.reply(command.line));
      }
    }
    page.outcomes[std::string(collector->name)] =
        run(*collector, {info, replies, kNow, page.facts, options}, samples);
  }
  TextWriter writer("redis", {{&samples, ""}});
  while (writer.write(page.text, std::string::npos)) {
  }
  return page;
}

Page run_collector(const Collector& collector, const Answers& answers,
                   const CollectorOptions& options) {
  const Collector* const one[] = {&collector};
  return run_collectors(one, answers, options);
}

std::string Page::value(std::string_view series) const {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(std::string(series) + ' ')) return line.substr(series.size() + 1);
  return "absent";
}

std::string Page::why(std::string_view collector) const {
  const Outcome& outcome = outcomes.at(std::string(collector));
  return outcome.why + outcome.said;
}

std::size_t Page::count(std::string_view start) const {
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.starts_with(start) ? 1 : 0;
  return count;
}

}  // namespace fleet::test
