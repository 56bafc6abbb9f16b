// SPDX-License-Identifier: Apache-2.0
#include "http/pages.h"

#include <algorithm>

#include "http/page_body.h"

namespace fleet::http {
namespace {

NameFilter filter_of(const Request& request) {
  NameFilter filter;
  for (const auto& [name, value] : request.query)
    if (name == "name[]") filter.names.push_back(value);
  return filter;
}

}  // namespace

asio::awaitable<Response> Pages::answer(const Request& request) {
  const std::string& path = request.path;
  if (path == options_.telemetry_path) co_return co_await metrics(request);
  if (path == "/scrape" && !options_.disable_scrape_endpoint) co_return co_await scrape(request);
  Response response;
  if (path == "/scrape") {
    response = error_response(404, "/scrape is switched off by --disable-scrape-endpoint");
  } else if (path == "/health" || path == "/-/healthy" || path == "/-/ready") {
    // The exporter's own health: Redis's state never changes it, or one dead node would restart it.
    response.body = "ok\n";
  } else if (path == "/") {
    response = landing();
  } else {
    response = error_response(404, "not found; / lists what is here");
  }
  co_return response;
}

// The time that the client gives, less what the way back may take.
Clock::time_point Pages::deadline_of(const Request& request) const {
  const double timeout = request.scrape_timeout
                             ? std::min(*request.scrape_timeout, 3600.0)
                             : std::chrono::duration<double>(options_.scrape_timeout).count();
  const double margin =
      request.scrape_timeout ? std::min(std::max(timeout * 0.1, 0.25), timeout / 2) : 0;
  return request.arrived + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(timeout - margin));
}

PageParts::NodeBlock Pages::block_of(std::shared_ptr<const NodeReport> report) const {
  PageParts::NodeBlock block;
  if (options_.append_instance_role_label)
    append_labels(block.labels, {{"instance_role", report->node.role}});
  block.report = std::move(report);
  return block;
}

asio::awaitable<Response> Pages::metrics(const Request& request) {
  const auto executor = co_await asio::this_coro::executor;
  const Clock::time_point deadline = deadline_of(request);
  std::vector<std::shared_ptr<Node::Run>> runs;
  for (Node* node : fleet_.configured()) runs.push_back(node->start(deadline, executor));
  PageParts parts;
  parts.name_space = options_.metric_namespace;
  parts.filter = filter_of(request);
  for (const auto& run : runs) {
    auto report = co_await Node::finished(run);
    if (report) parts.nodes.push_back(block_of(std::move(report)));
  }
  self_.write_work(parts.tail, parts.name_space, parts.filter);
  if (!options_.redis_only_metrics) {
    self_.write_build(parts.tail, parts.name_space, parts.filter);
    self_.write_process(parts.tail, parts.filter);
  }
  Response response = page_response(std::move(parts), request.accepts_gzip);
  co_return response;
}

asio::awaitable<Response> Pages::scrape(const Request& request) {
  const auto target = request.parameter("target");
  if (!target || target->empty()) {
    self_.target_request_failed();
    Response response = error_response(
        400, "'target' parameter must be specified: /scrape?target=redis://host:6379");
    co_return response;
  }
  Fleet::Found found = co_await fleet_.find(std::string(*target), deadline_of(request));
  if (found.node == nullptr) {
    self_.target_request_failed();
    Response response = error_response(found.status, std::move(found.problem));
    co_return response;
  }
  const auto executor = co_await asio::this_coro::executor;
  const auto run = found.node->start(deadline_of(request), executor);
  auto report = co_await Node::finished(run);
  if (!report) {
    Response response = error_response(503, "the exporter is ending");
    co_return response;
  }
  PageParts parts;
  parts.name_space = options_.metric_namespace;
  parts.filter = filter_of(request);
  parts.nodes.push_back(block_of(std::move(report)));
  if (!options_.redis_only_metrics) self_.write_build(parts.tail, parts.name_space, parts.filter);
  Response response = page_response(std::move(parts), request.accepts_gzip);
  co_return response;
}

Response Pages::landing() const {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  const std::string& path = options_.telemetry_path;
  response.body =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Redis Fleet Exporter</title></head><body>\n"
      "<h1>Redis Fleet Exporter " +
      version_ +
      "</h1>\n<ul>\n"
      "<li><a href=\"" +
      path + "\">" + path + "</a>: metrics of the configured node and of the exporter</li>\n";
  if (!options_.disable_scrape_endpoint)
    response.body += "<li>/scrape?target=redis://host:6379: metrics of one allowed target</li>\n";
  response.body +=
      "<li><a href=\"/-/healthy\">/-/healthy</a>, <a href=\"/health\">/health</a>, "
      "<a href=\"/-/ready\">/-/ready</a>: the exporter runs and can answer</li>\n"
      "</ul></body></html>\n";
  return response;
}

}  // namespace fleet::http
