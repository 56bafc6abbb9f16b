// SPDX-License-Identifier: Apache-2.0
// The flags as data: what --help prints and what parse_options looks up.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/options.h"

namespace fleet {

struct Flag {
  std::string_view section;        // heading in --help
  std::string_view name;           // without dashes
  std::string_view environment;    // empty: none
  std::string_view value;          // what --help calls the value; empty: a switch
  std::string_view default_value;  // what Options has, as text
  std::string_view bare;           // what the flag means without a value; empty: a value is needed
  std::string_view help;           // lines of at most 92 characters
  // Sets the member; otherwise what is wrong and what is accepted.
  std::string (*set)(Options& options, std::string_view value);
  bool may_hold_secret = false;     // errors then show no user and password of it
  std::string_view collector = {};  // that it switches, as --collector.NAME does
};
std::span<const Flag> flags();
const Flag* find_flag(std::string_view name);

std::string help_text(std::span<const CollectorSwitch> collectors);

}  // namespace fleet
