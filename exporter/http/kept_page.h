// SPDX-License-Identifier: Apache-2.0
// A page that is dear to make: for 10,000 nodes it takes a third of a second. However many ask for
// it, making it takes a tenth of the loop's time, and each of them holds a piece of the one that
// all share. What an operator did is not waited for: a page of another state is made at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/request.h"
#include "net/deadline.h"

namespace fleet::http {

class KeptPage {
 public:
  // `state` is another after a change that the next answer has to show.
  Response answer(std::uint64_t state, bool gzip, const std::function<Response()>& make);

 private:
  std::uint64_t state_ = 0;
  Clock::time_point until_{};
  Response response_;  // without its body
  std::shared_ptr<const std::string> plain_, compressed_;
};

}  // namespace fleet::http
