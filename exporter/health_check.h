// SPDX-License-Identifier: Apache-2.0
// The question of --check-health, which a container's HEALTHCHECK asks: whether the exporter that
// runs beside this process can answer.
#pragma once

#include <string>

#include "config/options.h"

namespace fleet {

// GETs `path` of the exporter that listens at `address`, by loopback where it listens on every
// address. Nothing when it answers 200 within 3 s, else why not, in one line.
std::string ask_health(const ListenAddress& address, const std::string& path);

}  // namespace fleet
