// SPDX-License-Identifier: Apache-2.0
#include "http/pages.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/characters.h"
#include "base/duration.h"
#include "base/unix_time.h"
#include "exposition/gzip.h"
#include "http/debug_page.h"
#include "http/page_body.h"
#include "http/runbook_page.h"
#include "http/sd_page.h"
#include "http/url_checks.h"

namespace fleet::http {
namespace {

NameFilter filter_of(const Request& request) {
  NameFilter filter;
  for (const auto& [name, value] : request.query)
    if (name == "name[]") filter.names.push_back(value);
  return filter;
}

// Empty: none. A name that begins with a dot would fit whatever ends like it.
bool is_certificate_name(std::string_view name) {
  return name.empty() || (name.size() <= 253 && consists_of(name, ".-_") &&
                          std::string_view(".-_").find(name.front()) == name.npos);
}

// Paths that are answered whatever the telemetry path is.
constexpr std::string_view kReload = "/-/reload";

Response not_allowed(std::string_view path) {
  const bool reload = path == kReload;
  Response response =
      error_response(405, reload ? "reloading takes a POST" : "only /-/reload takes a POST");
  response.headers.emplace_back("Allow", reload ? "POST" : "GET, HEAD");
  return response;
}

}  // namespace

asio::awaitable<Response> Pages::answer(const Request& request) {
  constexpr std::size_t kPacket = 1400;  // less would take as long to send
  Response response = co_await page(request);
  if (request.accepts_gzip && !response.gzip && !response.more && response.body.size() > kPacket) {
    response.body = compressed(response.body);
    response.gzip = true;
  }
  co_return response;
}

asio::awaitable<Response> Pages::page(const Request& request) {
  const std::string& path = request.path;
  Response response;
  if (request.post != (path == kReload)) {
    response = not_allowed(path);
    co_return response;
  }
  if (path == kReload) co_return co_await reload();
  if (path == options_.telemetry_path) co_return co_await metrics(request);
  const bool scrapes = path == "/scrape" || path == "/probe";
  if (scrapes && !options_.disable_scrape_endpoint) co_return co_await scrape(request);
  if (scrapes) {
    response = error_response(404, path + " is switched off by --disable-scrape-endpoint");
  } else if (path == "/metrics/fleet") {
    response = fleet_page(request);
  } else if (path == "/sd" && !options_.disable_scrape_endpoint) {
    response = service_discovery(request);
  } else if (path == "/discover-cluster-nodes") {
    response = cluster_nodes();
  } else if (path == "/-/ready" && !fleet_.ready()) {
    response = error_response(503, "the first round of discovery has not ended yet");
  } else if (path == "/health" || path == "/-/healthy" || path == "/-/ready") {
    // The exporter's own health: Redis's state never changes it, or one dead node would restart it.
    response.body = "ok\n";
  } else if (path == kRunbooks || path.starts_with("/runbooks/")) {
    response = runbook_page(path);
  } else if (path == "/") {
    response = kept_page_.answer(configuration_.reads, request.accepts_gzip,
                                 [this] { return status_page(status()); });
  } else if (path == "/status.json") {
    response = kept_json_.answer(configuration_.reads, request.accepts_gzip,
                                 [this] { return status_json(status()); });
  } else if (const std::string_view* asset = status_asset(path); asset != nullptr) {
    response.content_type = path.ends_with(".css") ? "text/css" : "text/javascript";
    response.headers = {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-cache"}};
    response.body = *asset;
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

PageParts::NodeBlock Pages::block_of(std::string labels,
                                     std::shared_ptr<const NodeReport> report) const {
  PageParts::NodeBlock block;
  block.labels = std::move(labels);
  if (options_.append_instance_role_label) {
    if (!block.labels.empty()) block.labels += ',';
    append_labels(block.labels, {{"instance_role", report->node.role}});
  }
  block.report = std::move(report);
  return block;
}

// What every page says of the exporter.
void Pages::add_build(PageParts& parts) const {
  if (!options_.redis_only_metrics)
    self_.write_build(parts.tail, parts.name_space, parts.filter, parts.format);
}

// What the exporter says of itself and of the groups.
void Pages::add_own(PageParts& parts) const {
  self_.write_work(parts.tail, parts.name_space, parts.filter, parts.format);
  add_build(parts);
  if (!options_.redis_only_metrics) self_.write_process(parts.tail, parts.filter, parts.format);
}

asio::awaitable<Response> Pages::metrics(const Request& request) {
  const auto executor = co_await asio::this_coro::executor;
  const Clock::time_point deadline = deadline_of(request);
  auto group = request.parameter("redis_group");
  if (group && group->empty()) group.reset();
  struct Started {
    std::shared_ptr<Node::Run> run;
    std::string labels;
    bool companion;
  };
  std::vector<Started> started;
  const Clock::time_point companions_until =
      Clock::now() + Clock::duration(options_.connection_timeout);
  auto members = fleet_.members(group.value_or(""));
  if (!group) std::ranges::copy(fleet_.companions(), std::back_inserter(members));
  for (const Fleet::Member* member : members) {
    if (!group && !member->own) continue;  // another exporter's
    // One that hangs must not keep the node's own series until the end.
    const auto until = member->companion ? std::min(deadline, companions_until) : deadline;
    started.push_back({member->node->start(until, executor), member->labels, member->companion});
  }
  if (group && started.empty()) {
    Response response = no_nodes(*group);
    co_return response;
  }
  PageParts parts = parts_for(request);
  // The groups' own series are of the whole page: parts of it would repeat them.
  if (!group) parts.fleet = fleet_samples();
  for (Started& one : started) {
    auto report = co_await Node::finished(one.run);
    if (!report) continue;
    // The node of --redis.addr may be named differently than its Cluster names it.
    const std::string& run_id = report->node.run_id;
    if (one.companion && !run_id.empty() && !parts.nodes.empty() &&
        parts.nodes.front().report->node.run_id == run_id)
      continue;
    if (one.companion) {
      // A Cluster has many: what is not shown is not kept until the page is sent.
      auto found = std::make_shared<NodeReport>(fleet_.catalogue());
      found->checks = report->checks;
      found->node.role = report->node.role;
      report = std::move(found);
    }
    parts.nodes.push_back(block_of(std::move(one.labels), std::move(report)));
  }
  if (!group) add_own(parts);
  Response response = page_response(std::move(parts), request.accepts_gzip);
  co_return response;
}

Response Pages::fleet_page(const Request& request) const {
  PageParts parts = parts_for(request);
  parts.fleet = fleet_samples();
  add_own(parts);
  return page_response(std::move(parts), request.accepts_gzip);
}

PageParts Pages::parts_for(const Request& request) const {
  PageParts parts;
  parts.name_space = options_.metric_namespace;
  parts.filter = filter_of(request);
  parts.format = request.format;
  return parts;
}

std::shared_ptr<const SampleSet> Pages::fleet_samples() const {
  auto samples = std::make_shared<SampleSet>(fleet_.catalogue());
  fleet_.describe(*samples);
  return samples;
}

asio::awaitable<Response> Pages::scrape(const Request& request) {
  const auto target = request.parameter("target");
  if (!target || target->empty()) {
    self_.target_request_failed();
    Response response = error_response(
        400, "'target' parameter must be specified: /scrape?target=redis://host:6379");
    co_return response;
  }
  const std::string_view debug = request.parameter("debug").value_or("false");
  if (debug != "true" && debug != "false") {
    Response response = error_response(400, "'debug' may be true or false, or be left out");
    co_return response;
  }
  const bool explained = debug == "true";
  const Clock::time_point deadline = deadline_of(request);
  auto certificate_name = request.parameter("tls_server_name");
  if (!certificate_name) certificate_name = request.parameter("tls-server-name");
  std::string name(certificate_name.value_or(""));
  if (!is_certificate_name(name)) {
    Response response = error_response(
        400,
        "tls_server_name: a host name holds at most 253 letters, digits, dots, hyphens and "
        "underscores, and begins with none of the three");
    co_return response;
  }
  FoundTarget found = co_await fleet_.find(std::string(*target), std::move(name), deadline);
  // A target that is down is a page that says so: rules ask for redis_up.
  if (found.unresolved && !explained) {
    PageParts parts = parts_for(request);
    Failure failure(Reason::dns, std::move(found.problem));
    auto report = make_failed_report(std::move(failure), fleet_.catalogue());
    self_.scrape_finished(report->facts);
    parts.nodes.push_back(block_of("", std::move(report)));
    add_build(parts);
    Response response = page_response(std::move(parts), request.accepts_gzip);
    co_return response;
  }
  if (found.node == nullptr) {
    if (!found.unresolved) self_.target_request_failed();
    Response response = error_response(found.status, std::move(found.problem));
    co_return response;
  }
  std::shared_ptr<NodeChecks> asked;
  const UrlChecks url = url_checks(request, found.node->access()->settings.checks);
  if (url.any) {
    Response refusal;
    asked = checks_of(url, *found.node, refusal);
    if (!asked) co_return refusal;
  }
  const auto executor = co_await asio::this_coro::executor;
  Fleet::Origin origin;
  if (explained) origin = fleet_.origin_of(*found.node);
  const auto run = found.node->start(deadline, executor, explained, asked);
  auto report = co_await Node::finished(run);
  if (!report) {
    Response response = error_response(503, "the exporter is ending");
    co_return response;
  }
  PageParts parts = parts_for(request);
  if (explained) parts.format = Format::text;  // a person reads it
  parts.nodes.push_back(block_of("", std::move(report)));
  add_build(parts);
  if (explained) parts.head = explain(request, *target, deadline, origin, *run);
  Response response = page_response(std::move(parts), request.accepts_gzip);
  if (explained) response.content_type = Response().content_type;  // not for Prometheus
  co_return response;
}

// Null: what is refused, and why.
std::shared_ptr<NodeChecks> Pages::checks_of(const UrlChecks& url, const Node& node,
                                             Response& refusal) {
  std::shared_ptr<NodeChecks> asked;
  if (!url.problem.empty()) {
    refusal = error_response(400, url.problem);
  } else if (options_.disable_scrape_checks) {
    refusal = error_response(403, "checks in the URL are switched off by --disable-scrape-checks");
  } else if (asked = fleet_.checks_for(node, url.settings); !asked) {
    refusal = error_response(503, "too many different checks are asked for by URLs, at most " +
                                      std::to_string(AskedChecks::kMost) +
                                      " in 10 minutes; configure them");
  }
  return asked;
}

std::string Pages::explain(const Request& request, std::string_view target,
                           Clock::time_point deadline, const Fleet::Origin& origin,
                           const Node::Run& run) const {
  // Only an error of the exporter's leaves none.
  if (!run.explanation) return "The exporter failed: " + run.report->failure.message + "\n\n";
  std::string from = "--scrape.timeout " + format_duration(options_.scrape_timeout) +
                     ", as the request has no X-Prometheus-Scrape-Timeout-Seconds";
  if (request.scrape_timeout) {
    char text[120];
    std::snprintf(text, sizeof text,
                  "X-Prometheus-Scrape-Timeout-Seconds %.6g, less what the way back may take",
                  *request.scrape_timeout);
    from = text;
  }
  const DebugRequest asked{without_secrets(target), origin.group, origin.credentials,
                           request.arrived,         deadline,     std::move(from)};
  return debug_page(*run.explanation, asked);
}

// A group without nodes: there is none of the name, or discovery has not found them.
Response Pages::no_nodes(std::string_view group) const {
  if (!fleet_.has_group(group))
    return error_response(
        404,
        "there is no such redis_group; redis_group_expected_nodes on /metrics/fleet "
        "has one for each");
  return error_response(503, "the nodes of the group " + std::string(group) +
                                 " are not known yet: see redis_exporter_discovery_success, "
                                 "redis_up and the log");
}

Response Pages::service_discovery(const Request& request) const {
  Response response;
  response.content_type = "application/json";
  const std::string& own = options_.external_address;
  if (own.empty() && request.host.empty())
    return error_response(400, "no Host in the request: send one, or give --web.external-address");
  // Prometheus keeps its last list when it gets no answer, and drops what an answer does not have.
  const std::string_view group = request.parameter("redis_group").value_or("");
  if (const std::string unknown = fleet_.undiscovered(group); !unknown.empty())
    return no_nodes(unknown);
  const auto members = fleet_.members(group);
  if (!group.empty() && members.empty()) return no_nodes(group);
  response.body = sd_json(members, own.empty() ? request.host : own);
  return response;
}

Response Pages::cluster_nodes() const {
  if (!options_.is_cluster)
    return error_response(400,
                          "start the exporter with --is-cluster to have this; /sd has the "
                          "nodes of all configured groups");
  const auto* nodes = fleet_.cluster_nodes();
  if (nodes == nullptr)
    return error_response(503,
                          "the nodes of the Cluster are not known yet: see the log, and "
                          "redis_exporter_discovery_success on /metrics/fleet");
  Response response;
  response.content_type = "application/json";
  response.body = cluster_json(*nodes);
  return response;
}

asio::awaitable<Response> Pages::reload() {
  const std::string problem = co_await reload_();
  Response response;
  if (problem.empty()) {
    response.body = "the configuration is in use\n";
  } else {
    response = error_response(
        500, "the configuration is invalid, the one before stays in use:\n" + problem);
  }
  co_return response;
}

Status Pages::status() const {
  Status status;
  status.version = version_;
  status.now = unix_now();
  status.configuration = &configuration_;
  status.groups = fleet_.status();
  status.members = fleet_.members();
  status.telemetry_path = options_.telemetry_path;
  status.has_scrape = !options_.disable_scrape_endpoint;
  status.has_cluster_nodes = options_.is_cluster;
  return status;
}

}  // namespace fleet::http
