// SPDX-License-Identifier: Apache-2.0
// What checks send, for the rights that they need.
#pragma once

#include <string_view>
#include <vector>

#include "base/version.h"
#include "config/check_settings.h"

namespace fleet {

// The commands of the checks that are wanted, as far as a server of this version, with or without a
// module for search, has them.
std::vector<std::string_view> check_commands(const CheckSettings& settings, Version version,
                                             bool search_module);

}  // namespace fleet
