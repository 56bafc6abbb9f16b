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

void Slice::add(std::string_view line, std::initializer_list<std::string_view> arguments) {
  append_command_line(bytes_, wire(line).name, arguments);
  lines_.push_back(line);
}

}  // namespace fleet
