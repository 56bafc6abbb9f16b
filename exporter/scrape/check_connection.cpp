// SPDX-License-Identifier: Apache-2.0
#include "scrape/check_connection.h"

#include <algorithm>

#include "resp/request.h"
#include "scrape/plan.h"

namespace fleet {
namespace {

constexpr Version kNoTouchSince = 0x070200;

}  // namespace

asio::awaitable<Failure> CheckConnection::ask(const NodeFacts& node, std::uint32_t database,
                                              const std::string& batch, std::size_t expected,
                                              ReplyBuffer& replies) {
  const Clock::time_point deadline = Clock::now() + access_->settings.node_timeout;
  opened_.failure = Failure();
  unselectable_.clear();
  const bool kept = opened_.connection != nullptr;
  const bool same_server = prepared_for_ == std::pair(node.run_id, node.kind);
  if (kept && (!same_server || !access_->connector.may_reuse(target_, *opened_.connection)))
    close();
  const bool ended = co_await finished_before(
      deadline, connect_and_ask(node, database, batch, expected, replies, deadline));
  if (!ended)
    opened_.failure = opened_.connection
                          ? Failure(Reason::timeout, "connected, but no answer in time")
                          : timed_out(target_, opened_.progress);
  Failure failure = opened_.failure;
  // What comes later on it would be taken for the answer to the next question.
  if (failure) close();
  co_return failure;
}

asio::awaitable<void> CheckConnection::connect_and_ask(const NodeFacts& node,
                                                       std::uint32_t database,
                                                       const std::string& batch,
                                                       std::size_t expected, ReplyBuffer& replies,
                                                       Clock::time_point deadline) {
  if (opened_.connection) {
    co_await select_and_ask(database, batch, expected, replies);
    const auto asked = co_await asio::this_coro::cancellation_state;
    // A kept connection that the server has closed meanwhile is no failure of its.
    if (is_cancelled(asked) || opened_.failure.reason != Reason::closed || replies.bytes() > 0)
      co_return;
  }
  close();
  database_.reset();
  fastest_ = Clock::duration::max();
  co_await open_connection(target_, *access_, deadline, opened_);
  const auto connected = co_await asio::this_coro::cancellation_state;
  if (opened_.failure || is_cancelled(connected)) co_return;
  co_await prepare(node);
  const auto prepared = co_await asio::this_coro::cancellation_state;
  if (opened_.failure || is_cancelled(prepared)) co_return;
  co_await select_and_ask(database, batch, expected, replies);
}

asio::awaitable<void> CheckConnection::select_and_ask(std::uint32_t database,
                                                      const std::string& batch,
                                                      std::size_t expected, ReplyBuffer& replies) {
  if (database_ != database) {
    co_await select(database);
    const auto selected = co_await asio::this_coro::cancellation_state;
    if (opened_.failure || !unselectable_.empty() || is_cancelled(selected)) co_return;
  }
  co_await exchange(batch, expected, replies);
}

// Courtesies to the server: where it refuses them, checks work all the same. SELECT costs it
// nothing, and so tells how long the way there and back is.
asio::awaitable<void> CheckConnection::prepare(const NodeFacts& node) {
  prepared_for_ = {node.run_id, node.kind};
  const CommandNames& names = access_->settings.command_names;
  std::string batch;
  std::size_t expected = 0;
  const auto add = [&](std::string_view line, std::initializer_list<std::string_view> more) {
    const std::string sent = wire_line(line, names);
    if (sent.empty()) return;
    append_command_line(batch, sent, more);
    ++expected;
  };
  if (node.version >= kNoTouchSince) add(kNoTouch, {"ON"});
  if (node.cluster_enabled && node.kind == kReplica) add(kReadonly, {});
  ReplyBuffer courtesies;
  if (expected > 0) co_await exchange(batch, expected, courtesies);
  const auto state = co_await asio::this_coro::cancellation_state;
  if (opened_.failure || is_cancelled(state)) co_return;
  batch.clear();
  append_command_line(batch, kSelect, {std::to_string(target_.database)});
  ReplyBuffer selected;
  co_await exchange(batch, 1, selected);
  // Without the right to select, database 0 is where it is.
  if (!selected[0].is_error() || target_.database == 0) database_ = target_.database;
}

asio::awaitable<void> CheckConnection::select(std::uint32_t database) {
  std::string batch;
  append_command_line(batch, kSelect, {std::to_string(database)});
  ReplyBuffer replies;
  co_await exchange(batch, 1, replies);
  if (opened_.failure) co_return;
  if (replies[0].is_error()) {
    unselectable_ = "SELECT " + std::to_string(database) + ": ";
    unselectable_ += replies[0].words();
  } else {
    database_ = database;
  }
}

asio::awaitable<void> CheckConnection::exchange(const std::string& batch, std::size_t expected,
                                                ReplyBuffer& replies) {
  opened_.failure = co_await opened_.connection->send(batch);
  if (opened_.failure) co_return;
  const Clock::time_point sent = Clock::now();
  opened_.failure = co_await opened_.connection->receive(expected, replies);
  const Clock::duration took = Clock::now() - sent;
  if (opened_.failure) co_return;
  fastest_ = std::min(fastest_, took);
  work_ = std::min<Clock::duration>(took - fastest_, kMostWork);
}

}  // namespace fleet
