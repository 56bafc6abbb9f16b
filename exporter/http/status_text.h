// SPDX-License-Identifier: Apache-2.0
// Words of the status page that its JSON has, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scrape/fleet.h"

namespace fleet::http {

// In the order of trouble.
enum class State : std::uint8_t { down, incomplete, not_asked, up };
inline constexpr std::size_t kStates = 4;

State state_of(const Fleet::Member& member);
std::string_view name_of(State state);   // "down", "incomplete", "not asked yet", "up"
std::string_view class_of(State state);  // of CSS

// "master", "replica", "sentinel"; of a node that does not answer what discovery says.
std::string role_of(const Fleet::Member& member);
std::string discovery_of(const GroupStatus& group);

std::string ago(double then, double now);  // "12 s ago"; 0 is "never"
std::string milliseconds(double seconds);  // "1.5 ms"

}  // namespace fleet::http
