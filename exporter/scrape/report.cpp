// SPDX-License-Identifier: Apache-2.0
#include "scrape/report.h"

#include <algorithm>

#include "collectors/rdb_path.h"
#include "collectors/registry.h"
#include "collectors/replies_by_master.h"
#include "scrape/node_metrics.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

using Run = NodeReport::Run;

// Another server answers since this scrape's commands went out.
constexpr std::string_view kRefusedBefore =
    "refused by the server before this one, and asked in the next scrape";

// The replies to a command that was asked for each master; `first` is the place of the first.
RepliesByMaster by_master(const Conversation& talk, std::size_t first, const NodeFacts& node) {
  RepliesByMaster replies;
  const std::vector<std::string>& asked = talk.plan().masters;
  for (const std::string& master : node.masters) {
    const auto place = static_cast<std::size_t>(std::ranges::find(asked, master) - asked.begin());
    replies.add(master,
                place < asked.size() ? talk.replies()[first + place] : Reply::not_applicable());
  }
  return replies;
}

// Runs what the plan has for the node.
void collect(const Conversation& talk, const NodeMemory& memory, const ScrapeSettings& settings,
             NodeReport& report) {
  std::vector<Reply> replies;
  std::vector<ReplyNode> refused;
  std::vector<RepliesByMaster> for_each_master;
  for (const auto& [collector, places] : talk.plan().parts) {
    const auto start = Clock::now();
    const std::size_t before = report.samples.size();
    replies.clear();
    refused.clear();
    refused.reserve(places.size());  // replies point into these
    for_each_master.clear();
    for_each_master.reserve(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] == Plan::kRefused) {
        // What is not sent again is answered as it was: the log has nothing new to say.
        auto words = memory.refusals.words(collector->commands[i].line);
        if (words.empty()) words = kRefusedBefore;
        refused.push_back(ReplyNode::of_text(ReplyNode::Kind::error, words));
        replies.emplace_back(&refused.back());
      } else if (places[i] == Plan::kKept) {
        replies.push_back(talk.kept_replies().find(collector->commands[i].line));
      } else if (places[i] == Plan::kNotApplicable) {
        replies.push_back(Reply::not_applicable());
      } else if (collector->commands[i].each_master) {
        for_each_master.push_back(
            by_master(talk, static_cast<std::size_t>(places[i]), memory.facts));
        replies.push_back(for_each_master.back().reply());
      } else {
        replies.push_back(talk.replies()[static_cast<std::size_t>(places[i])]);
      }
    }
    if (collector == &kPersistenceCollector) report.rdb_path = rdb_path(replies[0], replies[1]);
    const Input input{*talk.info(), replies, talk.info_time(), memory.facts,
                      settings.collector_options};
    Outcome outcome = run(*collector, input, report.samples);
    const std::chrono::duration<double> took = Clock::now() - start;
    report.runs.push_back({collector, outcome.success, took.count(), report.samples.size() - before,
                           outcome.truncated});
    if (!outcome.success)
      report.collector_failures.push_back(
          {collector->name, outcome.why + server_words(outcome.said, talk.target())});
  }
}

void add_runs(const std::vector<Run>& runs, SampleSet& out) {
  for (const auto& [collector, success, seconds, series, truncated] : runs) {
    const auto labels = out.labels({{"collector", collector->name}});
    out.add(kCollectorSuccess, labels, success ? 1 : 0);
    out.add(kCollectorDuration, labels, seconds);
    if (collector->has_limit) out.add(kCollectorTruncated, labels, truncated ? 1 : 0);
  }
}

void add_failure(const Failure& failure, SampleSet& out) {
  for (std::size_t i = 1; i < kReasonNames.size(); ++i)
    out.add(kNodeFailure, {{"reason", kReasonNames[i]}},
            failure.reason == static_cast<Reason>(i) ? 1 : 0);
  out.add(kLastScrapeError, {{"err", failure ? name_of(failure.reason) : std::string_view()}},
          failure ? 1 : 0);
}

}  // namespace

std::shared_ptr<NodeReport> make_report(const Conversation& talk, const NodeMemory& memory,
                                        const ScrapeSettings& settings, const Catalogue& catalogue,
                                        double seconds,
                                        std::optional<double> own_certificate_not_after) {
  auto report = std::make_shared<NodeReport>(catalogue, memory.last_samples);
  SampleSet& out = report->samples;
  report->up = talk.info() || talk.only_pong();
  report->failure = talk.failure();
  bool complete = !report->failure;
  // What answers PING only may be another server than the one that is known.
  if (talk.info()) {
    report->node = memory.facts;
    collect(talk, memory, settings, *report);
    std::vector<Run>& runs = report->runs;
    const bool overflowed = out.overflowed();
    if (overflowed) {
      // Which series are missing is chance, and some may lack their labels: none of them is served.
      out = SampleSet(catalogue);
      for (Run& run : runs) {
        run.success = false;
        run.series = 0;
      }
    }
    add_runs(runs, out);
    if (!std::ranges::all_of(runs, &Run::success)) complete = false;
    if (overflowed || talk.info()->truncated()) {
      complete = false;
      report->failure =
          Failure(Reason::too_large, "the node has more fields or series than the exporter takes");
    }
  }
  out.add(kUp, report->up ? 1 : 0);
  add_failure(talk.info() ? Failure() : report->failure, out);
  out.add(kScrapeComplete, complete ? 1 : 0);
  out.add(kLastScrapeDuration, seconds);
  out.add(kLastConnectTime, talk.times().connect.value_or(0));
  if (talk.times().ping) out.add(kLastPingTime, *talk.times().ping);
  if (talk.times().exchange) out.add(kLastExchange, *talk.times().exchange);
  if (const auto expires = talk.peer_certificate_not_after()) out.add(kPeerCertificate, *expires);
  if (own_certificate_not_after) out.add(kOwnCertificate, *own_certificate_not_after);
  report->facts = {.reason = report->failure.reason,
                   .seconds = seconds,
                   .bytes = talk.bytes_received(),
                   .commands = talk.commands_sent(),
                   .connected = talk.times().connect.has_value(),
                   .exchange_seconds = talk.times().exchange};
  return report;
}

std::shared_ptr<const NodeReport> make_failed_report(Failure failure, const Catalogue& catalogue) {
  auto report = std::make_shared<NodeReport>(catalogue);
  report->samples.add(kUp, 0);
  report->samples.add(kScrapeComplete, 0);
  add_failure(failure, report->samples);
  report->facts.reason = failure.reason;
  report->failure = std::move(failure);
  return report;
}

}  // namespace fleet
