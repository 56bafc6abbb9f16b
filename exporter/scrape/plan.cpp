// SPDX-License-Identifier: Apache-2.0
#include "scrape/plan.h"

#include <algorithm>

#include "resp/request.h"

namespace fleet {

std::string wire_line(std::string_view line, const CommandNames& names) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const auto renamed = names.find(line.substr(0, end));
  if (renamed == names.end()) return std::string(line);
  if (renamed->second.empty()) return {};
  return renamed->second + std::string(line.substr(end));
}

Plan make_plan(const PlanOptions& with, const NodeFacts& facts, const Refusals& refusals,
               Refusals::Time now, const KeptReplies& kept) {
  Plan plan;
  plan.masters = facts.masters;
  plan.lines.push_back(kInfoCommand);
  append_command_line(plan.info, wire_line(kInfoCommand, with.names));
  for (const Collector* collector : with.collectors) {
    if ((collector->applies_to & facts.kind) == 0) continue;
    Plan::Part& part = plan.parts.emplace_back(Plan::Part{collector, {}});
    for (const Command& command : collector->commands) {
      if (!is_asked(command, facts, with.options)) {
        part.replies.push_back(Plan::kNotApplicable);
        continue;
      }
      if (refusals.holds(command.line, now)) {
        part.replies.push_back(Plan::kRefused);
        continue;
      }
      if (command.once && !kept.find(command.line).absent()) {
        part.replies.push_back(Plan::kKept);
        continue;
      }
      const std::string sent = wire_line(command.line, with.names);
      if (sent.empty()) {
        part.replies.push_back(Plan::kNotApplicable);
        continue;
      }
      const auto known = std::ranges::find(plan.lines, command.line);
      part.replies.push_back(static_cast<int>(known - plan.lines.begin()));
      if (known != plan.lines.end()) continue;
      if (!command.each_master) {
        plan.lines.push_back(command.line);
        append_command_line(plan.rest, sent);
        continue;
      }
      for (const std::string& master : plan.masters) {
        plan.lines.push_back(command.line);
        append_command_line(plan.rest, sent, {master});
      }
    }
  }
  return plan;
}

}  // namespace fleet
