// SPDX-License-Identifier: Apache-2.0
#include "checks/slice.h"

#include "base/printable.h"
#include "resp/request.h"

namespace fleet {

std::string error_of(std::string_view line, std::string_view key, std::string_view error) {
  constexpr std::size_t kShown = 100;
  const bool of_key = error.starts_with("WRONGTYPE") || error.find(" key") != error.npos;
  std::string text(line);
  if (of_key) text.append(" ").append(printable(key, kShown));
  return text.append(": ").append(error);
}

const Slice::Wire& Slice::wire(std::string_view line) {
  const auto [entry, fresh] = wires_.try_emplace(line);
  if (fresh) entry->second = rules_(line);
  return entry->second;
}

std::string Slice::refused(std::string_view line) {
  const std::string& why = wire(line).refused;
  return why.empty() ? "" : std::string(line) + ": " + why;
}

std::string Slice::refused(std::string_view line, std::string_view key) {
  std::string why = refused(line);
  if (!why.empty() || key_rules_ == nullptr) return why;
  why = (*key_rules_)(line, database, key);
  return why.empty() ? "" : error_of(line, key, why);
}

void Slice::add(std::string_view line, std::initializer_list<std::string_view> arguments) {
  append_command_line(bytes_, wire(line).name, arguments);
  lines_.push_back(line);
  keys_.push_back(arguments.size() == 0 ? std::string_view() : *arguments.begin());
}

}  // namespace fleet
