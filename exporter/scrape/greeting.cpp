// SPDX-License-Identifier: Apache-2.0
#include "scrape/greeting.h"

#include <algorithm>

#include "resp/request.h"
#include "scrape/plan.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

constexpr std::string_view kAuth = "AUTH";
constexpr std::string_view kSelect = "SELECT";

// What the server answered to AUTH when it did not take it; "" when it did, or was not asked to.
std::string_view auth_refusal(const Greeting& greeting, const ReplyBuffer& replies) {
  if (greeting.lines.front() != kAuth || !replies[0].is_error()) return {};
  return replies[0].text();
}

// With a configuration file the flags' password goes to no node of a group: who set them at night
// must not be told to.
std::string_view cure_of_missing(CredentialsFrom from) {
  switch (from) {
    case CredentialsFrom::visit_by_flags:
      return ": give it in --redis.password-file; or set REDIS_PASSWORD or --redis.password, and "
             "list "
             "the target in --scrape.allowed-targets by network or name: what only * lets in gets "
             "none";
    case CredentialsFrom::group:
      return ": write credentials: {NAME: {password_file: FILE}} (or password, password_env) into "
             "the configuration file, and credentials: NAME into the node's group";
    case CredentialsFrom::sentinel:
      return ": write credentials: {NAME: {password_file: FILE}} (or password, password_env) into "
             "the configuration file, and credentials: NAME into the sentinel of the group";
    case CredentialsFrom::visit_by_file:
      return ": write credentials: {NAME: {password_file: FILE}} (or password, password_env) into "
             "the configuration file, and an entry {match: NETWORK OR NAME, credentials: NAME} "
             "into "
             "its allowed_targets; or set REDIS_PASSWORD, which what only * lets in does not get";
    case CredentialsFrom::flags:
      break;
  }
  return ": set REDIS_PASSWORD or --redis.password, or give it in --redis.password-file";
}

std::string_view cure_of_wrong(CredentialsFrom from) {
  switch (from) {
    case CredentialsFrom::group:
      return "; check user and password in the configuration file (username and password_file, "
             "password or password_env of the credentials that the node or its group names, or the "
             "node's address), and ACL LIST on the server";
    case CredentialsFrom::sentinel:
      return "; check user and password in the configuration file (username and password_file, "
             "password or password_env of the credentials that the group's sentinel names), and "
             "ACL LIST on the Sentinel";
    case CredentialsFrom::visit_by_file:
      return "; check user and password of this target (the credentials of the entry of "
             "allowed_targets that matches it, else REDIS_USER and REDIS_PASSWORD or --redis.user "
             "and --redis.password; a user in the URL wins), and ACL LIST on the server";
    case CredentialsFrom::flags:
    case CredentialsFrom::visit_by_flags:
      break;
  }
  return "; check user and password of this target (REDIS_USER and REDIS_PASSWORD, --redis.user "
         "and --redis.password, --redis.password-file, or what its URI says), and ACL LIST on the "
         "server";
}

// Redis up to 5, and from 6 on.
bool needs_no_password(std::string_view refusal) {
  return refusal.starts_with("ERR Client sent AUTH, but no password is set") ||
         refusal.starts_with("ERR AUTH <password> called without any password configured");
}

}  // namespace

// "unknown command 'AUTH', with args beginning with: ..." repeats the password.
std::string_view auth_words(std::string_view refusal) {
  if (refusal.starts_with("WRONGPASS"))
    return "WRONGPASS (wrong user or password, or user disabled)";
  if (refusal.starts_with("ERR invalid password")) return "ERR invalid password";
  if (refusal.starts_with("ERR unknown command")) return "the server has no command AUTH";
  if (refusal.starts_with("ERR wrong number of arguments"))
    return "the server takes no user name (before Redis 6)";
  return "the server refused it";
}

