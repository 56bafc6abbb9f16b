// SPDX-License-Identifier: Apache-2.0
// Log lines: an event and key=value facts, to standard error. Never hand a Secret to it.
#pragma once

#include <initializer_list>
#include <string_view>

namespace fleet::log {

enum class Level { debug, info, warning, error };

struct Field {
  std::string_view key, value;
};

// Once, at start-up, before the first line. `json`: one JSON object a line, else logfmt.
void configure(Level least, bool json);

void debug(std::string_view event, std::initializer_list<Field> fields = {});
void info(std::string_view event, std::initializer_list<Field> fields = {});
void warning(std::string_view event, std::initializer_list<Field> fields = {});
void error(std::string_view event, std::initializer_list<Field> fields = {});

}  // namespace fleet::log
