// SPDX-License-Identifier: Apache-2.0
#include "scrape/plan.h"

#include <algorithm>

#include "resp/request.h"

namespace fleet {
std::string wire_line(std::string_view line, std::string_view config_command) {
  constexpr std::string_view kConfig = "CONFIG ";
  if (!line.starts_with(kConfig)) return std::string(line);
  return std::string(config_command) + ' ' + std::string(line.substr(kConfig.size()));
}

Plan make_plan(const PlanOptions& with, const NodeFacts& facts, const Refusals& refusals,
               Refusals::Time now, const KeptReplies& kept) {
  Plan plan;
  plan.lines.push_back(kInfoCommand);
  append_command_line(plan.info, kInfoCommand);
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
      const auto known = std::ranges::find(plan.lines, command.line);
      part.replies.push_back(static_cast<int>(known - plan.lines.begin()));
      if (known != plan.lines.end()) continue;
      plan.lines.push_back(command.line);
      append_command_line(plan.rest, wire_line(command.line, with.config_command));
    }
  }
  return plan;
}

}  // namespace fleet
