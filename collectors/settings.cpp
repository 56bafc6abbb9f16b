// SPDX-License-Identifier: Apache-2.0
#include "collectors/settings.h"

#include <string>

#include "base/characters.h"
#include "base/text.h"

namespace fleet {

bool is_secret_setting(std::string_view name) {
  const std::string key = to_lower(name);
  const auto ends = [&](std::string_view tail) { return key.ends_with(tail); };
  const auto holds = [&](std::string_view part) { return key.find(part) != key.npos; };
  return ends("pass") || ends("auth") || ends("token") || ends("credentials") || holds("passw") ||
         holds("passphrase") || holds("secret");
}

void emit_settings(Reply settings, bool redact, const Metric& key_value, const Metric& number,
                   SampleSet& out) {
  for (std::size_t i = 0; i + 1 < settings.size(); i += 2) {
    const std::string_view key = settings[i].text(), value = settings[i + 1].text();
    if (redact && is_secret_setting(key)) continue;
    out.add(key_value, {{"key", key}, {"value", value}}, 1);
    if (const auto parsed = parse_number(value)) out.add(number, {{"key", key}}, *parsed);
  }
}

}  // namespace fleet
