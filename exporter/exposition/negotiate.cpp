// SPDX-License-Identifier: Apache-2.0
#include "exposition/negotiate.h"

#include <algorithm>

#include "base/text.h"

namespace fleet {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// The value of "a=1; q=0.5"; empty: it is not there.
std::string_view parameter(std::string_view parameters, std::string_view wanted) {
  while (!parameters.empty()) {
    std::string_view value = trim(take_until(parameters, ';'));
    const std::string_view name = trim(take_until(value, '='));
    if (equal_ignoring_case(name, wanted)) return trim(value);
  }
  return {};
}

// 0: the client refuses it. A weight that is no number counts as 1.
double weight(std::string_view parameters) {
  return parse_number(parameter(parameters, "q")).value_or(1);
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view parameters = take_until(accept_encoding, ',');
    const std::string_view coding = trim(take_until(parameters, ';'));
    if (equal_ignoring_case(coding, "gzip")) return weight(parameters) > 0;
    if (coding == "*") any = weight(parameters) > 0;
  }
  return any;
}

Format preferred_format(std::string_view accept) {
  double openmetrics = 0, text = 0;
  while (!accept.empty()) {
    std::string_view parameters = take_until(accept, ',');
    const std::string_view type = trim(take_until(parameters, ';'));
    const std::string_view version = parameter(parameters, "version");
    if (equal_ignoring_case(type, "application/openmetrics-text")) {
      if (version.empty() || version == "1.0.0")
        openmetrics = std::max(openmetrics, weight(parameters));
    } else if (equal_ignoring_case(type, "text/plain")) {
      text = std::max(text, weight(parameters));
    }
  }
  return openmetrics > 0 && openmetrics >= text ? Format::openmetrics : Format::text;
}

}  // namespace fleet
