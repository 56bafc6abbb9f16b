// SPDX-License-Identifier: Apache-2.0
// Files of targets as Prometheus's file_sd_configs has them, JSON or YAML:
// [{"targets": ["10.0.0.5:6379"], "labels": {"rack": "a"}}].
#pragma once

#include <functional>

#include "config/config_reader.h"
#include "config/load_context.h"

namespace fleet {

// Calls `add` with each target of the files that the patterns match, and with its labels: `labels`
// and the file's, which win. What `add` is given lives no longer than the call.
using AddTarget = std::function<void(const ConfigValue& address, const ConfiguredLabels& labels)>;
void read_target_files(const ConfigValue& patterns, const ConfiguredLabels& labels,
                       LoadContext& context, const AddTarget& add);

}  // namespace fleet
