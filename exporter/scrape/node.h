// SPDX-License-Identifier: Apache-2.0
// A server that is scraped: its connection, what is known of it, and the scrapes of it in progress,
// which requests that come meanwhile share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/target.h"
#include "net/event.h"
#include "net/task_group.h"
#include "scrape/explanation.h"
#include "scrape/node_access.h"
#include "scrape/node_checks.h"
#include "scrape/node_status.h"
#include "scrape/rdb_file.h"
#include "scrape/report.h"
#include "telemetry/self_metrics.h"

namespace fleet {

class Node : public std::enable_shared_from_this<Node> {
 public:
  // A node that was silent twice in a row gets this much in a scrape, and its whole budget in
  // between.
  static constexpr std::chrono::milliseconds kShortBudget{500};
  static constexpr std::chrono::minutes kUnwanted{5};  // no scrape for so long: no retries either
  static constexpr std::chrono::minutes kMostBackoff{1};  // between retries

  // Catalogue, metrics and tasks must outlive the node, which a shared_ptr must own: its scrapes in
  // progress keep it.
  Node(Target target, Connector::AddressFilter filter, std::shared_ptr<NodeAccess> access,
       const Catalogue& catalogue, SelfMetrics& self, TaskGroup& tasks);

  struct Run {
    Run(const asio::any_io_executor& executor, Clock::time_point until, bool explain = false,
        std::shared_ptr<NodeChecks> asked = nullptr)
        : deadline(until), explained(explain), checks(std::move(asked)), finished(executor) {}
    Clock::time_point deadline;
    bool explained;
    std::shared_ptr<NodeChecks> checks;  // instead of the node's own; null: these
    bool ended = false;
    std::shared_ptr<const NodeReport> report;        // null until ended, and when it was cancelled
    std::unique_ptr<const Explanation> explanation;  // with the report, of one that is explained
    Event finished;                                  // wakes those who wait, at the end
  };

  // A scrape that ends by the deadline: one in progress whose deadline is not later, else a new
  // one. Starting does not wait, so many nodes can be started before the first is waited for. With
  // `explain` it is one that is explained: others may join it, but it joins no other. Checks that
  // are asked for are done instead of the node's own.
  std::shared_ptr<Run> start(Clock::time_point deadline, asio::any_io_executor executor,
                             bool explain = false, std::shared_ptr<NodeChecks> asked = nullptr);

  // The report, when there is one; null when the run, or the caller first, is cancelled.
  static asio::awaitable<std::shared_ptr<const NodeReport>> finished(std::shared_ptr<Run> run);

  const Target& target() const { return target_; }
  const std::shared_ptr<NodeAccess>& access() const { return access_; }
  const std::string& instance() const { return instance_; }
  // Of the server that answered the last scrape which one did; empty: not known.
  const std::string& run_id() const { return memory_.facts.run_id; }
  // What the last scrape came to.
  const NodeStatus& status() const { return status_; }
  bool idle() const { return running_.empty() && !retrying_; }
  Clock::time_point last_used() const { return last_used_; }
  // Rights may have been given: what the server refused is sent again.
  void forget_refusals();
  // It is not one of the fleet any more: no tries between scrapes, and no checks.
  void retire();

 private:
  asio::awaitable<void> run(std::shared_ptr<Node> self, std::shared_ptr<Run> run,
                            Clock::time_point request_deadline, Clock::duration budget);
  asio::awaitable<void> add_rdb_size(NodeReport& report, Clock::time_point deadline);
  asio::awaitable<void> retry(std::shared_ptr<Node> self);
  void learn(const NodeReport& report);
  void log_changes(const Conversation& talk, const NodeReport& report);

  const Target target_;
  const Connector::AddressFilter filter_;
  const std::string instance_;
  const std::shared_ptr<NodeAccess> access_;
  const Catalogue& catalogue_;
  SelfMetrics& self_;
  TaskGroup& tasks_;

  NodeMemory memory_;
  std::shared_ptr<NodeChecks> checks_;  // null: nothing is checked
  std::unique_ptr<RdbFile> rdb_file_;   // null: it was not looked at yet
  std::string rdb_logged_;              // why the log says that its size is not known
  std::vector<std::shared_ptr<Run>> running_;
  int timeouts_in_a_row_ = 0;
  bool retrying_ = false;
  bool retired_ = false;
  std::string logged_;  // the failure that the log has last, "" when the node was well
  bool password_unused_logged_ = false;
  Clock::time_point last_used_{};
  NodeStatus status_;
};

}  // namespace fleet
