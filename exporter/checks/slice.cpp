// SPDX-License-Identifier: Apache-2.0
#include "checks/slice.h"

#include "resp/request.h"

namespace fleet {

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
  return why.empty() ? "" : std::string(line) + ": " + why;
}

void Slice::add(std::string_view line, std::initializer_list<std::string_view> arguments) {
  append_command_line(bytes_, wire(line).name, arguments);
  lines_.push_back(line);
  keys_.push_back(arguments.size() == 0 ? std::string_view() : *arguments.begin());
}

}  // namespace fleet
