// SPDX-License-Identifier: Apache-2.0
#include "scrape/greeting.h"

#include "resp/request.h"
#include "scrape/plan.h"

namespace fleet {
namespace {

constexpr std::string_view kAuth = "AUTH";
constexpr std::string_view kSelect = "SELECT";
constexpr std::string_view kSetName = "CLIENT SETNAME";

// What the server answered to AUTH when it did not take it; "" when it did, or was not asked to.
std::string_view auth_refusal(const Greeting& greeting, const ReplyBuffer& replies) {
  if (greeting.lines.front() != kAuth || !replies[0].is_error()) return {};
  return replies[0].text();
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

Greeting make_greeting(const Target& target, bool set_client_name, const CommandNames& names,
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
  if (target.database != 0 && !refusals.holds(kSelect, now)) {
    append_command(greeting.bytes, {kSelect, std::to_string(target.database)});
    greeting.lines.push_back(kSelect);
  }
  if (set_client_name && !refusals.holds(kSetName, now)) {
    append_command(greeting.bytes, {"CLIENT", "SETNAME", "redis_fleet_exporter"});
    greeting.lines.push_back(kSetName);
  }
  append_command_line(greeting.bytes, wire_line(kInfoCommand, names));
  greeting.lines.push_back(kInfoCommand);
  return greeting;
}

Failure judge_greeting(const Greeting& greeting, const ReplyBuffer& replies) {
  // A server that refuses the whole connection says so in one line and hangs up.
  if (const Reply first = replies[0]; first.is_error()) {
    const Failure failure = judge_info(first);
    if (failure.reason == Reason::protected_mode || failure.reason == Reason::maxclients)
      return failure;
  }
  const Reply info = replies[greeting.lines.size() - 1];
  Failure failure = judge_info(info);
  // NOAUTH to INFO is the consequence; what AUTH answered is the cause. And where the default user
  // has no password, INFO is answered all the same, but to another user than the one that was asked
  // for.
  if (const std::string_view refusal = auth_refusal(greeting, replies); !refusal.empty())
    if (failure || !needs_no_password(refusal))
      return {Reason::auth,
              "AUTH: " + std::string(auth_words(refusal)) +
                  "; check user and password of this target (in the configuration file the "
                  "group's credentials), and ACL LIST on the server"};
  return failure;
}

bool password_unused(const Greeting& greeting, const ReplyBuffer& replies) {
  return needs_no_password(auth_refusal(greeting, replies));
}

Failure judge_info(Reply info) {
  if (info.is_error()) return judge_info_error(info.text());
  if (info.is_text() && info.text().find(':') != std::string_view::npos) return {};
  return {Reason::protocol, "INFO was not answered with INFO's text: is this a Redis server?"};
}

Failure judge_info_error(std::string_view text) {
  const std::string said = "INFO: " + std::string(text.substr(0, Reply::kWords));
  if (text.starts_with("DENIED"))
    return {
        Reason::protected_mode,
        "the server is in protected mode and refuses other hosts: set a password (requirepass or "
        "an ACL user), or protected-mode no"};
  if (text.starts_with("ERR max number of clients"))
    return {Reason::maxclients,
            "the server has no connection left (maxclients): raise it, or find who holds them with "
            "CLIENT LIST"};
  if (text.starts_with("NOAUTH"))
    return {Reason::auth,
            said +
                "; the server asks for a password and none was sent: set REDIS_PASSWORD or "
                "--redis.password (a /scrape target gets it only if --scrape.allowed-targets lists "
                "it by network or name), or in the configuration file the group's credentials, and "
                "those of its sentinel"};
  if (text.starts_with("WRONGPASS") || text.starts_with("ERR invalid password"))
    return {Reason::auth, said + "; check user and password"};
  if (text.starts_with("NOPERM"))
    return {Reason::noperm, said + "; --print-acl shows the rights that the exporter needs"};
  return {Reason::protocol, said + "; the server does not answer INFO"};
}

}  // namespace fleet
