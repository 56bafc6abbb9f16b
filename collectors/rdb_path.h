// SPDX-License-Identifier: Apache-2.0
// Where the server's RDB file is, by its settings.
#pragma once

#include <string>

#include "resp/reply.h"

namespace fleet {

// From the replies to CONFIG GET dir and CONFIG GET dbfilename. Empty when they are not there, or
// are not what a Redis says: an absolute path, and a name without a slash.
std::string rdb_path(Reply dir, Reply dbfilename);

}  // namespace fleet
