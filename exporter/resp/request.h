// SPDX-License-Identifier: Apache-2.0
// Commands as RESP bytes.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace fleet {

// Appends one command. Arguments may hold any bytes.
void append_command(std::string& out, std::span<const std::string_view> arguments);
void append_command(std::string& out, std::initializer_list<std::string_view> arguments);

// The same for a line whose words are separated by single spaces: "CONFIG GET maxmemory". More
// arguments may follow, of any bytes.
void append_command_line(std::string& out, std::string_view line,
                         std::initializer_list<std::string_view> more = {});

}  // namespace fleet
