// SPDX-License-Identifier: Apache-2.0
// Clients that are turned away are counted, by why. What they can cause at will is logged once a
// minute, for each text.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "base/log.h"
#include "net/deadline.h"
#include "telemetry/self_metrics.h"

namespace fleet::http {

class Complaints {
 public:
  explicit Complaints(SelfMetrics& self) : self_(self) {}

  void refuse(Refusal refusal, std::string_view event, std::string_view why,
              std::string_view client = {}) {
    self_.client_refused(refusal);
    warn(event, why, client);
  }

  // Turns nobody away. `why` is one of few texts. `client`: its address; empty: nobody's.
  void warn(std::string_view event, std::string_view why, std::string_view client = {}) {
    Clock::time_point& quiet_until = quiet_until_[std::string(event) += why];
    if (Clock::now() < quiet_until) return;
    quiet_until = Clock::now() + std::chrono::minutes(1);
    if (client.empty())
      log::warning(event, {{"error", why}});
    else
      log::warning(event, {{"client", client}, {"error", why}});
  }

 private:
  SelfMetrics& self_;
  std::map<std::string, Clock::time_point> quiet_until_;
};

}  // namespace fleet::http
