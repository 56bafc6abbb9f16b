// SPDX-License-Identifier: Apache-2.0
// The pages of docs/runbooks as HTML, in the program: what an alert links to must be there when the
// network is not.
#pragma once

#include <span>
#include <string_view>

namespace fleet {

struct Runbook {
  std::string_view name;  // of the alert
  std::string_view html;  // what belongs between <body> and </body>
};

// By name.
std::span<const Runbook> all_runbooks();

}  // namespace fleet
