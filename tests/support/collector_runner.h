// SPDX-License-Identifier: Apache-2.0
// Runs collectors over what a server answered, as a scrape does but without a server.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "resp/reply_buffer.h"
#include "samples/sample_set.h"

namespace fleet::test {

// What a server answers, by command.
class Answers {
 public:
  Answers() = default;
  // From a folder of tests/fixtures: each file holds the reply to the command that it is named
  // after, "info_all.resp" to INFO all. A CONFIG GET without a file is answered by CONFIG GET *.
  explicit Answers(const std::filesystem::path& folder);

  // A reply as the bytes that the server sends: "*1\r\n$1\r\na\r\n".
  Answers& add(std::string_view command, std::string_view bytes);
  // INFO with these lines: "redis_version:7.2.4", "role:master".
  Answers& add_info(std::initializer_list<std::string_view> lines);
  Answers& add_info_text(std::string_view text);

  // Absent when the server has no answer to it.
  Reply reply(std::string_view command) const;

 private:
  std::map<std::string, std::unique_ptr<ReplyBuffer>, std::less<>> replies_;
};

struct Page {
  std::string text;                         // in the text format
  std::map<std::string, Outcome> outcomes;  // by collector; none for those that do not apply
  NodeFacts facts;

  // The value of "redis_db_keys{db=\"db0\"}" as text, "absent" when there is no such series.
  std::string value(std::string_view series) const;
  // Why the collector failed, the server's words included.
  std::string why(std::string_view collector) const;
  // Lines of the page that start with this and are no comments.
  std::size_t count(std::string_view start) const;
};

// The time of every run.
inline constexpr double kNow = 1795179100;

Page run_collectors(std::span<const Collector* const> collectors, const Answers& answers,
                    const CollectorOptions& options = {});
Page run_collector(const Collector& collector, const Answers& answers,
                   const CollectorOptions& options = {});

}  // namespace fleet::test
