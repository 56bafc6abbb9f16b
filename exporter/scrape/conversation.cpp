// SPDX-License-Identifier: Apache-2.0
#include "scrape/conversation.h"

#include <algorithm>

#include "base/unix_time.h"
#include "resp/request.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

asio::awaitable<void> Conversation::run(Clock::time_point request_deadline,
                                        Clock::duration budget) {
  const Clock::time_point now = Clock::now();
  steps_.began = now;
  if (memory_.refusals.holds(kInfoCommand, now) && !info_is_refused()) {
    failure_ = judge_info_error(memory_.refusals.words(kInfoCommand), asker());
    co_return;
  }
  // Certificates that changed on disk make a kept connection one to replace. A failure is for
  // connect() to report.
  if (target_.transport == Target::Transport::tls) connector_.tls().refresh();
  had_kept_ = memory_.connection != nullptr;
  if (had_kept_) reuse_ = connector_.reuse(target_, *memory_.connection);
  if (had_kept_ && reuse_ == Connector::Reuse::yes) {
    connection_ = std::move(memory_.connection);
    kept_ = memory_.kept;
    peer_not_after_ = connection_->peer_certificate_not_after();
    const auto deadline = std::min(request_deadline, now + budget);
    const Kept kept = co_await use_kept(deadline);
    if (kept == Kept::replace) {
      ConnectSlot slot = co_await connector_.connect_slot(target_, deadline);
      co_await use_new(slot, deadline);
    }
  } else {
    memory_.connection.reset();
    ConnectSlot slot = co_await connector_.connect_slot(target_, request_deadline);
    co_await use_new(slot, std::min(request_deadline, Clock::now() + budget));
  }
  take_replies();
  // INFO was not asked.
  if (!info_ && !failure_)
    failure_ = judge_info_error(memory_.refusals.words(kInfoCommand), asker());
  failure_ = with_server_words(std::move(failure_), target_);
  // A connection on which a reply is still outstanding, or that broke, cannot be used again.
  if (failure_ && !only_pong_) co_return;
  memory_.connection = std::move(connection_);
  memory_.kept = kept_;
}

Plan Conversation::plan_for(const NodeFacts& facts) const {
  const PlanOptions options{settings_.collectors, settings_.collector_options,
                            settings_.command_names};
  return make_plan(options, facts, memory_.refusals, Clock::now(), *kept_);
}

// A server that was restarted, or a firewall that forgot the connection, must not cost a scrape:
// when nothing came in half of the budget, or the connection broke, there is still time for a new
// one.
asio::awaitable<Conversation::Kept> Conversation::use_kept(Clock::time_point deadline) {
  if (!info_is_refused()) plan_ = plan_for(memory_.facts);
  first_ = std::make_unique<ReplyBuffer>();
  const Clock::time_point start = Clock::now();
  bool ended = co_await finished_before(start + (deadline - start) / 2, ask_kept());
  if (!ended && first_->bytes() > 0) ended = co_await finished_before(deadline, listen_again());
  if (!ended) failure_ = unanswered();
  const bool silent = !ended && first_->bytes() == 0;
  const bool broke = ended && failure_ && failure_.reason != Reason::protocol &&
                     failure_.reason != Reason::too_large;
  if (!silent && !broke) {
    if (first_->size() > 0) {
      failure_ = failure_ ? failure_ : judge_info((*first_)[0], asker());
      note_refusal(kInfoCommand, (*first_)[0]);
      take_info((*first_)[0]);
      if (ended && info_is_refused()) co_await finished_before(deadline, ping_instead());
    }
    co_return Kept::done;
  }
  GivenUp& given_up = given_up_.emplace();
  given_up.why = std::exchange(failure_, Failure());
  given_up.sent = steps_.sent;
  given_up.at = Clock::now();
  given_up.bytes = first_->bytes();
  // What answers next may be another server: a new version, another master.
  given_up.plan = std::exchange(plan_, Plan());
  const Clock::time_point began = steps_.began;
  steps_ = Steps();
  steps_.began = began;
  connection_.reset();
  first_.reset();
  co_return Kept::replace;
}

asio::awaitable<void> Conversation::ask_kept() {
  if (plan_.lines.empty()) {
    only_pong_ = co_await ping();
    co_return;
  }
  if (settings_.ping) {
    co_await ping();
    if (failure_) co_return;
  }
  const std::string batch = plan_.info + plan_.rest;
  commands_ += plan_.lines.size();
  failure_ = co_await connection_->send(batch);
  if (failure_) co_return;
  steps_.sent = Clock::now();
  co_await listen_again();
}

