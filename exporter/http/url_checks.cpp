// SPDX-License-Identifier: Apache-2.0
#include "http/url_checks.h"

namespace fleet::http {
namespace {

struct Parameter {
  std::string_view name;
  std::vector<KeyPattern> CheckSettings::*member;
};
constexpr Parameter kParameters[] = {
    {"check-keys", &CheckSettings::keys},
    {"check-single-keys", &CheckSettings::single_keys},
    {"count-keys", &CheckSettings::count_keys},
    {"check-streams", &CheckSettings::streams},
    {"check-single-streams", &CheckSettings::single_streams},
};

}  // namespace

UrlChecks url_checks(const Request& request, const CheckSettings& configured) {
  UrlChecks checks{.settings = configured};
  for (const Parameter& parameter : kParameters) {
    const auto text = request.parameter(parameter.name);
    if (!text || text->empty()) continue;
    checks.any = true;
    const std::string problem = read_key_list(*text, checks.settings.*parameter.member);
    if (!problem.empty() && checks.problem.empty())
      checks.problem = std::string(parameter.name) + ": " + problem;
  }
  return checks;
}

}  // namespace fleet::http
