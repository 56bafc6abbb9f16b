// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <algorithm>
#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/characters.h"
#include "base/text.h"

namespace fleet::log {
namespace {

bool as_json = false;

void append_code(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
}

// What a peer sends may hold line breaks, terminal codes or no text at all: what reaches the log is
// printable and valid UTF-8.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    std::size_t length = 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        length = std::max<std::size_t>(utf8_length(text), 1);
        const bool control = is_control(c) || (length == 2 && c == '\xC2' && text[1] < '\xA0');
        if (!control && (length > 1 || static_cast<signed char>(c) > 0)) {
          out += text.substr(0, length);
        } else {
          for (const char byte : text.substr(0, length)) append_code(out, byte);
        }
      }
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void write(spdlog::level::level_enum level, std::string_view event,
           std::initializer_list<Field> fields) {
  if (!spdlog::should_log(level)) return;
  std::string line;
  if (as_json) {
    append_quoted(line, event);
    for (const auto& [key, value] : fields) {
      line += ',';
      append_quoted(line, key);
      line += ':';
      append_quoted(line, value);
    }
  } else {
    append_quoted(line, event);
    for (const auto& [key, value] : fields) {
      line.append(" ").append(key) += '=';
      append_quoted(line, value);
    }
  }
  spdlog::log(level, line);
}

}  // namespace

void configure(Level least, bool json) {
  as_json = json;
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
  auto logger = std::make_shared<spdlog::logger>("fleet", std::move(sink));
  logger->flush_on(spdlog::level::debug);
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                   spdlog::level::warn, spdlog::level::err};
  logger->set_level(kLevels[static_cast<int>(least)]);
  logger->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","event":%v})"
                           : "time=%Y-%m-%dT%H:%M:%S.%eZ level=%l event=%v",
                      spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
}

void debug(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::debug, event, fields);
}
void info(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::info, event, fields);
}
void warning(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::warn, event, fields);
}
void error(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::err, event, fields);
}

}  // namespace fleet::log
