// SPDX-License-Identifier: Apache-2.0
#include "scrape/node.h"

#include <algorithm>

#include "base/log.h"

namespace fleet {

Node::Node(Target target, Connector::AddressFilter filter, const ScrapeSettings& settings,
           Connector& connector, const Catalogue& catalogue, SelfMetrics& self, TaskGroup& tasks)
    : target_(std::move(target)),
      filter_(std::move(filter)),
      instance_(display(target_)),
      settings_(settings),
      connector_(connector),
      catalogue_(catalogue),
      self_(self),
      tasks_(tasks) {}

std::shared_ptr<Node::Run> Node::start(Clock::time_point deadline, asio::any_io_executor executor) {
  last_used_ = Clock::now();
  const auto joinable = std::ranges::find_if(
      running_, [&](const auto& running) { return running->deadline <= deadline; });
  if (joinable != running_.end()) return *joinable;
  const bool hangs = timeouts_in_a_row_ >= 2;
  const Clock::duration budget =
      hangs ? std::min<Clock::duration>(kShortBudget, settings_.node_timeout)
            : settings_.node_timeout;
  // The budget starts when the node has its turn to connect; where it may have to wait for one, the
  // request's deadline is all that is certain.
  const bool waits = !memory_.connection && !connector_.connect_slot_free();
  auto fresh =
      std::make_shared<Run>(executor, waits ? deadline : std::min(deadline, last_used_ + budget));
  running_.push_back(fresh);
  tasks_.spawn("scrape of " + instance_, run(fresh, deadline, budget));
  return fresh;
}

asio::awaitable<std::shared_ptr<const NodeReport>> Node::finished(std::shared_ptr<Run> run) {
  while (!run->ended) {
    co_await run->finished.async_wait(no_throw);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) break;
  }
  co_return run->report;
}

asio::awaitable<void> Node::run(std::shared_ptr<Run> run, Clock::time_point request_deadline,
                                Clock::duration budget) {
  const Clock::time_point started = Clock::now();
  Conversation talk(target_, filter_, settings_, connector_, memory_);
  bool cancelled = false;
  try {
    co_await talk.run(request_deadline, budget);
    const auto state = co_await asio::this_coro::cancellation_state;
    cancelled = state.cancelled() != asio::cancellation_type::none;
    const std::chrono::duration<double> took = Clock::now() - started;
    if (!cancelled)
      run->report = make_report(talk, memory_, settings_, catalogue_, took.count(),
                                connector_.tls().certificate_not_after());
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
  run->finished.cancel();
  if (cancelled) co_return;
  self_.scrape_finished(run->report->facts);
  log_changes(talk, *run->report);
  learn(*run->report);
}

void Node::learn(const NodeReport& report) {
  // A node that answers INFO is not hung, however slow the rest is.
  const bool silent = !report.up && report.failure.reason == Reason::timeout;
  timeouts_in_a_row_ = silent ? timeouts_in_a_row_ + 1 : 0;
  if (timeouts_in_a_row_ < 2 || retrying_) return;
  retrying_ = true;
  tasks_.spawn("retry of " + instance_, retry());
}

// Scrapes give a hung node little time; here it is tried with the whole budget, by runs that no
// request can join.
asio::awaitable<void> Node::retry() {
  const auto executor = co_await asio::this_coro::executor;
  while (timeouts_in_a_row_ >= 2 && Clock::now() - last_used_ < kUnwanted) {
    co_await sleep_until(Clock::now() + settings_.retry_every);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) break;
    if (timeouts_in_a_row_ < 2) break;
    const Clock::time_point deadline = Clock::now() + settings_.node_timeout;
    auto unshared = std::make_shared<Run>(executor, deadline);
    co_await run(unshared, deadline, settings_.node_timeout);
    if (!unshared->report) break;  // cancelled
  }
  retrying_ = false;
}

// What a server says goes into the log cut short, and never with the password that it was sent.
std::string Node::loggable(std::string text) const {
  constexpr std::size_t kLongest = 600, kShortestSecret = 3;
  if (target_.password && target_.password->reveal().size() >= kShortestSecret) {
    const std::string& secret = target_.password->reveal();
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
      text.replace(at, secret.size(), "***");
  }
  if (text.size() > kLongest) text.replace(kLongest, std::string::npos, "...");
  return text;
}

void Node::log_changes(const Conversation& talk, const NodeReport& report) {
  for (const auto& [line, words] : talk.newly_refused())
    log::warning("command refused", {{"instance", instance_},
                                     {"command", line},
                                     {"server", loggable(words)},
                                     {"retry_after", line == kInfoCommand ? "1m" : "1h"}});
  if (talk.password_unused() && !password_unused_logged_)
    log::warning("the server asks for no password: the one given is not used",
                 {{"instance", instance_}});
  if (talk.times().connect) password_unused_logged_ = talk.password_unused();
  std::string now = report.failure.message;
  for (const auto& [collector, why] : report.collector_failures)
    now.append(now.empty() ? "" : "; ").append(collector).append(": ").append(why);
  now = loggable(std::move(now));
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
