// SPDX-License-Identifier: Apache-2.0
// `groups` of a configuration. What is defined for all groups is in the context before.
#pragma once

#include <vector>

#include "config/config_reader.h"
#include "config/group.h"
#include "config/load_context.h"

namespace fleet {

std::vector<Group> read_groups(const ConfigValue& section, LoadContext& context);

}  // namespace fleet
