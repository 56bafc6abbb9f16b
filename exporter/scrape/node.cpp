// SPDX-License-Identifier: Apache-2.0
#include "scrape/node.h"

#include <algorithm>

#include "base/log.h"
#include "base/printable.h"
#include "base/unix_time.h"
#include "scrape/node_metrics.h"
#include "scrape/refusal_log.h"
#include "scrape/server_words.h"
#include "scrape/skipped.h"

namespace fleet {

Node::Node(Target target, Connector::AddressFilter filter, std::shared_ptr<NodeAccess> access,
           const Catalogue& catalogue, SelfMetrics& self, TaskGroup& tasks)
    : target_(std::move(target)),
      filter_(std::move(filter)),
      instance_(display(target_)),
      access_(std::move(access)),
      catalogue_(catalogue),
      self_(self),
      tasks_(tasks) {}

std::shared_ptr<Node::Run> Node::start(Clock::time_point deadline, asio::any_io_executor executor,
                                       bool explain, std::shared_ptr<NodeChecks> asked) {
  last_used_ = Clock::now();
  const auto joinable = std::ranges::find_if(running_, [&](const auto& running) {
    return running->deadline <= deadline && (running->explained || !explain) &&
           running->checks == asked;
  });
  if (joinable != running_.end()) return *joinable;
  const bool hangs = timeouts_in_a_row_ >= 2;
  const Clock::duration whole = access_->settings.node_timeout;
  const Clock::duration budget = hangs ? std::min<Clock::duration>(kShortBudget, whole) : whole;
  // The budget starts when the node has its turn to connect; where it may have to wait for one, the
  // request's deadline is all that is certain.
  // Checks are waited for up to it, too.
  const bool checks = asked != nullptr || access_->settings.checks.any();
  const bool waits =
      checks || (!memory_.connection && !access_->connector.connect_slot_free(target_));
  auto fresh =
      std::make_shared<Run>(executor, waits ? deadline : std::min(deadline, last_used_ + budget),
                            explain, std::move(asked));
  running_.push_back(fresh);
  tasks_.spawn("scrape of " + instance_, run(shared_from_this(), fresh, deadline, budget));
  return fresh;
}

asio::awaitable<std::shared_ptr<const NodeReport>> Node::finished(std::shared_ptr<Run> run) {
  while (!run->ended) {
    const bool woken = co_await run->finished.wait();
    if (!woken) break;
  }
  co_return run->report;
}

// `self` keeps the node for as long as it runs: a reload may drop it meanwhile.
asio::awaitable<void> Node::run([[maybe_unused]] std::shared_ptr<Node> self,
                                std::shared_ptr<Run> run, Clock::time_point request_deadline,
                                Clock::duration budget) {
  const Clock::time_point started = Clock::now();
  NodeAccess& access = *access_;
  Conversation talk(target_, filter_, access.settings, access.connector, memory_);
  const bool beside_another = running_.size() > 1;
  if (access.settings.checks.any() && !checks_) {
    const auto executor = co_await asio::this_coro::executor;
    checks_ =
        NodeChecks::make(target_, access_, access.settings.checks, catalogue_, tasks_, executor);
  }
  const std::shared_ptr<NodeChecks> checks = run->checks ? run->checks : checks_;
  bool cancelled = false;
  try {
    {
      const NodeChecks::Rest rest(checks_.get()), rest_of_url(run->checks.get());
      co_await talk.run(request_deadline, budget);
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    cancelled = is_cancelled(state);
    const std::chrono::duration<double> took = Clock::now() - started;
    std::shared_ptr<NodeReport> report;
    if (!cancelled)
      report = make_report(talk, memory_, access.settings, catalogue_, took.count(),
                           access.tls.certificate_not_after());
    const Connection* connection = talk.connection();
    if (report && !report->rdb_path.empty() && connection != nullptr &&
        is_on_this_host(target_, connection->address())) {
      co_await add_rdb_size(*report, request_deadline);
      const auto looked = co_await asio::this_coro::cancellation_state;
      cancelled = is_cancelled(looked);
    }
    if (report && report->up && checks && !cancelled) {
      co_await checks->refresh(report->node, request_deadline);
      const auto now = co_await asio::this_coro::cancellation_state;
      cancelled = is_cancelled(now);
      report->checks = checks->results();
    } else if (report && checks && !cancelled) {
      report->checks = checks->nothing();
    }
    if (report) {
      const std::size_t refused = memory_.refusals.count(Clock::now()) +
                                  (checks ? checks->refused_commands() : std::size_t{0});
      report->samples.add(kRefusedCommands, static_cast<double>(refused));
    }
    if (!cancelled) run->report = std::move(report);
    if (!cancelled && run->explained) {
      const Explanation::Limits limits{.deadline = request_deadline,
                                       .budget = budget,
                                       .short_budget = budget < access.settings.node_timeout,
                                       .beside_another = beside_another};
      auto explanation = std::make_unique<Explanation>(
          explain(talk, memory_, access, target_, *run->report, limits));
      if (checks) explanation->checks = checks->states();
      run->explanation = std::move(explanation);
    }
  } catch (const boost::system::system_error&) {
    cancelled = true;  // so Asio ends a coroutine that awaits after its cancellation
  } catch (const std::exception& error) {
    // A fault of the exporter's, or no memory: it costs this scrape, not the node or those who
    // wait.
    log::error("internal error", {{"instance", instance_}, {"error", error.what()}});
    run->report = make_failed_report(
        Failure(Reason::limit, std::string("internal error: ") + error.what()), catalogue_);
  }
  if (run->report) memory_.last_samples = run->report->samples.sizes();
  run->ended = true;
  std::erase(running_, run);
  run->finished.notify();
  if (cancelled) co_return;
  self_.scrape_finished(run->report->facts);
  log_changes(talk, *run->report);
  learn(*run->report);
}

asio::awaitable<void> Node::add_rdb_size(NodeReport& report, Clock::time_point deadline) {
  const auto executor = co_await asio::this_coro::executor;
  if (!rdb_file_) rdb_file_ = std::make_unique<RdbFile>(executor);
  RdbFile::Size size = co_await rdb_file_->size_of(report.rdb_path, deadline);
  if (size.bytes) report.samples.add(kRdbFileSize, *size.bytes);
  if (size.why == rdb_logged_) co_return;
  if (!size.why.empty())
    log::warning("size of the RDB file not known",
                 {{"instance", instance_},
                  {"file", report.rdb_path},
                  {"error", size.why},
                  {"cure", "run the exporter in the group that may read its folder"}});
  rdb_logged_ = std::move(size.why);
}

void Node::forget_refusals() {
  memory_.refusals.clear();
  if (checks_) checks_->forget_refusals();
}

void Node::retire() {
  retired_ = true;
  if (checks_) checks_->retire();
}

void Node::learn(const NodeReport& report) {
  status_.ended = unix_now();
  status_.seconds = report.facts.seconds;
  status_.up = report.up;
  status_.reason = report.failure ? name_of(report.failure.reason) : "";
  status_.message = report.failure.message;
  status_.failed_collectors.clear();
  for (const auto& [collector, why] : report.collector_failures)
    status_.failed_collectors.push_back(std::string(collector) + ": " + why + grant_in(why));
  if (report.up) {  // of one that is down what it was last stays true
    status_.role = printable(memory_.facts.role, 64);
    status_.version = memory_.facts.valkey_version != 0
                          ? "Valkey " + version_text(memory_.facts.valkey_version)
                          : version_text(memory_.facts.version);
  }
  // A node that answers INFO is not hung, however slow the rest is.
  const bool silent = !report.up && report.failure.reason == Reason::timeout;
  timeouts_in_a_row_ = silent ? timeouts_in_a_row_ + 1 : 0;
  if (timeouts_in_a_row_ < 2 || retrying_ || retired_) return;
  retrying_ = true;
  tasks_.spawn("retry of " + instance_, retry(shared_from_this()));
}

// Scrapes give a hung node little time; here it is tried with the whole budget, ever more seldom,
// by runs that no request can join.
asio::awaitable<void> Node::retry(std::shared_ptr<Node> self) {
  const auto executor = co_await asio::this_coro::executor;
  const ScrapeSettings& settings = access_->settings;
  Clock::duration pause = settings.retry_every;
  while (timeouts_in_a_row_ >= 2 && Clock::now() - last_used_ < kUnwanted) {
    co_await sleep_until(about(pause));
    pause = std::min<Clock::duration>(pause * 2, kMostBackoff);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) break;
    if (timeouts_in_a_row_ < 2 || retired_) break;
    const Clock::time_point deadline = Clock::now() + settings.node_timeout;
    auto unshared = std::make_shared<Run>(executor, deadline);
    co_await run(self, unshared, deadline, settings.node_timeout);
    if (!unshared->report) break;  // cancelled
  }
  retrying_ = false;
}

void Node::log_changes(const Conversation& talk, const NodeReport& report) {
  for (const auto& [line, words] : talk.newly_refused())
    log_refusal(instance_, line, words, target_, line == kInfoCommand ? "1m" : "1h");
  if (talk.password_unused() && !password_unused_logged_)
    log::warning("the server asks for no password: the one given is not used",
                 {{"instance", instance_}});
  if (talk.times().connect) password_unused_logged_ = talk.password_unused();
  std::string now = report.failure.message;
  for (const auto& [collector, why] : report.collector_failures)
    now.append(now.empty() ? "" : "; ").append(collector).append(": ").append(why);
  constexpr std::size_t kLongest = 900;
  if (now.size() > kLongest) now.replace(kLongest, std::string::npos, "...");
  if (now == logged_) return;
  if (now.empty()) {
    log::info("scrape works again", {{"instance", instance_}});
  } else if (report.failure) {
    log::warning(
        report.up ? "scrape incomplete" : "scrape failed",
        {{"instance", instance_}, {"reason", name_of(report.failure.reason)}, {"error", now}});
  } else {
    log::warning("scrape incomplete", {{"instance", instance_}, {"error", now}});
  }
  logged_ = std::move(now);
}

}  // namespace fleet
