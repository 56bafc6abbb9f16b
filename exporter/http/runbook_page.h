// SPDX-License-Identifier: Apache-2.0
// /runbooks and /runbooks/NAME: what to do about an alert. Every alert links there.
#pragma once

#include <string_view>

#include "http/request.h"

namespace fleet::http {

inline constexpr std::string_view kRunbooks = "/runbooks";

// `path` begins with kRunbooks; 404 where there is no such page.
Response runbook_page(std::string_view path);

}  // namespace fleet::http
