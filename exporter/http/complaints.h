// SPDX-License-Identifier: Apache-2.0
// What a client can cause at will is logged once a minute.
#pragma once

#include <chrono>
#include <initializer_list>

#include "base/log.h"
#include "net/deadline.h"

namespace fleet::http {

class Complaints {
 public:
  void warn(std::string_view event, std::initializer_list<log::Field> fields) {
    if (Clock::now() < quiet_until_) return;
    quiet_until_ = Clock::now() + std::chrono::minutes(1);
    log::warning(event, fields);
  }

 private:
  Clock::time_point quiet_until_{};
};

}  // namespace fleet::http
