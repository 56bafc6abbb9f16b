// SPDX-License-Identifier: Apache-2.0
// Durations as Go programs write them: "15s", "500ms", "1m30s", "1.5h". Units are ns, us (µs), ms,
// s, m and h; a sign may lead; "0" needs no unit.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fleet {

// The duration that the whole of `text` spells. Otherwise none, and `problem` says what is wrong.
// More than about 292 years do not fit.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text, std::string& problem);

// "1h", "1m30s", "500ms", "1.5s", "0s": the shortest text that parse_duration reads back as
// `value`.
std::string format_duration(std::chrono::nanoseconds value);

}  // namespace fleet
