// SPDX-License-Identifier: Apache-2.0
#include "scrape/group_rounds.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace fleet {
namespace {

constexpr std::size_t kPhases = 1000;
constexpr std::chrono::seconds kSpread{1};
const int kSwitch = event_of("+switch-master", "m", "m");

}  // namespace

GroupRounds::GroupRounds(const Group& group, Parts parts, TaskGroup& tasks,
                         asio::any_io_executor executor, Clock::duration pause)
    : name_(group.name),
      source_(group.source),
      sentinels_(group.sentinels.size()),
      parts_(std::move(parts)),
      tasks_(tasks),
      pause_(pause),
      next_round_(executor, Clock::time_point::max()) {
  if (!parts_.sentinels) return;
  for (std::size_t i = 0; i < group.sentinels.size(); ++i)
    listeners_.push_back(std::make_shared<SentinelEvents>(
        group.sentinels[i], parts_.sentinels, group.master,
        [this, i](int event, std::string_view payload) { hear(i, event, payload); }));
}

void GroupRounds::start() {
  if (std::exchange(started_, true)) return;
  tasks_.spawn("rounds of " + name_, run(shared_from_this()));
  for (const auto& listener : listeners_)
    tasks_.spawn("events of a Sentinel of " + name_, listener->listen(listener));
}

void GroupRounds::retire() {
  retired_ = true;
  next_round_.cancel();
  if (parts_.discovery) parts_.discovery->retire();
  if (parts_.comparison) parts_.comparison->retire();
  for (const auto& listener : listeners_) listener->retire();
}

void GroupRounds::follow(const GroupRounds& before) {
  if (parts_.discovery && before.parts_.discovery)
    parts_.discovery->follow(*before.parts_.discovery);
  if (parts_.comparison && before.parts_.comparison)
    parts_.comparison->follow(*before.parts_.comparison);
  failovers_ = before.failovers_;
  epoch_ = before.epoch_;
  events_ = before.events_;
}

asio::awaitable<void> GroupRounds::run(std::shared_ptr<GroupRounds> self) {
  // Listed nodes are known from the start: a thousand groups need not ask all in one instant.
  if (!parts_.discovery) {
    const double part = static_cast<double>(std::hash<std::string>()(name_) % kPhases) / kPhases;
    const auto spread = std::min<Clock::duration>(pause_, kSpread);
    const auto first = Clock::now() + std::chrono::duration_cast<Clock::duration>(spread * part);
    const bool waited = co_await pause(Clock::time_point::min(), first);
    if (!waited) co_return;
  }
  while (!self->retired_) {
    const Clock::time_point start = Clock::now();
    if (parts_.discovery) {
      const bool ended = co_await parts_.discovery->round();
      if (!ended) co_return;
    }
    if (parts_.comparison) {
      std::vector<FoundNode> found;
      if (parts_.discovery) found = parts_.discovery->nodes();
      const bool ended = co_await parts_.comparison->round(std::move(found));
      if (!ended) co_return;
    }
    count_failovers();
    // Groups of one configuration drift apart.
    const Clock::time_point next = about(pause_ - std::min(pause_, Clock::now() - start));
    const bool waited = co_await pause(start, next);
    if (!waited) co_return;
  }
}

// After a round that began then. False when the caller was cancelled.
asio::awaitable<bool> GroupRounds::pause(Clock::time_point began, Clock::time_point until) {
  next_round_.expires_at(until);
  while (!retired_ && Clock::now() < next_round_.expiry()) {
    if (std::exchange(hurry_, false))
      next_round_.expires_at(
          std::min(next_round_.expiry(), std::max(Clock::now() + kSoon, began + kApart)));
    co_await next_round_.async_wait(no_throw);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return false;
  }
  co_return true;
}

void GroupRounds::hear(std::size_t sentinel, int event, std::string_view payload) {
  events_.tell(sentinel, event, payload, Clock::now());
  if (event == kSwitch) hurry();
}

void GroupRounds::hurry() {
  hurry_ = true;
  next_round_.cancel();
}

void GroupRounds::compare(const std::vector<Comparison::Member>& members) {
  if (parts_.comparison && parts_.comparison->set_members(members) && started_) hurry();
}

// Each failover leaves a higher epoch behind, and one that is heard of begins a round: epochs are
// counted, not events, so that what is heard, seen or both counts once.
void GroupRounds::count_failovers() {
  if (!parts_.discovery || !parts_.discovery->sentinels()) return;
  const SentinelAgreement& agreement = parts_.discovery->sentinels()->agreement;
  if (!agreement.found) return;
  const std::int64_t epoch = agreement.master.config_epoch;
  if (epoch_ && epoch > *epoch_) {
    ++failovers_;
    log::info("a failover has happened", {{"redis_group", name_},
                                          {"master", display(agreement.master.address)},
                                          {"config_epoch", std::to_string(epoch)}});
  }
  // Only when none is missing a lower one is a new beginning (SENTINEL REMOVE and MONITOR): else
  // the one that knows more may come back.
  if (!epoch_ || epoch > *epoch_ || agreement.knowing == sentinels_) epoch_ = epoch;
}

double GroupRounds::failovers() const {
  if (source_ == Group::Source::sentinel) return failovers_;
  return parts_.comparison ? parts_.comparison->promotions() : 0;
}

std::size_t GroupRounds::listening() const {
  return static_cast<std::size_t>(std::ranges::count(
      listeners_, true, [](const auto& listener) { return listener->listening(); }));
}

}  // namespace fleet
