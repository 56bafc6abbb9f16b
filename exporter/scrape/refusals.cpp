// SPDX-License-Identifier: Apache-2.0
#include "scrape/refusals.h"

#include <algorithm>

#include "scrape/plan.h"

namespace fleet {

bool Refusals::is_refusal(std::string_view error) {
  if (is_of_key(error)) return false;
  // Wordings of Redis 3 to 8, Valkey, KeyDB, Dragonfly and Kvrocks; then of Redis Enterprise,
  // Upstash, Codis, Predixy and Envoy.
  constexpr std::string_view kStarts[] = {"NOPERM",
                                          "ERR unknown command",
                                          "ERR Unknown command",
                                          "ERR unknown subcommand",
                                          "ERR Unknown subcommand",
                                          "ERR Unknown sentinel subcommand",
                                          "ERR Unknown Redis command",
                                          "ERR wrong number of arguments",
                                          "ERR syntax error",
                                          "ERR This instance has cluster support disabled",
                                          "ERR command not allowed",
                                          "ERR unsupported",
                                          "ERR command is not allowed",
                                          "ERR Command is not available",
                                          "ERR handle request, command '",
                                          "ERR backend server '",
                                          "ERR auth permission deny",
                                          "unsupported command",
                                          "invalid request"};
  return std::ranges::any_of(kStarts, [&](std::string_view s) { return error.starts_with(s); });
}

// In words of Redis before 7.2 and since, and of search indexes.
bool Refusals::is_of_key(std::string_view error) {
  constexpr std::string_view kWords[] = {"one of the keys", "access a key",
                                         "permissions to query the index"};
  const auto says = [error](std::string_view words) { return error.find(words) != error.npos; };
  return error.starts_with("NOPERM") && std::ranges::any_of(kWords, says);
}

bool Refusals::note(std::string_view line, std::string_view error, Time now) {
  if (!is_refusal(error) || line == "AUTH") return false;
  // A script that calls what it may not, or what there is not, says so in the same words.
  if (error.find("script") != std::string_view::npos) return false;
  return enter(line, error.substr(0, Reply::kWords), now);
}

bool Refusals::note_hang_up(std::string_view line, Time now) { return enter(line, kHungUp, now); }

bool Refusals::enter(std::string_view line, std::string_view words, Time now) {
  const auto forget = line.starts_with("INFO") ? std::chrono::nanoseconds(kForgetInfo)
                                               : std::chrono::nanoseconds(kForget);
  const auto [it, fresh] = entries_.try_emplace(std::string(line));
  const bool news = fresh || it->second.error != words;
  it->second = {now + forget, std::string(words)};
  return news;
}

bool Refusals::holds(std::string_view line, Time now) const {
  const auto it = entries_.find(line);
  return it != entries_.end() && now < it->second.until;
}

std::chrono::nanoseconds Refusals::left(std::string_view line, Time now) const {
  const auto it = entries_.find(line);
  return holds(line, now) ? it->second.until - now : std::chrono::nanoseconds(0);
}

std::string_view Refusals::words(std::string_view line) const {
  const auto it = entries_.find(line);
  return it != entries_.end() ? std::string_view(it->second.error) : std::string_view();
}

std::size_t Refusals::count(Time now) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [&](const auto& e) { return now < e.second.until; }));
}

}  // namespace fleet
