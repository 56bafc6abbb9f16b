// SPDX-License-Identifier: Apache-2.0
// Files of certificates and keys that a configuration names.
#pragma once

#include <string>
#include <vector>

#include "config/files.h"

namespace fleet {

// Reads one into `text` and adds it to `watched`, also when it cannot be read: its cure is a
// change. The result is empty, or why not and what to do.
std::string read_pem_file(const FileAccess& files, const std::string& path,
                          std::vector<std::string>& watched, std::string& text);

}  // namespace fleet
