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

void Catalogue::undeclared(const Metric& metric) {
  throw std::logic_error("not in its collector's tables: " + std::string(metric.name));
}

void Catalogue::rehash(std::size_t slots) {
  slots_.assign(slots, {});
  for (std::uint32_t i = 0; i < size(); ++i) slots_[slot_of(metrics_[i])] = {metrics_[i], i};
}

}  // namespace fleet
