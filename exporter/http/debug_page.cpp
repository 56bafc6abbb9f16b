// SPDX-License-Identifier: Apache-2.0
#include "http/debug_page.h"

#include <algorithm>
#include <cstdio>

#include "base/duration.h"
#include "base/unix_time.h"

namespace fleet::http {
namespace {

std::string milliseconds(Clock::duration time) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3f ms",
                std::chrono::duration<double, std::milli>(time).count());
  return text;
}

std::string counted(std::size_t number, std::string_view what) {
  std::string text = std::to_string(number) + ' ';
  text += what;
  return number == 1 ? text : text + 's';
}

// Rows whose columns begin below each other; the last is as long as it likes.
class Table {
 public:
  void row(std::vector<std::string> cells) {
    while (!cells.empty() && cells.back().empty()) cells.pop_back();
    rows_.push_back(std::move(cells));
  }
  bool empty() const { return rows_.empty(); }

  void write(std::string& page) const {
    // One long command must not push all others' replies off the screen.
    constexpr std::size_t kWidest = 60;
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i)
        if (row[i].size() <= kWidest) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows_) {
      page += ' ';
      for (std::size_t i = 0; i < row.size(); ++i) {
        page.append(" ").append(row[i]);
        if (i + 1 < row.size())
          page.append(widths[i] - std::min(row[i].size(), widths[i]) + 1, ' ');
      }
      page += '\n';
    }
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

void section(std::string& page, std::string_view heading, const Table& table) {
  if (table.empty()) return;
  page.append("\n").append(heading) += '\n';
  table.write(page);
}

void add_result(std::string& page, const Explanation& scrape) {
  const bool well = std::ranges::all_of(scrape.collectors, &Explanation::CollectorRun::success);
  page += "Result: ";
  page += !scrape.up                ? "down, redis_up 0"
          : well && !scrape.failure ? "up and complete"
                                    : "up, but not complete";
  page += '\n';
  if (scrape.failure)
    page.append("Reason: ").append(name_of(scrape.failure.reason)) +=
        ": " + scrape.failure.message + '\n';
  for (const auto& run : scrape.collectors)
    if (!run.success && !run.why.empty())
      page.append("Missing: ").append(run.collector) += ": " + run.why + '\n';
  for (const CheckState& check : scrape.checks)
    if (!check.why.empty())
      page.append("Failed check: ").append(check.check) += ": " + check.why + '\n';
}

Table times(const Explanation& scrape, const DebugRequest& request) {
  Table table;
  // Who shares another's scrape came later than it began.
  if (request.arrived < scrape.began)
    table.row({"request to scrape", milliseconds(scrape.began - request.arrived),
               "finding the node, and its name where it is not known"});
  else
    table.row({"shared", "-", "the scrape was begun for an earlier request with debug=true"});
  Clock::duration before{};
  for (const auto& [what, ended] : scrape.steps) {
    if (!ended) {
      table.row({std::string(what), "not reached"});
      continue;
    }
    table.row({std::string(what), milliseconds(*ended - before), "at " + milliseconds(*ended)});
    before = *ended;
  }
  table.row({"total", milliseconds(scrape.took), ""});
  const auto& limits = scrape.limits;
  const bool own = limits.deadline == request.deadline;
  table.row({"deadline", milliseconds(limits.deadline - scrape.began),
             own ? "from the scrape's begin; " + request.deadline_from
                 : "from the scrape's begin; of the request that began it"});
  table.row({"node's budget", milliseconds(limits.budget),
             std::string(limits.from_begin ? "from the scrape's begin, as a connection was kept; "
                                           : "from its turn to connect; ") +
                 (limits.short_budget
                      ? "it was silent twice in a row, and is tried with more between scrapes"
                      : "--connection-timeout")});
  return table;
}

// Only of those that the node has.
Table checks(const std::vector<CheckState>& states) {
  Table table;
  for (const CheckState& state : states) {
    char text[80];
    std::string about;
    if (state.ended > 0) {
      std::snprintf(text, sizeof text, "%.3g s ago, took %.3g s", unix_now() - state.ended,
                    state.seconds);
      about = text;
    }
    if (state.running) {
      std::snprintf(text, sizeof text, "the next is at %.0f %%", state.progress * 100);
      about.append(about.empty() ? "" : ", ").append(text);
    }
    if (state.truncated) about += ", a limit left something out";
    if (!state.why.empty()) about.append(about.empty() ? "" : ", ").append(state.why);
    const std::string_view outcome = state.ended == 0 && state.why.empty() ? "not ended yet"
                                     : state.why.empty()                   ? "ok"
                                                                           : "failed";
    table.row({std::string(state.check), std::string(outcome), counted(state.series, "sample"),
               std::move(about)});
  }
  return table;
}

}  // namespace

std::string debug_page(const Explanation& scrape, const DebugRequest& request) {
  std::string page = "Scrape of " + request.target + ", explained\n\n";
  add_result(page, scrape);

  Table target;
  if (!request.group.empty()) target.row({"group", request.group});
  if (!request.credentials.empty()) target.row({"credentials", request.credentials});
  for (const auto& [name, value] : scrape.target) target.row({std::string(name), value});
  section(page, "Target", target);

  Table node;
  for (const auto& [name, value] : scrape.node) node.row({std::string(name), value});
  if (node.empty()) node.row({"not known: INFO was not answered"});
  section(page, "Node, as INFO has it", node);

  section(page, "Time, of each step and since the scrape began", times(scrape, request));

  std::size_t sent = 0;
  for (const auto& [name, commands] : scrape.exchanges) {
    Table table;
    for (const auto& [line, reply] : commands) table.row({line, reply});
    section(page, "Sent " + std::string(name), table);
    sent += commands.size();
  }
  page += sent == 0 ? "\nNothing was sent\n"
                    : "\n" + counted(sent, "command") + " sent, " + counted(scrape.bytes, "byte") +
                          " of replies received\n";

  Table skipped;
  for (const auto& [collector, command, why] : scrape.skipped)
    skipped.row({command.empty() ? "(INFO alone)" : std::string(command),
                 collector.empty() ? "-" : std::string(collector), why});
  section(page, "Not sent: command, its collector, why", skipped);

  Table collectors;
  for (const auto& run : scrape.collectors)
    collectors.row({std::string(run.collector), run.success ? "ok" : "failed",
                    counted(run.series, "sample"),
                    milliseconds(std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double>(run.seconds))) +
                        (run.why.empty() ? "" : ", " + run.why)});
  section(page, "Collectors", collectors);
  section(page, "Checks of data", checks(scrape.checks));
  return page + "\nMetrics of this scrape:\n\n";
}

}  // namespace fleet::http
