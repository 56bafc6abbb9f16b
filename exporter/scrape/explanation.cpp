// SPDX-License-Identifier: Apache-2.0
#include "scrape/explanation.h"

#include <algorithm>
#include <ctime>

#include "base/characters.h"
#include "base/duration.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/unix_time.h"
#include "resp/request.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

constexpr std::size_t kLine = 200;     // of a command
constexpr std::size_t kMessage = 800;  // of a failure with its cure

// What the server said.
std::string heard(std::string_view text, const Target& target) {
  return printable(server_words(text, target), std::string::npos);
}

std::string quoted(std::string_view text, const Target& target) {
  return '"' + heard(text, target) + '"';
}

std::string join(const std::vector<asio::ip::address>& addresses) {
  constexpr std::size_t kMost = 16;
  std::string text;
  for (const asio::ip::address& address : addresses) {
    if (&address - addresses.data() == kMost) return text + ", ...";
    text.append(text.empty() ? "" : ", ").append(address.to_string());
  }
  return text;
}

std::string why_new(const Conversation& talk, const Explanation::Limits& limits) {
  if (talk.given_up()) return "the kept one broke or was silent";
  if (!talk.had_kept())
    return limits.beside_another ? "another scrape that is in progress has the kept one, if any"
                                 : "none was kept";
  switch (talk.reuse()) {
    case Connector::Reuse::aged:
      return "the kept one had reached --max-connection-age";
    case Connector::Reuse::moved:
      return "the name does not have the kept one's address any more";
    case Connector::Reuse::other_certificates:
      return "the files of certificates have changed";
    case Connector::Reuse::yes:
      break;
  }
  return "none was kept";
}

class Explainer {
 public:
  Explainer(const Conversation& talk, const NodeMemory& memory, const NodeAccess& access,
            const Target& target, const NodeReport& report)
      : talk_(talk),
        memory_(memory),
        access_(access),
        target_(target),
        report_(report),
        now_(Clock::now()) {}

  Explanation run(const Explanation::Limits& limits) {
    out_.up = report_.up;
    out_.failure = Failure(report_.failure.reason, printable(report_.failure.message, kMessage));
    out_.limits = limits;
    out_.limits.from_begin = talk_.had_kept() && talk_.reuse() == Connector::Reuse::yes;
    out_.began = talk_.steps().began;
    out_.took = now_ - out_.began;
    out_.bytes = talk_.bytes_received() + (talk_.given_up() ? talk_.given_up()->bytes : 0);
    add_target();
    add_facts();
    add_steps();
    add_exchanges();
    add_skipped();
    for (const NodeReport::Run& run : report_.runs) {
      const auto failed = std::ranges::find(report_.collector_failures, run.collector->name,
                                            &NodeReport::CollectorFailure::collector);
      const bool said = failed != report_.collector_failures.end();
      out_.collectors.push_back({run.collector->name, run.success, run.seconds, run.series,
                                 said ? printable(failed->why, kMessage) : std::string()});
    }
    return std::move(out_);
  }

 private:
  void say(std::string_view name, std::string value) {
    if (!value.empty()) out_.target.push_back({name, std::move(value)});
  }

  void add_target() {
    const bool local = target_.transport == Target::Transport::unix_socket;
    const bool tls = target_.transport == Target::Transport::tls;
    say("node", printable(display(target_), kLine));
    say("database", target_.database != 0 ? std::to_string(target_.database) : "");
    say("password", talk_.password_unused() ? "given, but the server asks for none" : "");
    say("greeting",
        talk_.careful() ? "the server hung up at the usual one: another, with PING first" : "");
    const ConnectProgress& progress = talk_.connect_progress();
    const bool connected = talk_.times().connect.has_value();
    const Connection* connection = talk_.connection();
    const bool kept = connection != nullptr && !connected;
    std::vector<asio::ip::address> addresses = progress.addresses;
    if (kept) addresses = access_.connector.known_addresses(target_);
    say("addresses", join(addresses));
    for (const ConnectProgress::Failed& failed : progress.failed)
      say("failed", failed.address.to_string() + ": " + printable(failed.failure.message, kLine));
    if (connection == nullptr) {
      say("connection", "none");
      if (tls) say("TLS", "none; the server's certificate must be for " + certified_name());
      return;
    }
    std::string words = local ? "" : "to " + endpoint(connection->address()) + ", ";
    words += kept ? "kept from an earlier scrape" : "new, because " + why_new(talk_, out_.limits);
    const auto left = std::chrono::ceil<std::chrono::seconds>(connection->replace_at() - now_);
    if (talk_.failure() && !talk_.only_pong()) {
      words += "; closed, because the scrape did not end well";
    } else if (left.count() > 0) {
      words += "; it may be kept for another " + format_duration(left);
    }
    say("connection", std::move(words));
    if (const auto session = connection->tls_session()) {
      const bool checked = !access_.tls.files().skip_verify;
      say("TLS", std::string(session->version) + ", " + std::string(session->cipher) + ", " +
                     (checked ? "certificate checked for "
                              : "certificate not checked (--skip-tls-verification), asked for ") +
                     certified_name());
    }
    if (const auto expires = connection->peer_certificate_not_after())
      say("server's certificates", describe_expiry(*expires, unix_now()));
    if (const auto own = access_.tls.certificate_not_after(); own && tls)
      say("own certificate", describe_expiry(*own, unix_now()));
  }

