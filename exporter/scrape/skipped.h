// SPDX-License-Identifier: Apache-2.0
// Why commands of the collectors were not sent in a scrape: what a plan leaves out, in words. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scrape/plan.h"

namespace fleet {

std::string version_text(Version version);  // "7.0", "2.8.13"

struct Skipped {
  std::string_view collector;
  std::string_view command;  // empty: the collector sends nothing besides INFO
  std::string why;           // the server's words in it are printable, and without the password
};

// Of all collectors that there are, those that are off included.
std::vector<Skipped> skipped_commands(const PlanOptions& with, const Plan& plan,
                                      const NodeFacts& facts, const Refusals& refusals,
                                      Refusals::Time now, const Target& target);

// "refused by the server: "NOPERM ..."; not sent for another 59m"
std::string refused_words(std::string_view line, const Refusals& refusals, Refusals::Time now,
                          const Target& target);

}  // namespace fleet
