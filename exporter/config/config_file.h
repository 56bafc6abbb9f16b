// SPDX-License-Identifier: Apache-2.0
// The configuration file, YAML. Strict: unknown keys, wrong types, names that are not defined or
// defined twice, and files that cannot be read are errors, all of them at once, each as
// "file:line:column: path: what is wrong; the cure". docs/configuration.md has every key.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/files.h"
#include "config/options.h"

namespace fleet {

struct LoadedFile {
  std::vector<std::string> errors = {};    // none holds a secret
  std::vector<std::string> warnings = {};  // for the log
};

// Sets in `options` what the file says: groups, watched_files, and what has a flag too, whose
// members hold their defaults (options.collectors: all there are). `labels` are names that samples
// have already, so that no group may add them. Options are meaningless beside errors.
LoadedFile load_config_file(const std::string& path, const Environment& environment,
                            std::span<const std::string_view> labels, Options& options);

// The same with the text of the file at `path`, and other ways to the files that it names.
LoadedFile load_config_text(std::string_view text, const std::string& path, const FileAccess& files,
                            const Environment& environment,
                            std::span<const std::string_view> labels, Options& options);

}  // namespace fleet
