// SPDX-License-Identifier: Apache-2.0
#include "checks/slice.h"

#include "resp/request.h"

namespace fleet {

void Slice::add(std::string_view line, std::initializer_list<std::string_view> arguments) {
  append_command_line(bytes_, rules_(line).name, arguments);
  lines_.push_back(line);
}

}  // namespace fleet
