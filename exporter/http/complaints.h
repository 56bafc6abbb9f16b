// SPDX-License-Identifier: Apache-2.0
// What a client can cause at will is logged once a minute, for each reason.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "base/log.h"
#include "net/deadline.h"

namespace fleet::http {

class Complaints {
 public:
  // `why` is one of few texts. `client`: its address; empty: nobody's.
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
  std::map<std::string, Clock::time_point> quiet_until_;
};

}  // namespace fleet::http
