// SPDX-License-Identifier: Apache-2.0
#include "scrape/questioner.h"

#include <algorithm>
#include <utility>

#include "scrape/server_words.h"

namespace fleet {

asio::awaitable<Failure> Questioner::ask(std::string batch, std::size_t expected,
                                         ReplyBuffer& replies) {
  const Clock::time_point deadline =
      Clock::now() + std::min<Clock::duration>(access_->settings.node_timeout, kPatience);
  opened_.failure = Failure();
  if (connected() && !may_keep(target_, *access_, *opened_.connection)) opened_.connection.reset();
  const bool ended =
      co_await finished_before(deadline, connect_and_ask(batch, expected, replies, deadline));
  if (!ended)
    opened_.failure = connected() ? Failure(Reason::timeout, "connected, but no answer in time")
                                  : timed_out(target_, opened_.progress);
  opened_.failure = with_server_words(std::move(opened_.failure), target_);
  // What comes later on it would be taken for the answer to the next question.
  if (opened_.failure) opened_.connection.reset();
  co_return opened_.failure;
}

asio::awaitable<void> Questioner::connect_and_ask(const std::string& batch, std::size_t expected,
                                                  ReplyBuffer& replies,
                                                  Clock::time_point deadline) {
  if (connected()) {
    co_await exchange(batch, expected, replies);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    // A server that was restarted meanwhile broke the kept connection: that is no failure of its.
    if (!opened_.failure || replies.bytes() > 0) co_return;
  }
  opened_ = Opened();
  ++connections_;
  co_await open_connection(target_, *access_, deadline, opened_);
  if (opened_.failure) co_return;
  co_await exchange(batch, expected, replies);
}

asio::awaitable<void> Questioner::exchange(const std::string& batch, std::size_t expected,
                                           ReplyBuffer& replies) {
  opened_.failure = co_await opened_.connection->send(batch);
  if (!opened_.failure) opened_.failure = co_await opened_.connection->receive(expected, replies);
}

}  // namespace fleet
