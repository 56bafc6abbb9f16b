// SPDX-License-Identifier: Apache-2.0
// Runs a check against answers that a test writes, as the exporter does against a server.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "checks/check.h"
#include "checks/check_metrics.h"
#include "exposition/text_writer.h"
#include "resp/reply_buffer.h"

namespace fleet::test {

inline std::string bulk(std::string_view text) {
  return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}
inline std::string array(const std::vector<std::string>& replies) {
  std::string text = "*" + std::to_string(replies.size()) + "\r\n";
  for (const std::string& reply : replies) text += reply;
  return text;
}
inline std::string integer(long long value) { return ":" + std::to_string(value) + "\r\n"; }

class ScriptedServer {
 public:
  // The answer, in RESP, to a command of a database; a second one stands for the second time.
  ScriptedServer& answers(std::string_view command, std::string reply, std::uint32_t database = 0) {
    answers_[{database, std::string(command)}].push_back(std::move(reply));
    return *this;
  }
  ScriptedServer& refuses(std::string_view line, std::string why) {
    refused_[std::string(line)] = std::move(why);
    return *this;
  }
  ScriptedServer& has_no_database(std::uint32_t database) {
    missing_.insert(database);
    return *this;
  }

  // Runs the check to its end; each slice is of at most so many keys.
  void run(Check& check, std::size_t weight = 100) {
    const Slice::Rules rules = [this](std::string_view line) {
      const auto refused = refused_.find(line);
      return Slice::Wire{std::string(line),
                         refused == refused_.end() ? std::string() : refused->second};
    };
    for (int slices = 0; slices < 1000; ++slices) {
      Slice slice(rules, weight);
      check.ask(slice);
      if (slice.lines().empty()) return;
      sizes.push_back(slice.lines().size());
      if (missing_.contains(slice.database)) {
        check.skip_database("SELECT " + std::to_string(slice.database) + ": ERR out of range");
        continue;
      }
      ReplyBuffer replies;
      for (const std::string& command : commands_of(slice)) {
        asked.push_back(command);
        const Failure failure = replies.feed(reply_to(slice.database, command));
        ASSERT_FALSE(failure) << command;
      }
      std::vector<Reply> views;
      for (std::size_t i = 0; i < replies.size(); ++i) views.push_back(replies[i]);
      ASSERT_EQ(views.size(), slice.lines().size());
      check.take(views);
    }
    FAIL() << "the check does not end";
  }

  std::vector<std::string> asked;  // commands, in order
  std::vector<std::size_t> sizes;  // commands of each slice

 private:
  static std::vector<std::string> commands_of(const Slice& slice) {
    ReplyBuffer buffer;  // requests are arrays of strings, as replies may be
    EXPECT_FALSE(buffer.feed(slice.bytes()));
    std::vector<std::string> commands;
    for (std::size_t i = 0; i < buffer.size(); ++i) {
      std::string& line = commands.emplace_back();
      for (std::size_t word = 0; word < buffer[i].size(); ++word)
        line.append(word == 0 ? "" : " ").append(buffer[i][word].text());
    }
    return commands;
  }
  std::string reply_to(std::uint32_t database, const std::string& command) {
    std::vector<std::string>& replies = answers_[{database, command}];
    if (replies.empty()) {
      ADD_FAILURE() << "unexpected: " << command << " of database " << database;
      return "-ERR unexpected\r\n";
    }
    const std::string reply = replies.front();
    if (replies.size() > 1) replies.erase(replies.begin());
    return reply;
  }

  std::map<std::pair<std::uint32_t, std::string>, std::vector<std::string>> answers_;
  std::map<std::string, std::string, std::less<>> refused_;
  std::set<std::uint32_t> missing_;
};

// What a check tells, as a page has it, without # lines.
inline std::string told(const Check& check) {
  Catalogue catalogue;
  for (const Metric* metric : kCheckMetrics) catalogue.declare(*metric);
  SampleSet samples(catalogue);
  check.describe(samples);
  TextWriter writer("redis", {{&samples, ""}});
  std::string page;
  while (writer.write(page, std::string::npos)) {
  }
  std::string lines;
  for (std::string_view rest = page; !rest.empty();) {
    const std::size_t end = rest.find('\n') + 1;
    if (!rest.starts_with('#')) lines += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  return lines;
}

}  // namespace fleet::test
