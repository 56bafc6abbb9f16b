// SPDX-License-Identifier: Apache-2.0
// `credentials` and `tls` of a configuration: entries with names, which groups and allowed
// targets refer to.
#pragma once

#include "config/config_reader.h"
#include "config/load_context.h"

namespace fleet {

void read_credentials(const ConfigValue& section, LoadContext& context);
void read_tls(const ConfigValue& section, LoadContext& context);

// The entry that the text of `reference` names. None, and an error, when there is none.
const Credentials* find_credentials(const ConfigValue& reference, LoadContext& context);
const TlsFiles* find_tls(const ConfigValue& reference, LoadContext& context);

void warn_of_unused(LoadContext& context);

}  // namespace fleet
