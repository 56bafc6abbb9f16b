// SPDX-License-Identifier: Apache-2.0
#include "exposition/negotiate.h"

#include "base/text.h"

namespace fleet {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// "q=0", "q=0.0": the client refuses the coding. A weight that is no number counts as accepted.
bool weight_is_zero(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = trim(take_until(parameters, ';'));
    const std::string_view name = trim(take_until(value, '='));
    if (equal_ignoring_case(name, "q")) return parse_number(trim(value)).value_or(1) <= 0;
  }
  return false;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view parameters = take_until(accept_encoding, ',');
    const std::string_view coding = trim(take_until(parameters, ';'));
    if (equal_ignoring_case(coding, "gzip")) return !weight_is_zero(parameters);
    if (coding == "*") any = !weight_is_zero(parameters);
  }
  return any;
}

}  // namespace fleet
