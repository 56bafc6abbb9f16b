// SPDX-License-Identifier: Apache-2.0
#include "http/request.h"

#include <algorithm>

#include "base/characters.h"
#include "base/percent_encoding.h"
#include "base/text.h"

namespace fleet::http {
namespace {

bool decode(std::string_view text, Plus plus, std::string& out) {
  return percent_decode(text, plus, out) && std::ranges::none_of(out, is_control);
}

}  // namespace

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

bool parse_target(std::string_view target, Request& into) {
  if (!target.starts_with('/')) return false;
  std::string_view query = target;
  const std::string_view path = take_until(query, '?');
  if (!decode(path, Plus::is_plus, into.path)) return false;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    if (value.empty()) continue;
    const std::string_view name = take_until(value, '=');
    auto& [key, text] = into.query.emplace_back();
    if (!decode(name, Plus::is_space, key) || !decode(value, Plus::is_space, text)) return false;
  }
  return true;
}

Response error_response(unsigned status, std::string text) {
  Response response;
  response.status = status;
  response.body = std::move(text) + "\n";
  return response;
}

}  // namespace fleet::http
