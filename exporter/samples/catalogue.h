// SPDX-License-Identifier: Apache-2.0
// Every metric that can be emitted, each with a small number: its place in every page. Filled once
// at start-up from the collectors' tables, so a metric that --list-metrics does not show cannot be
// emitted.
#pragma once

#include <cstdint>
#include <vector>

#include "samples/metric.h"

namespace fleet {

class Catalogue {
 public:
  // `metric` must outlive the catalogue: its address is its identity. A second metric of the same
  // name is a programming error and throws std::logic_error.
  void declare(const Metric& metric);

  // The metric's number, 0 .. size()-1. An undeclared one throws std::logic_error.
  std::uint32_t ordinal(const Metric& metric) const {
    const Slot& slot = slots_[slot_of(&metric)];
    if (slot.metric == nullptr) undeclared(metric);
    return slot.ordinal;
  }

  const Metric& metric(std::uint32_t ordinal) const { return *metrics_[ordinal]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(metrics_.size()); }

 private:
  struct Slot {
    const Metric* metric = nullptr;
    std::uint32_t ordinal = 0;
  };
  std::size_t slot_of(const Metric* metric) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (reinterpret_cast<std::uintptr_t>(metric) * 0x9E3779B97F4A7C15u >> 40) & mask;
    while (slots_[at].metric != nullptr && slots_[at].metric != metric) at = (at + 1) & mask;
    return at;
  }
  void rehash(std::size_t slots);
  [[noreturn]] static void undeclared(const Metric& metric);

  std::vector<const Metric*> metrics_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);  // open addressing, at most half full
};

}  // namespace fleet
