// SPDX-License-Identifier: Apache-2.0
// What the program does instead of serving: --version, --check-config, --check-health,
// --list-..., --print-acl, probe.
#pragma once

#include "config/options.h"
#include "samples/catalogue.h"

namespace fleet {

// Everything that a page can hold, in the order of pages.
void declare_all_metrics(Catalogue& catalogue);

// Names of labels that its metrics have, each once, sorted.
std::vector<std::string_view> label_names(const Catalogue& catalogue);

// Does what `options.action` asks for; the result is the exit status. The
// catalogue has all metrics.
int run_command(const Options& options, const Catalogue& catalogue);

}  // namespace fleet
