// SPDX-License-Identifier: Apache-2.0
#include "scrape/open_connection.h"

#include <utility>

#include "scrape/greeting.h"

namespace fleet {

namespace {

// Files that changed on disk count from here on. A failure is for connect() to report.
void take_tls_files(const Target& target, NodeAccess& access) {
  if (target.transport == Target::Transport::tls) access.tls.refresh();
}

}  // namespace

bool may_keep(const Target& target, NodeAccess& access, const Connection& connection) {
  take_tls_files(target, access);
  return access.connector.may_reuse(target, connection);
}

asio::awaitable<void> open_connection(const Target& target, NodeAccess& access,
                                      Clock::time_point deadline, Opened& opened) {
  Connector& connector = access.connector;
  take_tls_files(target, access);
  ConnectSlot slot = co_await connector.connect_slot(target, deadline);
  if (!slot) {
    opened.failure =
        Failure(Reason::limit, "too many connects in progress: no turn before the deadline");
    co_return;
  }
  const Connector::AddressFilter any;
  Connected connected = co_await connector.connect(target, any, deadline, slot, opened.progress);
  if (connected.failure) {
    opened.failure = std::move(connected.failure);
    co_return;
  }
  const ScrapeSettings& settings = access.settings;
  opened.connection = std::make_unique<Connection>(
      std::move(connected.stream), opened.progress.address, opened.progress.tls_generation,
      about(settings.max_connection_age));
  const Refusals none;
  const Greeting greeting = make_greeting(target, Manners{settings.set_client_name},
                                          settings.command_names, none, Clock::now());
  ReplyBuffer answer;
  opened.failure = co_await opened.connection->send(greeting.bytes);
  Failure told = co_await opened.connection->receive(greeting.lines.size(), answer);
  if (!opened.failure) opened.failure = std::move(told);
  if (answer.size() == 0) co_return;
  Failure judged = judge_greeting(greeting, answer, {target, settings.credentials_from});
  // INFO refused is no hindrance: it is not what is asked for.
  const Reply info = answer[greeting.lines.size() - 1];
  const bool refused = info.is_error() && may_stand_for_info(info.text());
  const bool matters =
      judged && judged.reason != Reason::noperm && !(refused && judged.reason == Reason::protocol);
  if (matters && (!opened.failure || judged.reason != Reason::protocol))
    opened.failure = std::move(judged);
}

}  // namespace fleet
