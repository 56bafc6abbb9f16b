// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "config/flag_table.h"

namespace fleet {
namespace {

constexpr std::string_view kIntroduction =
    "Usage: redis_fleet_exporter [flags]\n"
    "       redis_fleet_exporter [flags] probe URI   one scrape to standard output; the exit "
    "status tells\n"
    "\n"
    "-name is --name, and --name VALUE is --name=VALUE; a switch takes true or false after = "
    "only.\n"
    "A flag wins over its environment variable, and that over the default. Durations: 500ms, 2s, "
    "1m30s.\n";

// "--redis.addr=URI", "--debug", "--list-metrics[=text|markdown]"
std::string synopsis(const Flag& flag) {
  std::string text = "--" + std::string(flag.name);
  if (flag.value.empty()) return text;
  const bool optional = !flag.bare.empty();
  text.append(optional ? "[=" : "=").append(flag.value).append(optional ? "]" : "");
  return text;
}

// "(REDIS_ADDR, default redis://localhost:6379)"; nothing where there is nothing to say.
std::string notes(const Flag& flag) {
  std::string text(flag.environment);
  if (!flag.value.empty() && !flag.bare.empty()) {
    text.append("alone: ").append(flag.bare);
  } else if (!flag.default_value.empty() && flag.default_value != "false") {
    text.append(text.empty() ? "default " : ", default ").append(flag.default_value);
  }
  return text.empty() ? text : "  (" + text + ")";
}

}  // namespace

std::string help_text(std::span<const CollectorSwitch> collectors) {
  std::string text(kIntroduction);
  std::string_view section;
  for (const Flag& flag : flags()) {
    if (flag.section != section) text.append("\n").append(flag.section).append(":\n");
    section = flag.section;
    text.append("  ").append(synopsis(flag)).append(notes(flag)).append("\n");
    for (std::string_view rest = flag.help; !rest.empty();)
      text.append("      ").append(take_until(rest, '\n')).append("\n");
  }
  text += "\nCollectors: --collector.NAME or --no-collector.NAME, with NAME one of:\n";
  for (const CollectorSwitch& collector : collectors)
    text.append("  ").append(collector.name).append(collector.on ? "\n" : "  (default false)\n");
  return text;
}

}  // namespace fleet
