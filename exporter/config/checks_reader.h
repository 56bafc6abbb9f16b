// SPDX-License-Identifier: Apache-2.0
// The section `checks` of a configuration: of the whole, or of a group.
#pragma once

#include "config/check_settings.h"
#include "config/load_context.h"

namespace fleet {

// Sets what the section says, and leaves the rest of `checks`.
void read_checks(const ConfigValue& value, LoadContext& context, CheckSettings& checks);

}  // namespace fleet
