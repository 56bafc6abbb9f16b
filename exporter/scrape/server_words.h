// SPDX-License-Identifier: Apache-2.0
// What a server says, as people get to read it. One rule for all of it, in log lines, failures and
// on pages: what the server sent loses the password that it was sent, because some servers repeat
// what they do not understand; then it is cut. What the exporter says in words of its own was never
// in reach of the password, and stays as it is: a password that is an English word must not make
// holes in sentences. So the password is taken out where a server's words are put into a sentence,
// and nowhere later.
#pragma once

#include <string>
#include <string_view>

#include "base/failure.h"
#include "config/target.h"
#include "resp/reply.h"

namespace fleet {

std::string server_words(std::string_view text, const Target& target);

// The failure with what was heard of the server in its message.
Failure with_server_words(Failure failure, const Target& target);

}  // namespace fleet
