// SPDX-License-Identifier: Apache-2.0
// Checks that a /scrape asks for in its URL: kept from request to request, so that a walk that is
// long goes on, and dropped when nobody asks any more.
#pragma once

#include <list>
#include <memory>

#include "scrape/node_checks.h"

namespace fleet {

class AskedChecks {
 public:
  static constexpr std::size_t kMost = 64;
  static constexpr std::chrono::minutes kForget{10};

  // Catalogue and tasks must outlive it.
  AskedChecks(const Catalogue& catalogue, TaskGroup& tasks, asio::any_io_executor executor)
      : catalogue_(catalogue), tasks_(tasks), executor_(std::move(executor)) {}

  // Those of a node with these settings; null when kMost others are in use.
  std::shared_ptr<NodeChecks> find(const Target& target, const std::shared_ptr<NodeAccess>& access,
                                   const CheckSettings& settings);
  // Drops those that nobody asked for lately; all when a reload changed what nodes are asked with.
  void forget_old();
  void clear();
  void forget_refusals() {
    for (const Asked& asked : asked_) asked.checks->forget_refusals();
  }

 private:
  struct Asked {
    Target target;
    std::shared_ptr<NodeAccess> access;
    CheckSettings settings;
    std::shared_ptr<NodeChecks> checks;
    Clock::time_point used{};
  };
  const Catalogue& catalogue_;
  TaskGroup& tasks_;
  const asio::any_io_executor executor_;
  std::list<Asked> asked_;
};

}  // namespace fleet
