// SPDX-License-Identifier: Apache-2.0
// What stands between a request and its answer: the limit of requests, the client's certificate
// and password, and the headers that every response has.
#pragma once

#include <string>
#include <string_view>

#include "config/web_settings.h"
#include "http/complaints.h"
#include "http/passwords.h"
#include "http/request.h"
#include "http/server.h"
#include "net/deadline.h"

namespace fleet::http {

class Door {
 public:
  Door(const asio::any_io_executor& executor, Handler inside, Complaints& complaints)
      : inside_(std::move(inside)), passwords_(executor), complaints_(complaints) {}

  // In force for requests that come from now on.
  void use(const WebSettings& settings);

  asio::awaitable<Response> answer(const Request& request);

 private:
  bool has_a_token();
  asio::awaitable<Response> refusal(const Request& request);
  void complain(Refusal refusal, std::string_view why, const Request& request);

  const Handler inside_;
  WebSettings settings_;
  Passwords passwords_;
  double tokens_ = 0;  // of the limit of requests
  Clock::time_point counted_{};
  Complaints& complaints_;
};

}  // namespace fleet::http
