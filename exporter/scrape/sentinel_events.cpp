// SPDX-License-Identifier: Apache-2.0
#include "scrape/sentinel_events.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "resp/request.h"
#include "scrape/open_connection.h"
#include "scrape/refusals.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

constexpr SentinelEvent kEvents[] = {
    {"+sdown", "master"},
    {"+sdown", "slave"},
    {"+sdown", "sentinel"},
    {"-sdown", "master"},
    {"-sdown", "slave"},
    {"-sdown", "sentinel"},
    {"+odown", "master"},
    {"-odown", "master"},
    {"+switch-master", "master"},
    {"+reboot", "master"},
    {"+reboot", "slave"},
    {"+try-failover", "master", true},
    {"+failover-end", "master", true},
    {"-failover-abort-not-elected", "master", true},
    {"-failover-abort-no-good-slave", "master", true},
    {"-failover-abort-slave-timeout", "master", true},
    {"+tilt", "sentinel", true},
    {"-tilt", "sentinel", true},
};

// Who the message is about, and of which master it is. Tilt is the Sentinel's own: of any master.
struct About {
  std::string_view subject, master;
};

About about_of(std::string_view channel, std::string_view payload, std::string_view master) {
  if (channel.ends_with("tilt")) return {"sentinel", master};
  std::string_view rest = payload;
  const std::string_view first = take_until(rest, ' ');
  if (channel == "+switch-master") return {"master", first};
  if (first == "master") return {first, take_until(rest, ' ')};
  constexpr std::string_view kOf = " @ ";
  const std::size_t at = rest.find(kOf);
  if (at == std::string_view::npos) return {};
  rest.remove_prefix(at + kOf.size());
  return {first, take_until(rest, ' ')};
}

std::string subscription() {
  std::set<std::string_view> channels;
  for (const SentinelEvent& event : kEvents) channels.insert(event.name);
  std::vector<std::string_view> words = {"SUBSCRIBE"};
  words.insert(words.end(), channels.begin(), channels.end());
  std::string bytes;
  append_command(bytes, words);
  return bytes;
}

}  // namespace

std::span<const SentinelEvent> sentinel_events() { return kEvents; }

int event_of(std::string_view channel, std::string_view payload, std::string_view master) {
  const auto [subject, of] = about_of(channel, payload, master);
  if (of != master) return -1;
  int place = 0;
  for (const SentinelEvent& event : kEvents) {
    if (event.name == channel && event.subject == subject) return place;
    ++place;
  }
  return -1;
}

asio::awaitable<void> SentinelEvents::listen(
    [[maybe_unused]] std::shared_ptr<SentinelEvents> self) {
  while (!retired_) {
    failure_ = Failure();
    const Clock::time_point start = Clock::now();
    const Clock::time_point deadline = start + access_->settings.node_timeout;
    const bool ended = co_await finished_before(deadline, connect(deadline));
    if (!ended) failure_ = Failure(Reason::timeout, "no subscription in time");
    listening_ = !failure_;
    if (listening_) co_await hear();
    listening_ = false;
    connection_.reset();
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    const Clock::time_point next = about(pause_after(start));
    while (!retired_ && Clock::now() < next) {
      co_await sleep_until(std::min(next, Clock::now() + kKeepAlive));
      const auto after = co_await asio::this_coro::cancellation_state;
      if (is_cancelled(after)) co_return;
    }
  }
}

// What was heard for a while may go on at once; what breaks off is not tried again and again.
Clock::duration SentinelEvents::pause_after(Clock::time_point start) {
  failure_ = with_server_words(std::move(failure_), target_);
  if (failure_ && logged_ != failure_.message) {
    logged_ = failure_.message;
    log::warning("events of a Sentinel are not heard",
                 {{"sentinel", display(target_)}, {"error", failure_.message}});
  }
  // A missing right is one line in its ACL LOG now and then.
  if (failure_.reason == Reason::noperm) return kRetryRefused;
  return Clock::now() - start > kKeepAlive ? Clock::duration(0) : Clock::duration(kRetry);
}

asio::awaitable<void> SentinelEvents::connect(Clock::time_point deadline) {
  Opened opened;
  co_await open_connection(target_, *access_, deadline, opened);
  failure_ = std::move(opened.failure);
  if (failure_) co_return;
  connection_ = std::move(opened.connection);
  replies_ = std::make_unique<ReplyBuffer>();
  const std::string bytes = subscription();
  failure_ = co_await connection_->send(bytes);
  if (failure_) co_return;
  failure_ = co_await connection_->receive_more(1, *replies_);
  const Reply first = (*replies_)[0];
  if (failure_ || !first.is_error()) co_return;
  const bool refused = Refusals::is_refusal(first.text());
  failure_ = Failure(refused ? Reason::noperm : Reason::protocol,
                     "SUBSCRIBE: " + server_words(first.text(), target_));
}

// Ends with a failure; without one when it is time for a new connection.
asio::awaitable<void> SentinelEvents::hear() {
  std::string ping;
  append_command(ping, {"PING"});
  std::size_t taken = 0;
  bool asked = false;  // a PING is not answered yet
  const Clock::time_point start = Clock::now();
  while (!failure_ && !retired_) {
    for (; taken < replies_->size(); ++taken) take((*replies_)[taken]);
    if (replies_->bytes() > kMostBytes || !access_->connector.may_reuse(target_, *connection_))
      co_return;
    const Clock::time_point until = Clock::now() + kKeepAlive;
    const bool told = co_await finished_before(until, receive(taken + 1));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    if (told) {
      asked = false;
      if (!failure_ && !logged_.empty() && Clock::now() - start >= kKeepAlive) {
        logged_.clear();
        log::info("events of a Sentinel are heard again", {{"sentinel", display(target_)}});
      }
    } else if (std::exchange(asked, true)) {
      failure_ = Failure(Reason::timeout, "a subscription does not answer PING");
    } else {
      failure_ = co_await connection_->send(ping);
    }
  }
}

asio::awaitable<void> SentinelEvents::receive(std::size_t least) {
  failure_ = co_await connection_->receive_more(least, *replies_);
}

void SentinelEvents::take(Reply message) {
  if (retired_ || message[0].text() != "message") return;
  const std::string_view payload = message[2].text();
  const int event = event_of(message[1].text(), payload, master_);
  if (event >= 0) heard_(event, payload);
}

}  // namespace fleet
