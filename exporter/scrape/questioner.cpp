// SPDX-License-Identifier: Apache-2.0
#include "scrape/questioner.h"

#include <algorithm>

#include "scrape/greeting.h"

namespace fleet {

asio::awaitable<Failure> Questioner::ask(std::string batch, std::size_t expected,
                                         ReplyBuffer& replies) {
  const Clock::time_point deadline =
      Clock::now() + std::min<Clock::duration>(access_->settings.node_timeout, kPatience);
  failure_ = Failure();
  // A failure is for connect() to report.
  if (target_.transport == Target::Transport::tls) access_->tls.refresh();
  if (connection_ && !access_->connector.may_reuse(target_, *connection_)) connection_.reset();
  const bool ended =
      co_await finished_before(deadline, connect_and_ask(batch, expected, replies, deadline));
  if (!ended)
    failure_ = connection_ ? Failure(Reason::timeout, "connected, but no answer in time")
                           : timed_out(target_, progress_);
  // What comes later on it would be taken for the answer to the next question.
  if (failure_) connection_.reset();
  co_return failure_;
}

asio::awaitable<void> Questioner::connect_and_ask(const std::string& batch, std::size_t expected,
                                                  ReplyBuffer& replies,
                                                  Clock::time_point deadline) {
  const bool kept = connection_ != nullptr;
  if (!kept) co_await connect(deadline);
  if (failure_) co_return;
  co_await exchange(batch, expected, replies);
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return;
  // A server that was restarted meanwhile broke the kept connection: that is no failure of its.
  if (!failure_ || !kept || replies.bytes() > 0) co_return;
  failure_ = Failure();
  connection_.reset();
  co_await connect(deadline);
  if (failure_) co_return;
  co_await exchange(batch, expected, replies);
}

asio::awaitable<void> Questioner::exchange(const std::string& batch, std::size_t expected,
                                           ReplyBuffer& replies) {
  failure_ = co_await connection_->send(batch);
  if (!failure_) failure_ = co_await connection_->receive(expected, replies);
}

asio::awaitable<void> Questioner::connect(Clock::time_point deadline) {
  Connector& connector = access_->connector;
  progress_ = ConnectProgress();
  const Slots::Slot slot = co_await connector.connect_slot(deadline);
  if (!slot) {
    failure_ = Failure(Reason::limit, "too many connects in progress: no turn before the deadline");
    co_return;
  }
  const Connector::AddressFilter any;
  Connected connected = co_await connector.connect(target_, any, deadline, progress_);
  if (connected.failure) {
    failure_ = std::move(connected.failure);
    co_return;
  }
  const ScrapeSettings& settings = access_->settings;
  connection_ =
      std::make_unique<Connection>(std::move(connected.stream), progress_.address,
                                   progress_.tls_generation, about(settings.max_connection_age));
  const Refusals none;
  const Greeting greeting =
      make_greeting(target_, settings.set_client_name, settings.command_names, none, Clock::now());
  ReplyBuffer answer;
  failure_ = co_await connection_->send(greeting.bytes);
  Failure told = co_await connection_->receive(greeting.lines.size(), answer);
  if (!failure_) failure_ = std::move(told);
  if (answer.size() > 0) {
    Failure judged = judge_greeting(greeting, answer);
    // INFO refused is no hindrance: it is not what is asked for.
    const bool matters = judged && judged.reason != Reason::noperm;
    if (matters && (!failure_ || judged.reason != Reason::protocol)) failure_ = std::move(judged);
  }
}

}  // namespace fleet