Greeting make_greeting(const Target& target, Manners manners, const CommandNames& names,
                       const Refusals& refusals, Refusals::Time now) {
  Greeting greeting;
  if (target.password) {
    const std::string& password = target.password->reveal();
    if (target.username.empty()) {
      append_command(greeting.bytes, {kAuth, password});
    } else {
      append_command(greeting.bytes, {kAuth, target.username, password});
    }
    greeting.lines.push_back(kAuth);
  }
  const bool info = !refusals.holds(kInfoCommand, now);
  if (manners.ping_first || !info) {
    append_command(greeting.bytes, {kPing});
    greeting.lines.push_back(kPing);
    greeting.ping_bytes = greeting.bytes.size();
    greeting.ping_lines = greeting.lines.size();
  }
  if (!info) return greeting;
  if (target.database != 0 && !refusals.holds(kSelect, now)) {
    append_command(greeting.bytes, {kSelect, std::to_string(target.database)});
    greeting.lines.push_back(kSelect);
  }
  if (manners.set_client_name && !refusals.holds(kSetName, now)) {
    append_command(greeting.bytes, {"CLIENT", "SETNAME", "redis_fleet_exporter"});
    greeting.lines.push_back(kSetName);
  }
  append_command_line(greeting.bytes, wire_line(kInfoCommand, names));
  greeting.lines.push_back(kInfoCommand);
  return greeting;
}

Failure judge_greeting(const Greeting& greeting, const ReplyBuffer& replies, const Asker& asker) {
  // A server that refuses the whole connection says so in one line and hangs up.
  if (const Reply first = replies[0]; first.is_error()) {
    const Failure failure = judge_info(first, asker);
    if (failure.reason == Reason::protected_mode || failure.reason == Reason::maxclients)
      return failure;
  }
  Failure failure;
  if (greeting.lines.back() == kInfoCommand)
    failure = judge_info(replies[greeting.lines.size() - 1], asker);
  // NOAUTH to INFO is the consequence; what AUTH answered is the cause. And where the default user
  // has no password, INFO is answered all the same, but to another user than the one that was asked
  // for. Where no password is set at all, INFO that is unknown is another matter.
  if (const std::string_view refusal = auth_refusal(greeting, replies); !refusal.empty())
    if (!needs_no_password(refusal) || (failure && failure.reason != Reason::protocol))
      return {Reason::auth,
              "AUTH: " + std::string(auth_words(refusal)) + std::string(cure_of_wrong(asker.from))};
  return failure;
}

bool answered_ping(const Greeting& greeting, const ReplyBuffer& replies) {
  const auto ping = std::ranges::find(greeting.lines, kPing);
  return ping != greeting.lines.end() &&
         is_pong(replies[static_cast<std::size_t>(ping - greeting.lines.begin())]);
}

bool is_pong(Reply reply) { return !reply.is_error() && reply.text() == "PONG"; }

bool may_stand_for_info(std::string_view refusal) {
  return refusal == Refusals::kHungUp ||
         (Refusals::is_refusal(refusal) && !refusal.starts_with("NOPERM"));
}

bool password_unused(const Greeting& greeting, const ReplyBuffer& replies) {
  return needs_no_password(auth_refusal(greeting, replies));
}

Failure judge_info(Reply info, const Asker& asker) {
  if (info.is_error()) return judge_info_error(info.text(), asker);
  if (info.is_text() && info.text().find(':') != std::string_view::npos) return {};
  return {Reason::protocol, "INFO was not answered with INFO's text: is this a Redis server?"};
}

Failure judge_info_error(std::string_view text, const Asker& asker) {
  const std::string said = "INFO: " + server_words(text, asker.target);
  if (text.starts_with("DENIED"))
    return {
        Reason::protected_mode,
        "the server is in protected mode and refuses other hosts: set a password (requirepass or "
        "an ACL user); protected-mode no alone would let everybody in"};
  if (text.starts_with("ERR max number of clients"))
    return {Reason::maxclients,
            "the server has no connection left (maxclients): raise it, or find who holds them with "
            "CLIENT LIST"};
  if (text.starts_with("NOAUTH"))
    return {Reason::auth, said + "; the server asks for a password and none was sent" +
                              std::string(cure_of_missing(asker.from))};
  if (text.starts_with("WRONGPASS") || text.starts_with("ERR invalid password"))
    return {Reason::auth, said + std::string(cure_of_wrong(asker.from))};
  if (text.starts_with("NOPERM"))
    return {Reason::noperm, said + "; --print-acl shows the rights that the exporter needs"};
  if (text == Refusals::kHungUp)
    return {
        Reason::protocol,
        said +
            "; it answers PING, and hangs up at INFO: see its log (an output buffer limit?), or, "
            "of a proxy, scrape the servers behind it"};
  if (may_stand_for_info(text))
    return {Reason::protocol,
            said +
                "; the server does not answer INFO: if it has another name there, give it by "
                "rename_commands in the configuration file; of a proxy, scrape the servers "
                "behind it"};
  return {Reason::protocol, said + "; the server does not answer INFO"};
}

}  // namespace fleet
