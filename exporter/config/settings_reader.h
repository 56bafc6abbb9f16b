// SPDX-License-Identifier: Apache-2.0
// Parts of a configuration that are more than one value each, for all groups or for one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_reader.h"
#include "config/group.h"
#include "config/load_context.h"

namespace fleet {

// Adds labels to `labels`, and replaces those of the same name. From a file of targets names that
// begin with __ are left out: there they are Prometheus's.
enum class LabelsOf : std::uint8_t { configuration, target_file };
void read_labels(const ConfigValue& value, const LoadContext& context, LabelsOf origin,
                 ConfiguredLabels& labels);

// Sets switches in `collectors`, which has all there are. With `options` their settings too.
void read_collectors(const ConfigValue& value, std::vector<CollectorSwitch>& collectors,
                     Options* options);

// Adds overrides to `values`, and replaces those of the same name and severity.
void read_thresholds(const ConfigValue& value, ThresholdValues& values);

void read_rename_commands(const ConfigValue& value, CommandNames& renames);

void read_rewrites(const ConfigValue& value, std::vector<Rewrite>& rewrites);

// Whether a target's spelling, or host:port, says the port.
bool has_port(std::string_view spelling);

}  // namespace fleet
