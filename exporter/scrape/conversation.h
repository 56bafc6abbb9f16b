// SPDX-License-Identifier: Apache-2.0
// One scrape's talk with a node: over its kept connection in one round trip, or over a new one in
// two (what the node is decides what to ask it). Ends at the deadline with the replies that came in
// time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/node_facts.h"
#include "config/check_settings.h"
#include "net/connection.h"
#include "net/connector.h"
#include "samples/sample_set.h"
#include "scrape/greeting.h"
#include "scrape/kept_replies.h"
#include "scrape/plan.h"
#include "scrape/refusals.h"

namespace fleet {

// What nodes that are asked alike have in common.
struct ScrapeSettings {
  std::vector<const Collector*> collectors;  // that are switched on
  CollectorOptions collector_options;
  CheckSettings checks;
  CommandNames command_names;
  CredentialsFrom credentials_from = CredentialsFrom::flags;
  bool set_client_name = true;
  bool ping = false;  // one PING, timed, before the batch
  Clock::duration node_timeout = std::chrono::seconds(2);
  Clock::duration max_connection_age = std::chrono::minutes(10);
  Clock::duration retry_every = std::chrono::seconds(5);  // a node that hangs, between scrapes

  bool operator==(const ScrapeSettings&) const = default;
};

// What a node is asked with, and what it told before; lives as long as the node.
struct NodeMemory {
  std::unique_ptr<Connection> connection;  // null while a scrape uses it, or when there is none
  NodeFacts facts;
  Refusals refusals;
  std::shared_ptr<KeptReplies> kept;  // over the connection
  int hang_ups = 0;  // greetings in a row that were cut off, and went well in another way
  SampleSet::Size last_samples;  // of the scrape before: the next is about as large
};

// How client libraries name themselves (CLIENT LIST shows it); known since 7.2.
inline constexpr std::string_view kSetInfo = "CLIENT SETINFO";
inline constexpr std::string_view kSetInfoLine = "CLIENT SETINFO LIB-NAME redis_fleet_exporter";

// A kept connection that broke or was silent, before a new one was made.
struct GivenUp {
  Failure why;
  Plan plan;  // was sent, if `sent` is set
  Clock::time_point sent{}, at{};
  std::size_t bytes = 0;
};

class Conversation {
 public:
  // All must outlive the conversation.
  Conversation(const Target& target, const Connector::AddressFilter& filter,
               const ScrapeSettings& settings, Connector& connector, NodeMemory& memory)
      : target_(target),
        filter_(filter),
        settings_(settings),
        connector_(connector),
        memory_(memory) {}

  // `request_deadline` bounds all, `budget` what is spent on the node once it has its turn to
  // connect.
  asio::awaitable<void> run(Clock::time_point request_deadline, Clock::duration budget);

  const Target& target() const { return target_; }

  // The results. The replies are views that live as long as the conversation.
  const Failure& failure() const { return failure_; }  // none: every reply came
  // The server refuses INFO, and answers PING: a proxy, most likely. failure() says so.
  bool only_pong() const { return only_pong_; }
  // The text of INFO; none when it was not answered, and then plan and replies are empty.
  const std::optional<Info>& info() const { return info_; }
  const Plan& plan() const { return plan_; }
  const std::vector<Reply>& replies() const { return replies_; }  // by plan().lines
  const KeptReplies& kept_replies() const { return *kept_; }
  double info_time() const { return info_time_; }  // Unix seconds at which INFO had come

  // Commands that the server refused now and not before, with its words: for the log.
  struct Refused {
    std::string_view line;
    std::string error;
  };
  const std::vector<Refused>& newly_refused() const { return newly_refused_; }
  // A password was sent that the server does not ask for.
  bool password_unused() const { return password_unused_; }

  struct Times {                     // in seconds; none: did not happen
    std::optional<double> connect;   // to a new connection, TLS included
    std::optional<double> ping;      // round trip of one PING
    std::optional<double> exchange;  // last byte of the batch out to last reply in
  };
  const Times& times() const { return times_; }
  // For who asks how the scrape went; what it costs others is to look at a clock. When steps ended,
  // besides those of ConnectProgress; the epoch: they did not, or were not on the way.
  struct Steps {
    Clock::time_point began{}, turn{};
    Clock::time_point greeted{}, greeting_first{}, greeting_last{};  // out, first byte, last reply
    Clock::time_point ping_sent{}, pong{};
    Clock::time_point sent{}, first{}, last{};
  };
  const Steps& steps() const { return steps_; }
  const std::optional<GivenUp>& given_up() const { return given_up_; }
  Connector::Reuse reuse() const { return reuse_; }  // of the connection that was kept
  bool had_kept() const { return had_kept_; }
  bool careful() const { return careful_; }  // a second greeting, with PING first
  const ConnectProgress& connect_progress() const { return progress_; }
  // That the scrape ended with; null: there was none.
  const Connection* connection() const {
    return failure_ && !only_pong_ ? connection_.get() : memory_.connection.get();
  }
  const Greeting& greeting() const { return greeting_; }
  const ReplyBuffer* first_replies() const { return first_.get(); }
  const ReplyBuffer* second_replies() const { return second_.get(); }
  bool set_info() const { return set_info_; }

  std::size_t bytes_received() const;
  std::size_t commands_sent() const { return commands_; }
  std::optional<double> peer_certificate_not_after() const { return peer_not_after_; }

 private:
  enum class Kept { done, replace };
  asio::awaitable<Kept> use_kept(Clock::time_point deadline);
  asio::awaitable<void> use_new(ConnectSlot& slot, Clock::time_point deadline);
  asio::awaitable<void> connect_and_ask(ConnectSlot& slot, Clock::time_point deadline);
  asio::awaitable<void> ask_kept();
  asio::awaitable<void> listen_again();
  asio::awaitable<bool> ping();
  asio::awaitable<void> ping_instead();
  void end_exchange();

  bool hung_up_at_once() const;
  void note_hang_up(std::string_view line);
  bool info_is_refused() const;

  Plan plan_for(const NodeFacts& facts) const;
  void take_info(Reply info);
  void take_replies();
  void note_refusal(std::string_view line, Reply reply);
  Failure unanswered() const;
  Asker asker() const { return {target_, settings_.credentials_from}; }

  const Target& target_;
  const Connector::AddressFilter& filter_;
  const ScrapeSettings& settings_;
  Connector& connector_;
  NodeMemory& memory_;

  std::unique_ptr<Connection> connection_;
  std::shared_ptr<KeptReplies> kept_ = std::make_shared<KeptReplies>();
  ConnectProgress progress_;
  bool connected_ = false;
  bool careful_ = false;    // the server hung up at the usual greeting
  bool only_pong_ = false;  // see only_pong()
  Greeting greeting_;
  std::unique_ptr<ReplyBuffer> first_;   // INFO: alone with the greeting, or with everything else
  std::unique_ptr<ReplyBuffer> second_;  // the rest, on a new connection
  bool set_info_ = false;                // CLIENT SETINFO stands in front of the rest
  Steps steps_;
  std::optional<GivenUp> given_up_;
  Connector::Reuse reuse_ = Connector::Reuse::yes;
  bool had_kept_ = false;

  Failure failure_;
  std::optional<Info> info_;
  Plan plan_;
  std::vector<Reply> replies_;
  double info_time_ = 0;
  std::vector<Refused> newly_refused_;
  bool password_unused_ = false;
  Times times_;
  std::size_t commands_ = 0;
  std::optional<double> peer_not_after_;
};

}  // namespace fleet
