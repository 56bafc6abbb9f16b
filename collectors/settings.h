// SPDX-License-Identifier: Apache-2.0
// Settings as CONFIG GET and SENTINEL CONFIG GET answer them, one metric for all.
#pragma once

#include <string_view>

#include "resp/reply.h"
#include "samples/metric.h"
#include "samples/sample_set.h"

namespace fleet {

// Whether a setting of this name holds a password, a key or a token. By its form, so that secrets
// of modules and of servers to come are among them.
bool is_secret_setting(std::string_view name);

// Adds `key_value` with key and value for each of name, value, name, value, and `number` where the
// value is one. With `redact` none that holds a secret.
void emit_settings(Reply settings, bool redact, const Metric& key_value, const Metric& number,
                   SampleSet& out);

}  // namespace fleet
