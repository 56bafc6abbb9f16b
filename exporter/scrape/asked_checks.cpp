// SPDX-License-Identifier: Apache-2.0
#include "scrape/asked_checks.h"

#include <algorithm>

namespace fleet {

std::shared_ptr<NodeChecks> AskedChecks::find(const Target& target,
                                              const std::shared_ptr<NodeAccess>& access,
                                              const CheckSettings& settings) {
  forget_old();
  auto found = std::ranges::find_if(asked_, [&](const Asked& one) {
    return one.access == access && one.target == target && one.settings == settings;
  });
  if (found == asked_.end()) {
    if (asked_.size() >= kMost) return nullptr;
    asked_.push_back({target, access, settings,
                      NodeChecks::make(target, access, settings, catalogue_, tasks_, executor_)});
    found = std::prev(asked_.end());
  }
  found->used = Clock::now();
  return found->checks;
}

void AskedChecks::forget_old() {
  std::erase_if(asked_, [now = Clock::now()](const Asked& one) {
    const bool old = now - one.used > kForget;
    if (old) one.checks->retire();
    return old;
  });
}

void AskedChecks::clear() {
  for (const Asked& one : asked_) one.checks->retire();
  asked_.clear();
}

}  // namespace fleet
