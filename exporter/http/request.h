// SPDX-License-Identifier: Apache-2.0
// A GET and its answer, free of the HTTP library.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exposition/format.h"

namespace fleet::http {

struct Request {
  std::string path;                                        // decoded, without query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  bool post = false;                                       // else GET or HEAD
  std::string host;           // of the header Host; as the client sent it
  std::string authorization;  // of the header; as the client sent it
  std::string from;           // the client's address
  bool certified = true;      // false: over TLS without the certificate that clients need
  bool accepts_gzip = false;
  Format format = Format::text;  // that the client likes best
  std::chrono::steady_clock::time_point arrived;
  std::optional<double> scrape_timeout;  // X-Prometheus-Scrape-Timeout-Seconds; more than 0

  // The first value of a parameter; none when it is not there.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

// Bytes of a body that are made and sent at once.
inline constexpr std::size_t kPiece = 256 << 10;

struct Response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  bool gzip = false;
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside those of the body
  std::string body;
  // Called for each further piece of a body that is made as it is sent; false: that was the last
  // one.
  std::function<bool(std::string& piece)> more = {};
};

// Splits and decodes a request target ("/scrape?target=a%3A1"). False when it is malformed: not a
// path, a broken %-sequence, a decoded control character.
bool parse_target(std::string_view target, Request& into);

// 400, 403, 404, ...: `text` says what to do about it.
Response error_response(unsigned status, std::string text);

}  // namespace fleet::http