  std::string certified_name() const {
    return printable(access_.connector.server_name(target_), kLine);
  }

  std::string endpoint(const asio::ip::address& address) const {
    Target at = target_;
    at.host = address.to_string();
    return display(at);
  }

  void add_facts() {
    if (!talk_.info()) return;
    const Info& info = *talk_.info();
    for (const std::string_view field :
         {"role", "redis_mode", "redis_version", "valkey_version", "run_id", "uptime_in_seconds",
          "loading", "master_link_status", "cluster_enabled"})
      if (const auto value = info.find(field)) out_.node.push_back({field, heard(*value, target_)});
  }

  // Nothing behind a step that did not end has begun.
  void step(std::string_view what, Clock::time_point ended) {
    if (stuck_) return;
    stuck_ = ended == Clock::time_point();
    Explanation::Step& step = out_.steps.emplace_back();
    step.what = what;
    if (!stuck_) step.ended = ended - talk_.steps().began;
  }

  void add_steps() {
    const Conversation::Steps& at = talk_.steps();
    const ConnectProgress& progress = talk_.connect_progress();
    const bool asked_before = !talk_.info() && talk_.first_replies() == nullptr &&
                              at.turn == Clock::time_point() && !talk_.given_up() &&
                              memory_.refusals.holds(kInfoCommand, now_);
    if (asked_before) return;  // and so nothing was done
    if (const auto& given_up = talk_.given_up()) {
      if (given_up->sent != Clock::time_point())
        step("kept connection: commands out", given_up->sent);
      step("kept connection given up", given_up->at);
    }
    const bool kept = talk_.first_replies() != nullptr && talk_.greeting().lines.empty();
    if (!kept) {
      // Files that have changed are read first.
      step(target_.transport == Target::Transport::tls ? "TLS files, turn" : "turn to connect",
           at.turn);
      if (target_.transport != Target::Transport::unix_socket) {
        step("name resolved", progress.resolved);
        step("connected", progress.tcp_done);
      }
      if (target_.transport != Target::Transport::tcp)
        step(target_.transport == Target::Transport::tls ? "TLS handshake" : "connected",
             progress.ready);
      step("greeting out", at.greeted);
      step("its first byte", at.greeting_first);
      step("its last reply", at.greeting_last);
    }
    if (at.ping_sent != Clock::time_point() || (access_.settings.ping && (kept || talk_.info())))
      step("PING answered", at.pong);
    const bool batch = (kept && !talk_.plan().lines.empty()) || talk_.second_replies() != nullptr;
    if (batch) {
      step("commands out", at.sent);
      step("their first byte", at.first);
      step("their last reply", at.last);
    }
    if (!talk_.info()) return;
    stuck_ = false;  // collectors make do with what came
    step("collectors", now_);
  }

  void add_exchange(std::string_view name, std::string_view batch, const ReplyBuffer* replies,
                    std::size_t at = 0) {
    Explanation::Exchange& exchange = out_.exchanges.emplace_back();
    exchange.name = name;
    for (std::string& line : sent_lines(batch, access_.settings.command_names)) {
      const Reply reply = replies != nullptr ? (*replies)[at++] : Reply();
      const bool auth = line.starts_with("AUTH ");
      exchange.commands.push_back(
          {printable(line, kLine), auth && reply.is_error()
                                       ? "error: " + std::string(auth_words(reply.text()))
                                       : describe(reply, target_)});
    }
  }

