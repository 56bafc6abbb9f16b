// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/printable.h"

namespace fleet::log {
namespace {

bool as_json = false;

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_printable(out, text);
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