asio::awaitable<void> Conversation::listen_again() {
  failure_ = co_await connection_->receive(plan_.lines.size(), *first_, &steps_.first);
  if (!failure_) end_exchange();
}

asio::awaitable<void> Conversation::use_new(ConnectSlot& slot, Clock::time_point deadline) {
  if (!slot) {
    failure_ = Failure(Reason::limit, "too many connects in progress: no turn before the deadline");
    co_return;
  }
  steps_.turn = Clock::now();
  bool ended = co_await finished_before(deadline, connect_and_ask(slot, deadline));
  if (ended && hung_up_at_once()) {
    // A proxy may do so at a command that it does not have.
    careful_ = true;
    connected_ = false;
    connection_.reset();
    failure_ = Failure();
    progress_ = ConnectProgress();
    const Steps before = std::exchange(steps_, Steps());
    steps_.began = before.began;
    steps_.turn = Clock::now();
    ended = co_await finished_before(deadline, connect_and_ask(slot, deadline));
  }
  if (!ended) failure_ = connected_ ? unanswered() : timed_out(target_, progress_);
}

asio::awaitable<void> Conversation::connect_and_ask(ConnectSlot& slot, Clock::time_point deadline) {
  Connected connected = co_await connector_.connect(target_, filter_, deadline, slot, progress_);
  if (connected.failure) {
    failure_ = std::move(connected.failure);
    co_return;
  }
  connected_ = true;
  kept_ = std::make_shared<KeptReplies>();
  times_.connect = seconds_since(steps_.turn);
  peer_not_after_ = connected.stream->peer_certificate_not_after();
  connection_ =
      std::make_unique<Connection>(std::move(connected.stream), progress_.address,
                                   progress_.tls_generation, about(settings_.max_connection_age));

  const bool named_before = std::ranges::find(greeting_.lines, kSetName) != greeting_.lines.end();
  const Manners manners{settings_.set_client_name && !careful_, careful_};
  greeting_ =
      make_greeting(target_, manners, settings_.command_names, memory_.refusals, Clock::now());
  first_ = std::make_unique<ReplyBuffer>();
  commands_ += greeting_.lines.size();
  // What hangs up at a command throws away the answers that it has not sent: PING goes alone.
  const std::string head = greeting_.bytes.substr(0, careful_ ? greeting_.ping_bytes : 0);
  Failure told;
  if (!head.empty()) {
    failure_ = co_await connection_->send(head);
    if (!failure_) steps_.greeted = Clock::now();
    told =
        co_await connection_->receive_more(greeting_.ping_lines, *first_, &steps_.greeting_first);
  }
  if (!told && !failure_) {
    const std::string rest = greeting_.bytes.substr(head.size());
    failure_ = co_await connection_->send(rest);
    if (!failure_) steps_.greeted = Clock::now();
    // A server that refuses a connection says why and hangs up, maybe before it was asked.
    told = co_await connection_->receive(greeting_.lines.size(), *first_, &steps_.greeting_first);
  }
  const bool answered = !told;
  if (answered) steps_.greeting_last = Clock::now();
  if (!failure_ || told.reason == Reason::tls) failure_ = std::move(told);
  if (first_->size() > 0) {
    password_unused_ = fleet::password_unused(greeting_, *first_);
    Failure judged = judge_greeting(greeting_, *first_, asker());
    const bool hung_up = failure_ && judged.reason == Reason::protocol;
    if (judged && !hung_up) failure_ = std::move(judged);
  }
  for (std::size_t i = 0; i < greeting_.lines.size(); ++i)
    note_refusal(greeting_.lines[i], (*first_)[i]);
  const bool pong = answered_ping(greeting_, *first_);
  if (careful_ && pong && failure_.reason == Reason::closed) {
    note_hang_up(kInfoCommand);
    failure_ = judge_info_error(Refusals::kHungUp, asker());
    connection_.reset();
  }
  if (info_is_refused()) {
    only_pong_ = pong && (!failure_ || failure_.reason == Reason::protocol);
    if (answered && !pong && greeting_.lines.back() == kInfoCommand) co_await ping_instead();
    co_return;
  }
  if (failure_) co_return;
  // Once may be chance.
  memory_.hang_ups = careful_ ? memory_.hang_ups + 1 : 0;
  if (memory_.hang_ups > 1 && named_before) note_hang_up(kSetName);
  take_info((*first_)[greeting_.lines.size() - 1]);

  if (settings_.ping) {
    co_await ping();
    if (failure_) co_return;
  }
  set_info_ = settings_.set_client_name && memory_.facts.kind != kSentinel &&
              memory_.facts.version >= parse_version("7.2") &&
              !memory_.refusals.holds(kSetInfo, Clock::now());
  std::string batch;
  if (set_info_) append_command_line(batch, kSetInfoLine);
  batch += plan_.rest;
  const std::size_t expected = plan_.lines.size() - 1 + (set_info_ ? 1 : 0);
  if (expected == 0) co_return;
  second_ = std::make_unique<ReplyBuffer>();
  commands_ += expected;
  failure_ = co_await connection_->send(batch);
  if (failure_) co_return;
  steps_.sent = Clock::now();
  failure_ = co_await connection_->receive(expected, *second_, &steps_.first);
  if (!failure_) end_exchange();
}