  void add_exchanges() {
    const Conversation::Steps& at = talk_.steps();
    constexpr Clock::time_point kNever{};
    if (const auto& given_up = talk_.given_up(); given_up && given_up->sent != kNever)
      add_exchange("on the kept connection, which was given up",
                   given_up->plan.info + given_up->plan.rest, nullptr);
    const Plan& plan = talk_.plan();
    const bool greeted = !talk_.greeting().lines.empty();
    const Greeting& greeting = talk_.greeting();
    const bool whole = !talk_.careful() || (talk_.first_replies() != nullptr &&
                                            talk_.first_replies()->size() >= greeting.ping_lines);
    const std::string_view said =
        std::string_view(greeting.bytes)
            .substr(0, whole ? greeting.bytes.size() : greeting.ping_bytes);
    if (greeted && at.greeted != kNever)
      add_exchange("greeting of a new connection", said, talk_.first_replies());
    if (at.ping_sent != kNever) {
      Explanation::Exchange& ping = out_.exchanges.emplace_back();
      ping.name = talk_.only_pong() ? "because INFO is refused" : "to measure a round trip";
      ping.commands.push_back({"PING", at.pong != kNever ? "answered" : "no reply"});
    }
    if (at.sent == kNever) return;
    if (!greeted) {
      add_exchange("in one write", plan.info + plan.rest, talk_.first_replies());
      return;
    }
    std::string batch;
    if (talk_.set_info()) append_command_line(batch, kSetInfoLine);
    add_exchange("in one write, when it was known what the node is", batch + plan.rest,
                 talk_.second_replies());
  }

  void add_skipped() {
    const ScrapeSettings& settings = access_.settings;
    const Refusals& refusals = memory_.refusals;
    const bool greeted = !talk_.greeting().lines.empty();
    const auto& lines = talk_.greeting().lines;
    const auto in_greeting = [&lines](std::string_view line) {
      return std::ranges::find(lines, line) != lines.end();
    };
    for (const std::string_view line :
         {std::string_view("SELECT"), std::string_view("CLIENT SETNAME"), kSetInfo, kInfoCommand})
      if (refusals.holds(line, now_) &&
          (line == kInfoCommand ? talk_.plan().lines.empty() : greeted) && !in_greeting(line) &&
          !(line == kSetInfo && talk_.set_info()))
        out_.skipped.push_back({"", line, refused_words(line, refusals, now_, target_)});
    if (talk_.plan().lines.empty()) return;
    const PlanOptions with{settings.collectors, settings.collector_options, settings.command_names};
    for (Skipped& one :
         skipped_commands(with, talk_.plan(), memory_.facts, refusals, now_, target_))
      out_.skipped.push_back(std::move(one));
  }

  const Conversation& talk_;
  const NodeMemory& memory_;
  const NodeAccess& access_;
  const Target& target_;
  const NodeReport& report_;
  const Clock::time_point now_;
  bool stuck_ = false;
  Explanation out_;
};

}  // namespace

Explanation explain(const Conversation& talk, const NodeMemory& memory, const NodeAccess& access,
                    const Target& target, const NodeReport& report,
                    const Explanation::Limits& limits) {
  return Explainer(talk, memory, access, target, report).run(limits);
}

// The batch is ours: *2, $4, AUTH, $6, secret.
std::vector<std::string> sent_lines(std::string_view batch, const CommandNames& names) {
  const auto known_as = [&names](std::string_view word) {
    for (const auto& [command, name] : names)
      if (!name.empty() && name == word) return command + " (renamed)";
    return std::string(word);
  };
  std::vector<std::string> lines;
  bool secret = false;
  while (!batch.empty()) {
    const std::string_view head = take_until(batch, '\n');
    if (head.starts_with('*')) {
      lines.emplace_back();
      secret = false;
      continue;
    }
    const auto size = parse_integer(head.substr(1, head.find('\r') - 1)).value_or(0);
    const std::string_view word = batch.substr(0, static_cast<std::size_t>(size));
    batch.remove_prefix(std::min(word.size() + 2, batch.size()));
    if (lines.empty()) break;
    std::string& line = lines.back();
    if (line.empty()) {
      secret = equal_ignoring_case(word, "AUTH");
      line = known_as(word);
    } else {
      line.append(" ").append(secret ? "***" : word);
    }
  }
  return lines;
}

std::string describe(Reply reply, const Target& target) {
  if (reply.absent()) return "no reply";
  switch (reply.node().kind) {
    case ReplyNode::Kind::nil:
      return "nil";
    case ReplyNode::Kind::string:
      return "text of " + std::to_string(reply.text().size()) + " bytes";
    case ReplyNode::Kind::status:
      return "status " + quoted(reply.text(), target);
    case ReplyNode::Kind::error:
      return "error " + quoted(reply.text(), target);
    case ReplyNode::Kind::integer:
      return "integer " + std::to_string(reply.integer());
    case ReplyNode::Kind::array:
      break;
  }
  return "array of " + std::to_string(reply.size());
}

std::string describe_expiry(double not_after, double now) {
  const auto time = static_cast<std::time_t>(not_after);
  std::tm parts{};
  char text[40];
  if (::gmtime_r(&time, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0)
    return "expiry that no calendar has";
  const auto days = static_cast<long long>((not_after - now) / 86400);
  if (not_after <= now) return "EXPIRED on " + std::string(text);
  return "the first expires " + std::string(text) + ", in " + std::to_string(days) + " days";
}

}  // namespace fleet
