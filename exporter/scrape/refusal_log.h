// SPDX-License-Identifier: Apache-2.0
// What people are told of a command that a server refused.
#pragma once

#include <string>
#include <string_view>

#include "config/target.h"

namespace fleet {

// What an operator can do about a refusal in these words of the server; "" when they say it all.
std::string_view cure_of_refusal(std::string_view words);

// The ACL rule that grants what `why` says is refused, as "; +slowlog|len grants it"; "" when it
// does not say a command. "... NOPERM this user has no permissions to run the 'slowlog|len'
// command".
std::string grant_in(std::string_view why);

// The log line; once, when the refusal is news. `retry_after`: how long it is not sent again.
void log_refusal(std::string_view instance, std::string_view line, std::string_view words,
                 const Target& target, std::string_view retry_after);

}  // namespace fleet
