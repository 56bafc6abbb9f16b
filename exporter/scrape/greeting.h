// SPDX-License-Identifier: Apache-2.0
// The first words on a new connection (AUTH, SELECT, CLIENT SETNAME, INFO: one write), and what a
// server's error replies to them mean. A server that refuses INFO, as some proxies do, is asked
// PING. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "config/group.h"
#include "config/target.h"
#include "resp/reply_buffer.h"
#include "scrape/refusals.h"

namespace fleet {

// Where user and password of a connection are configured: what to mend when the server does not
// take them.
enum class CredentialsFrom : std::uint8_t {
  flags,           // of the node of the flags
  visit_by_flags,  // the same, for a target of /scrape, without a configuration file
  group,           // of a group of the configuration file
  sentinel,        // of its Sentinels
  visit_by_file,   // for a target of /scrape, beside a configuration file
};

// Who asks.
struct Asker {
  const Target& target;  // with the password that the server's words lose
  CredentialsFrom from = CredentialsFrom::flags;
};

inline constexpr std::string_view kSetName = "CLIENT SETNAME";
inline constexpr std::string_view kPing = "PING";

struct Greeting {
  std::string bytes;
  // Of what was put into `bytes`. The last is INFO, or PING where INFO is refused.
  std::vector<std::string_view> lines;
  // Where PING ends in both, to be answered before more is sent; 0: there is none.
  std::size_t ping_bytes = 0, ping_lines = 0;
};

struct Manners {
  bool set_client_name = true;
  bool ping_first = false;  // PING before all that a proxy may hang up at
};

// Leaves out what the node refused before. Credentials come from `target`.
Greeting make_greeting(const Target& target, Manners manners, const CommandNames& names,
                       const Refusals& refusals, Refusals::Time now);

// Why INFO is not there, from the replies to a greeting; no failure when it is, or was not asked.
Failure judge_greeting(const Greeting& greeting, const ReplyBuffer& replies, const Asker& asker);

// Whether PING was asked, and answered.
bool answered_ping(const Greeting& greeting, const ReplyBuffer& replies);
bool is_pong(Reply reply);

// Whether PING may tell of a server that refused INFO in these words that it is there. One that
// gives this user no right to INFO is no proxy, and is down until the right is given.
bool may_stand_for_info(std::string_view refusal);

// Whether the server, up as it is, has no use for the password that was sent.
bool password_unused(const Greeting& greeting, const ReplyBuffer& replies);

// What a server says to AUTH, in words of ours: its own may repeat the password.
std::string_view auth_words(std::string_view refusal);

// What a reply in INFO's place means, and what an error there does.
Failure judge_info(Reply info, const Asker& asker);
Failure judge_info_error(std::string_view text, const Asker& asker);

}  // namespace fleet
