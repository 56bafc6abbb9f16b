// SPDX-License-Identifier: Apache-2.0
// What a mistyped name was probably meant to be.
#pragma once

#include <span>
#include <string_view>

namespace fleet {

// The name of `names` that differs least from `typed`; empty when none is near. Near are names that
// one edit (a character added, dropped, replaced or swapped with the next) for each three
// characters of `typed` leads to, and at most three edits.
std::string_view closest_name(std::string_view typed, std::span<const std::string_view> names);

}  // namespace fleet
