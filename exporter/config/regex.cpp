// SPDX-License-Identifier: Apache-2.0
#include "config/regex.h"

#include <re2/re2.h>

namespace fleet {
namespace {

re2::RE2::Options quiet() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

std::string Regex::problem(std::string_view pattern) {
  const re2::RE2 compiled(pattern, quiet());
  if (compiled.ok()) return {};
  return "no regular expression: " + compiled.error() +
         "; accepted: one as Go and RE2 write it, such as ^orders or ^(a|b)$";
}

Regex::Regex(std::string_view pattern)
    : compiled_(std::make_shared<const re2::RE2>(pattern, quiet())) {}

bool Regex::matches(std::string_view text) const {
  return compiled_->ok() && re2::RE2::PartialMatch(text, *compiled_);
}

}  // namespace fleet
