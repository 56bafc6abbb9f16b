// SPDX-License-Identifier: Apache-2.0
#include "http/door.h"

#include <algorithm>

namespace fleet::http {

void Door::use(const WebSettings& settings) {
  if (settings.users != settings_.users) passwords_.set_users(settings.users);
  settings_ = settings;
  tokens_ = static_cast<double>(settings_.rate_burst);
  counted_ = Clock::now();
}

// A token comes each interval, and as many as the burst can lie there.
bool Door::has_a_token() {
  if (settings_.rate_interval.count() == 0) return true;
  const auto now = Clock::now();
  const double come = std::chrono::duration<double>(now - counted_) /
                      std::chrono::duration<double>(settings_.rate_interval);
  tokens_ = std::min(tokens_ + come, static_cast<double>(settings_.rate_burst));
  counted_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

void Door::complain(Refusal refusal, std::string_view why, const Request& request) {
  complaints_.refuse(refusal, "a request was refused", why, request.from);
}

// Status 200: none.
asio::awaitable<Response> Door::refusal(const Request& request) {
  Response response;
  if (!has_a_token()) {
    complain(Refusal::rate_limit, "more requests than rate_limit lets in", request);
    response =
        error_response(429, "more requests come than rate_limit of --web.config.file lets in");
    co_return response;
  }
  if (settings_.is_unguarded(request.path)) co_return response;
  if (!request.certified) {
    complain(Refusal::certificate, "it shows no certificate", request);
    response = error_response(403, "a client certificate is needed here");
    co_return response;
  }
  if (passwords_.empty()) co_return response;
  const auto verdict = co_await passwords_.check(request.authorization, request.from);
  if (verdict == Passwords::Verdict::right) co_return response;
  if (verdict == Passwords::Verdict::busy) {
    complain(Refusal::too_many_passwords, "too many passwords are tried at once", request);
    response = error_response(429, "too many passwords are tried at once; try again");
    response.headers.emplace_back("Retry-After", "1");
    co_return response;
  }
  complain(Refusal::password,
           request.authorization.empty() ? "it has no password" : "its user or password is wrong",
           request);
  response = error_response(401, "user and password are needed here");
  response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"redis_fleet_exporter\"");
  co_return response;
}

asio::awaitable<Response> Door::answer(const Request& request) {
  Response response = co_await refusal(request);
  if (response.status == 200) response = co_await inside_(request);
  for (const auto& header : settings_.headers) {
    std::erase_if(response.headers, [&](const auto& own) { return own.first == header.first; });
    response.headers.push_back(header);
  }
  co_return response;
}

}  // namespace fleet::http
