// SPDX-License-Identifier: Apache-2.0
// The target of a request line: whatever comes, parsing ends, and what is accepted holds no control
// character and no more than was sent.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/request.h"

namespace {

using fleet::http::Request;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_printable(std::string_view text) {
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  Request request;
  if (!fleet::http::parse_target(target, request)) return 0;
  require(request.path.starts_with('/'));
  require_printable(request.path);
  std::size_t held = request.path.size();
  std::string again = "/" + encoded(std::string_view(request.path).substr(1)) + "?";
  for (const auto& [name, value] : request.query) {
    require_printable(name);
    require_printable(value);
    require(request.parameter(name).has_value());
    held += name.size() + value.size();
    again += encoded(name) + "=" + encoded(value) + "&";
  }
  require(held <= target.size());
  // The same, spelled with every character encoded, is the same request.
  Request same;
  require(fleet::http::parse_target(again, same));
  require(same.path == request.path && same.query == request.query);
  return 0;
}
