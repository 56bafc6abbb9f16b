// SPDX-License-Identifier: Apache-2.0
// What a peer sends may hold line breaks, terminal codes or no text at all: what people read of it
// is printable, valid UTF-8, and one line.
#pragma once

#include <string>
#include <string_view>

namespace fleet {

// Appends the text with \n, \r, \t, \", \\ and \u00XX for what cannot be printed, so that quotes
// around it make it a string of JSON and of logfmt.
void append_printable(std::string& out, std::string_view text);

// The same of the first `most` bytes, with "..." where more follows.
std::string printable(std::string_view text, std::size_t most);

}  // namespace fleet
