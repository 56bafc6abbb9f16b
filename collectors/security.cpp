// SPDX-License-Identifier: Apache-2.0
// Who gets in: protected mode, and whether the default user needs a password.
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {
    {.line = "CONFIG GET protected-mode",
     .since = 0x030200,
     .wanted = [](const NodeFacts&,
                  const CollectorOptions& options) { return options.config_command; }},
    // It takes the server as long as INFO does: 7.0 compares the user's rights with all commands.
    {.line = "ACL GETUSER default", .since = 0x060000, .once = true},
};

constexpr Metric kProtectedMode =
    gauge("redis_protected_mode_enabled",
          "Whether protected mode is on: without a password only loopback is answered.")
        .source("CONFIG GET protected-mode")
        .since("3.2");
constexpr Metric kNoPassword =
    gauge("redis_default_user_passwordless",
          "Whether the default user is enabled and any password, or none, lets it in.")
        .source("ACL GETUSER default")
        .since("6.0");
constexpr const Metric* kMetrics[] = {&kProtectedMode, &kNoPassword};

bool holds(Reply list, std::string_view text) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].text() == text) return true;
  return false;
}

Outcome collect(const Input& input, SampleSet& out) {
  if (const Reply mode = input.replies[0].find("protected-mode"); mode.is_text())
    out.add(kProtectedMode, mode.text() == "yes" ? 1 : 0);
  if (const Reply flags = input.replies[1].find("flags"); flags.is_array())
    out.add(kNoPassword, holds(flags, "on") && holds(flags, "nopass") ? 1 : 0);
  return require_all(input, kCommands);
}

}  // namespace

constinit const Collector kSecurityCollector{
    .name = "security",
    .about = "Protected mode, and a default user without a password.",
    .applies_to = kData,
    .commands = kCommands,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
