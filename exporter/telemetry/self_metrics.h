// SPDX-License-Identifier: Apache-2.0
// What the exporter says about itself and its work, in a prometheus-cpp registry. Served by
// /metrics only: a page of one target must not depend on which replica of the exporter answers it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "exposition/text_writer.h"

namespace fleet {

// One finished scrape of a node.
struct ScrapeFacts {
  Reason reason = Reason::none;
  double seconds = 0;
  std::size_t bytes = 0;                   // received
  std::size_t commands = 0;                // sent
  bool connected = false;                  // to a new connection
  std::optional<double> exchange_seconds;  // last byte of the batch out to last reply in
};

struct BuildFacts {
  std::string_view version, revision, date;
};

class SelfMetrics {
 public:
  explicit SelfMetrics(const BuildFacts& build);
  ~SelfMetrics();

  void scrape_finished(const ScrapeFacts& facts);
  // A /scrape request with a target that is missing, malformed or not allowed.
  void target_request_failed();
  // The configuration was read, at the start or again; `when` in Unix seconds.
  void config_read(bool valid, double when);

  // Appends redis_exporter_build_info: the one family that /scrape has too.
  void write_build(std::string& out, std::string_view name_space, const NameFilter& filter,
                   Format format = Format::text) const;
  // Appends what the exporter counted.
  void write_work(std::string& out, std::string_view name_space, const NameFilter& filter,
                  Format format = Format::text) const;
  // Appends the process_* families.
  void write_process(std::string& out, const NameFilter& filter,
                     Format format = Format::text) const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace fleet
