// SPDX-License-Identifier: Apache-2.0
#include "scrape/skipped.h"

#include <algorithm>

#include "base/duration.h"
#include "base/printable.h"
#include "collectors/registry.h"
#include "scrape/refusal_log.h"
#include "scrape/server_words.h"

namespace fleet {

std::string version_text(Version version) {
  std::string text = std::to_string(version >> 16) + '.' + std::to_string(version >> 8 & 0xff);
  if ((version & 0xff) != 0) text += '.' + std::to_string(version & 0xff);
  return text;
}

namespace {

std::string too_old(const Command& command, const NodeFacts& facts) {
  if (command.valkey_since != 0) {
    std::string why = "since Valkey " + version_text(command.valkey_since) + ", and the server is ";
    return why + (facts.valkey_version == 0 ? "no Valkey" : version_text(facts.valkey_version));
  }
  return "since " + version_text(command.since) + ", and the server is " +
         version_text(facts.version);
}

// A condition is a function that keeps its reason to itself: the first single thing that changes
// its mind is the reason, so that this is never at odds with what a collector wants.
std::string unwanted(const Command& command, const NodeFacts& facts,
                     const CollectorOptions& options) {
  CollectorOptions other = options;
  other.config_command = true;
  if (is_asked(command, facts, other))
    return "CONFIG is never sent (--config-command=- or rename_commands)";
  other = options;
  other.include_config_metrics = !options.include_config_metrics;
  if (is_asked(command, facts, other))
    return options.include_config_metrics ? "--include-config-metrics reads all settings at once"
                                          : "only with --include-config-metrics";
  other = options;
  other.include_modules_metrics = true;
  if (is_asked(command, facts, other)) return "only with --include-modules-metrics";
  other = options;
  other.rdb_file_size = true;
  if (is_asked(command, facts, other))
    return "only with --include-rdb-file-size-metric, and of nodes that are configured";
  other = options;
  other.include_empty_databases = true;
  if (is_asked(command, facts, other)) return "only with --include-metrics-for-empty-databases";
  NodeFacts another = facts;
  another.clients = 0;
  if (is_asked(command, another, options))
    return "the last INFO told of more than " + std::to_string(options.client_list_limit) +
           " connections (--client-list-limit), or of no number";
  another = facts;
  another.cluster_enabled = !facts.cluster_enabled;
  if (is_asked(command, another, options))
    return facts.cluster_enabled ? "not for a node of a Cluster" : "only for a node of a Cluster";
  return "not for this node with these options";
}

std::string not_applicable(const Command& command, const NodeFacts& facts,
                           const PlanOptions& with) {
  if (command.tile38 && !facts.tile38) return "only for a Tile38";
  if (facts.tile38 && !command.tile38) return "a Tile38 is asked INFO and SERVER EXT only";
  Command without_condition = command;
  without_condition.wanted = nullptr;
  if (!is_asked(without_condition, facts, with.options)) return too_old(command, facts);
  if (!is_asked(command, facts, with.options)) return unwanted(command, facts, with.options);
  return "never sent, by rename_commands or --config-command";
}

void add_all(const Collector& collector, const std::string& why, std::vector<Skipped>& out) {
  if (collector.commands.empty()) out.push_back({collector.name, "", why});
  for (const Command& command : collector.commands)
    out.push_back({collector.name, command.line, why});
}

}  // namespace

std::string refused_words(std::string_view line, const Refusals& refusals, Refusals::Time now,
                          const Target& target) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(refusals.left(line, now));
  const std::string words = server_words(refusals.words(line), target);
  std::string said = "refused by the server: \"" + printable(words, std::string::npos) +
                     "\"; not sent for another " + format_duration(left);
  if (const std::string_view cure = cure_of_refusal(refusals.words(line)); !cure.empty())
    said.append("; ").append(cure);
  return said;
}

std::vector<Skipped> skipped_commands(const PlanOptions& with, const Plan& plan,
                                      const NodeFacts& facts, const Refusals& refusals,
                                      Refusals::Time now, const Target& target) {
  std::vector<Skipped> skipped;
  for (const Collector* collector : all_collectors()) {
    const auto part = std::ranges::find(plan.parts, collector, &Plan::Part::collector);
    if (part == plan.parts.end()) {
      const bool on = std::ranges::find(with.collectors, collector) != with.collectors.end();
      add_all(*collector,
              !on                       ? "collector switched off"
              : facts.kind == kSentinel ? "not for a Sentinel"
                                        : "only for Sentinels",
              skipped);
      continue;
    }
    for (std::size_t i = 0; i < part->replies.size(); ++i) {
      const Command& command = collector->commands[i];
      const int place = part->replies[i];
      if (place >= 0) continue;
      skipped.push_back(
          {collector->name, command.line,
           place == Plan::kRefused ? refused_words(command.line, refusals, now, target)
           : place == Plan::kKept  ? "the answer is kept from earlier on this connection"
                                   : not_applicable(command, facts, with)});
    }
  }
  return skipped;
}

}  // namespace fleet