// Whether it was answered as PING is.
asio::awaitable<bool> Conversation::ping() {
  std::string batch;
  append_command(batch, {kPing});
  ReplyBuffer pong;
  steps_.ping_sent = Clock::now();
  failure_ = co_await connection_->send(batch);
  if (!failure_) failure_ = co_await connection_->receive(1, pong);
  if (failure_) co_return false;
  steps_.pong = Clock::now();
  times_.ping = std::chrono::duration<double>(steps_.pong - steps_.ping_sent).count();
  co_return is_pong(pong[0]);
}

// What INFO failed with stays the reason.
asio::awaitable<void> Conversation::ping_instead() {
  Failure refused = std::exchange(failure_, Failure());
  only_pong_ = co_await ping();
  failure_ = std::move(refused);
}

bool Conversation::hung_up_at_once() const {
  return failure_.reason == Reason::closed && connected_ && !careful_ && first_->bytes() == 0;
}

void Conversation::note_hang_up(std::string_view line) {
  if (memory_.refusals.note_hang_up(line, Clock::now()))
    newly_refused_.push_back({line, std::string(Refusals::kHungUp)});
}

// By a server that may be a proxy.
bool Conversation::info_is_refused() const {
  return memory_.refusals.holds(kInfoCommand, Clock::now()) &&
         may_stand_for_info(memory_.refusals.words(kInfoCommand));
}

void Conversation::end_exchange() {
  steps_.last = Clock::now();
  times_.exchange = std::chrono::duration<double>(steps_.last - steps_.sent).count();
}

void Conversation::take_info(Reply info) {
  if (judge_info(info, asker())) return;
  info_time_ = unix_now();
  info_.emplace(info.text());
  NodeFacts facts = facts_of(*info_, info_time_, memory_.facts);
  const NodeFacts before = std::exchange(memory_.facts, std::move(facts));
  // Another server answers: what the one before refused says nothing about it.
  if (before.known && before.run_id != memory_.facts.run_id) memory_.refusals.clear();
  if (plan_.lines.empty()) plan_ = plan_for(memory_.facts);
}

void Conversation::take_replies() {
  if (!info_) return;
  replies_.assign(plan_.lines.size(), Reply());
  const bool kept = second_ == nullptr && greeting_.lines.empty();
  for (std::size_t i = 0; i < plan_.lines.size(); ++i) {
    if (kept) {
      replies_[i] = (*first_)[i];
    } else if (i == 0) {
      replies_[i] = (*first_)[greeting_.lines.size() - 1];
    } else if (second_) {
      replies_[i] = (*second_)[i - 1 + (set_info_ ? 1 : 0)];
    }
    note_refusal(plan_.lines[i], replies_[i]);
  }
  if (set_info_ && second_) note_refusal(kSetInfo, (*second_)[0]);
  for (const auto& [collector, places] : plan_.parts)
    for (std::size_t i = 0; i < places.size(); ++i)
      if (collector->commands[i].once && places[i] >= 0)
        kept_->keep(collector->commands[i].line, replies_[static_cast<std::size_t>(places[i])]);
}

void Conversation::note_refusal(std::string_view line, Reply reply) {
  if (reply.is_error() && memory_.refusals.note(line, reply.text(), Clock::now()))
    newly_refused_.push_back({line, std::string(reply.text())});
}

Failure Conversation::unanswered() const {
  const std::size_t bytes = bytes_received();
  if (bytes == 0)
    return {Reason::timeout,
            "connected, but no answer in time: the server may be blocked by a slow command, a fork "
            "or swapping (SLOWLOG GET, LATENCY DOCTOR)"};
  return {Reason::timeout,
          "the answer began but did not end in time: the server or the network is slow"};
}

std::size_t Conversation::bytes_received() const {
  return (first_ ? first_->bytes() : 0) + (second_ ? second_->bytes() : 0);
}

}  // namespace fleet
