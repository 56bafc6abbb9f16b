// SPDX-License-Identifier: Apache-2.0
// The first words on a new connection (AUTH, SELECT, CLIENT SETNAME, INFO: one write), and what a
// server's error replies to them mean. Pure.
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

struct Greeting {
  std::string bytes;
  std::vector<std::string_view> lines;  // of what was put into `bytes`; the last is INFO
};

// Leaves out what the node refused before. Credentials come from `target`.
Greeting make_greeting(const Target& target, bool set_client_name, const CommandNames& names,
                       const Refusals& refusals, Refusals::Time now);

// Why the node is not up, from the replies to a greeting; no failure when INFO was answered.
Failure judge_greeting(const Greeting& greeting, const ReplyBuffer& replies, const Asker& asker);

// Whether the server, up as it is, has no use for the password that was sent.
bool password_unused(const Greeting& greeting, const ReplyBuffer& replies);

// What a server says to AUTH, in words of ours: its own may repeat the password.
std::string_view auth_words(std::string_view refusal);

// What a reply in INFO's place means, and what an error there does.
Failure judge_info(Reply info, const Asker& asker);
Failure judge_info_error(std::string_view text, const Asker& asker);

}  // namespace fleet
