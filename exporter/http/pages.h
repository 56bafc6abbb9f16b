// SPDX-License-Identifier: Apache-2.0
// What each path answers.
#pragma once

#include <string>

#include "config/options.h"
#include "http/page_body.h"
#include "http/request.h"
#include "scrape/fleet.h"
#include "telemetry/self_metrics.h"

namespace fleet::http {

class Pages {
 public:
  // All must outlive the pages.
  Pages(const Options& options, Fleet& fleet, SelfMetrics& self, std::string version)
      : options_(options), fleet_(fleet), self_(self), version_(std::move(version)) {}

  asio::awaitable<Response> answer(const Request& request);

 private:
  asio::awaitable<Response> metrics(const Request& request);
  asio::awaitable<Response> scrape(const Request& request);
  Response landing() const;
  Clock::time_point deadline_of(const Request& request) const;
  PageParts::NodeBlock block_of(std::shared_ptr<const NodeReport> report) const;

  const Options& options_;
  Fleet& fleet_;
  SelfMetrics& self_;
  std::string version_;
};

}  // namespace fleet::http
