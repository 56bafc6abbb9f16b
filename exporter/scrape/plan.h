// SPDX-License-Identifier: Apache-2.0
// What is asked of a node in one scrape: the commands of its collectors, each once, as bytes to
// send, and who reads which reply. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "config/group.h"
#include "scrape/kept_replies.h"
#include "scrape/refusals.h"

namespace fleet {

inline constexpr std::string_view kInfoCommand = "INFO all";

struct Plan {
  static constexpr int kNotApplicable = -1;  // the command is not for this node
  static constexpr int kRefused = -2;        // the server refused it lately
  static constexpr int kKept = -3;           // it was answered before, over the same connection

  struct Part {
    const Collector* collector;
    // By command: index into `lines`, or one of the above. Of a command with `each_master` the
    // first of as many as there are `masters`, side by side.
    std::vector<int> replies;
  };

  // As the collectors' tables have them, without the names of masters; [0] is INFO.
  std::vector<std::string_view> lines;
  std::vector<std::string> masters;  // that are asked about one by one
  std::string info;                  // bytes of lines[0]
  std::string rest;                  // bytes of the others
  std::vector<Part> parts;
};

struct PlanOptions {
  std::span<const Collector* const> collectors;  // that are switched on
  const CollectorOptions& options;
  const CommandNames& names;
};

// Commands that are refused at `now`, whose reply is kept, or that `names` says are never sent, are
// not in it.
Plan make_plan(const PlanOptions& with, const NodeFacts& facts, const Refusals& refusals,
               Refusals::Time now, const KeptReplies& kept);

// `line` as it is sent: by the name that the server has for its command. "": never sent.
std::string wire_line(std::string_view line, const CommandNames& names);

}  // namespace fleet
