// SPDX-License-Identifier: Apache-2.0
#include "samples/catalogue.h"

#include <stdexcept>
#include <string>

namespace fleet {

void Catalogue::declare(const Metric& metric) {
  for (const Metric* known : metrics_)
    if (known->name == metric.name)
      throw std::logic_error("declared twice: " + std::string(metric.name));
  if (metrics_.size() * 2 >= slots_.size()) rehash(slots_.size() * 2);
  slots_[slot_of(&metric)] = {&metric, size()};
  metrics_.push_back(&metric);
}

std::uint32_t Catalogue::ordinal(const Metric& metric) const {
  const Slot& slot = slots_[slot_of(&metric)];
  if (slot.metric == nullptr)
    throw std::logic_error("not in its collector's tables: " + std::string(metric.name));
  return slot.ordinal;
}

std::size_t Catalogue::slot_of(const Metric* metric) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = (reinterpret_cast<std::uintptr_t>(metric) * 0x9E3779B97F4A7C15u >> 40) & mask;
  while (slots_[at].metric != nullptr && slots_[at].metric != metric) at = (at + 1) & mask;
  return at;
}

void Catalogue::rehash(std::size_t slots) {
  slots_.assign(slots, {});
  for (std::uint32_t i = 0; i < size(); ++i) slots_[slot_of(metrics_[i])] = {metrics_[i], i};
}

}  // namespace fleet
