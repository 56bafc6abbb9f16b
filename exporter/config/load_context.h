// SPDX-License-Identifier: Apache-2.0
// What the readers of a configuration's parts share: what is defined for all groups, and what was
// met so far.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "config/config_reader.h"
#include "config/files.h"
#include "config/group.h"
#include "config/options.h"
#include "config/tls_files.h"

namespace fleet {

struct Credentials {
  std::string username = {};
  std::optional<Secret> password = {};
};

// An entry of `credentials` or `tls`.
template <class Value>
struct Definition {
  ConfigValue where;
  Value value = {};
  bool used = false;
};
template <class Value>
using Definitions = std::map<std::string, Definition<Value>, std::less<>>;

using ThresholdValues = std::map<const Threshold*, double>;

struct LoadContext {
  const FileAccess& files;
  const Environment& environment;
  std::string folder = {};  // of the configuration, with its /; empty: the working directory
  std::span<const std::string_view> labels = {};  // that samples have already
  Report report;
  std::vector<std::string> watched_files = {};

  Definitions<Credentials> credentials = {};
  Definitions<TlsFiles> tls = {};
  std::vector<CollectorSwitch> collectors = {};     // of all groups
  CheckSettings checks = {};                        // of all groups
  ThresholdValues thresholds = {};                  // of all groups
  std::map<std::string, std::string> servers = {};  // host and port, or path: where it is listed
};

// `name` as a file's path: relative ones are relative to the configuration.
inline std::string path_from(const LoadContext& context, std::string_view name) {
  return name.starts_with('/') ? std::string(name) : context.folder + std::string(name);
}

}  // namespace fleet
