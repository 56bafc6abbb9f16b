// SPDX-License-Identifier: Apache-2.0
// What each path answers.
#pragma once

#include <functional>
#include <string>

#include "config/options.h"
#include "http/kept_page.h"
#include "http/page_body.h"
#include "http/request.h"
#include "http/status.h"
#include "http/url_checks.h"
#include "scrape/fleet.h"
#include "telemetry/self_metrics.h"

namespace fleet::http {

class Pages {
 public:
  // Reads the configuration again; what is wrong with it, or "".
  using Reload = std::function<asio::awaitable<std::string>()>;

  // All must outlive the pages.
  Pages(const Options& options, Fleet& fleet, SelfMetrics& self,
        const ConfigurationStatus& configuration, std::string version, Reload reload)
      : options_(options),
        fleet_(fleet),
        self_(self),
        configuration_(configuration),
        version_(std::move(version)),
        reload_(std::move(reload)) {}

  asio::awaitable<Response> answer(const Request& request);

 private:
  asio::awaitable<Response> page(const Request& request);
  asio::awaitable<Response> metrics(const Request& request);
  asio::awaitable<Response> scrape(const Request& request);
  asio::awaitable<Response> reload();
  std::shared_ptr<NodeChecks> checks_of(const UrlChecks& url, const Node& node, Response& refusal);
  Response fleet_page(const Request& request) const;
  Response no_nodes(std::string_view group) const;
  Response service_discovery(const Request& request) const;
  Response cluster_nodes() const;
  PageParts parts_for(const Request& request) const;
  std::shared_ptr<const SampleSet> fleet_samples() const;
  void add_build(PageParts& parts) const;
  void add_own(PageParts& parts) const;
  Status status() const;
  Clock::time_point deadline_of(const Request& request) const;
  std::string explain(const Request& request, std::string_view target, Clock::time_point deadline,
                      const Fleet::Origin& origin, const Node::Run& run) const;
  PageParts::NodeBlock block_of(std::string labels, std::shared_ptr<const NodeReport> report) const;

  const Options& options_;
  Fleet& fleet_;
  SelfMetrics& self_;
  const ConfigurationStatus& configuration_;
  std::string version_;
  Reload reload_;
  KeptPage kept_page_, kept_json_;
};

}  // namespace fleet::http
