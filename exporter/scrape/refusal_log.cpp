// SPDX-License-Identifier: Apache-2.0
#include "scrape/refusal_log.h"

#include "base/characters.h"
#include "base/log.h"
#include "scrape/server_words.h"

namespace fleet {

std::string_view cure_of_refusal(std::string_view words) {
  return words.starts_with("NOPERM") ? "--print-acl shows the rights that the exporter needs" : "";
}

std::string grant_in(std::string_view why) {
  constexpr std::string_view kRefused = "NOPERM this user has no permissions to run the '";
  const std::size_t at = why.find(kRefused);
  if (at == std::string_view::npos) return {};
  why.remove_prefix(at + kRefused.size());
  const std::string_view command = why.substr(0, why.find('\''));
  if (command.size() == why.size() || !consists_of(command, "|-._")) return {};
  return "; +" + std::string(command) + " grants it";
}

void log_refusal(std::string_view instance, std::string_view line, std::string_view words,
                 const Target& target, std::string_view retry_after) {
  const std::string said = server_words(words, target);
  const std::string_view cure = cure_of_refusal(words);
  if (cure.empty()) {
    log::warning("command refused", {{"instance", instance},
                                     {"command", line},
                                     {"server", said},
                                     {"retry_after", retry_after}});
  } else {
    log::warning("command refused", {{"instance", instance},
                                     {"command", line},
                                     {"server", said},
                                     {"retry_after", retry_after},
                                     {"cure", cure}});
  }
}

}  // namespace fleet
