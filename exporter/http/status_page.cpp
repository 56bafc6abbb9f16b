// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "http/status.h"
#include "http/status_text.h"

namespace fleet::http {
namespace {

// Nothing but what the exporter itself serves, and no frame around it.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

class Html {
 public:
  // Markup, as it is.
  Html& raw(std::string_view markup) {
    out_ += markup;
    return *this;
  }
  Html& text(std::string_view text) {
    for (const char c : text) {
      switch (c) {
        case '<':
          out_ += "&lt;";
          break;
        case '>':
          out_ += "&gt;";
          break;
        case '&':
          out_ += "&amp;";
          break;
        case '"':
          out_ += "&quot;";
          break;
        default:
          out_ += c;
      }
    }
    return *this;
  }
  // A cell; `order` is what it is sorted by where that is not its text.
  Html& cell(std::string_view content, std::string_view order = {}) {
    raw("<td");
    if (!order.empty()) raw(" data-order=\"").text(order).raw("\"");
    return raw(">").text(content).raw("</td>");
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void add_head(Html& html, std::initializer_list<std::string_view> titles) {
  html.raw("<thead><tr>");
  for (const std::string_view title : titles)
    html.raw("<th scope=\"col\">").text(title).raw("</th>");
  html.raw("</tr></thead>\n<tbody>\n");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all.append(all.empty() ? "" : "; ").append(text);
  return all;
}

void add_node(Html& html, const Fleet::Member& member, double now) {
  const NodeStatus& node = member.node->status();
  const State state = state_of(member);
  html.raw("<tr class=\"").raw(class_of(state)).raw("\">");
  html.cell(member.group).raw("<th scope=\"row\">").text(member.instance()).raw("</th>");
  html.cell(role_of(member)).raw("<td data-order=\"");
  html.raw(std::to_string(static_cast<int>(state))).raw("\"><span class=\"state\">");
  html.raw(name_of(state)).raw("</span></td>");
  html.cell(node.message.empty() ? node.reason : node.reason + ": " + node.message);
  html.cell(joined(node.failed_collectors));
  html.cell(ago(node.ended, now), std::to_string(static_cast<long long>(node.ended)));
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.6f", node.seconds);
  html.cell(node.ended == 0 ? "" : milliseconds(node.seconds), seconds);
  html.cell(node.version).raw("</tr>\n");
}

void add_nodes(Html& html, const Status& status) {
  html.raw("<h2 id=\"nodes\">Nodes</h2>\n");
  if (status.members.empty()) {
    html.raw(
        "<p>None. The node of <code>--redis.addr</code> or those of "
        "<code>--config.file</code> stand here.</p>\n");
    return;
  }
  html.raw("<table class=\"sortable\" aria-labelledby=\"nodes\">\n");
  add_head(html, {"Group", "Node", "Role", "State", "What is wrong", "Collectors that failed",
                  "Last scrape", "Took", "Version"});
  for (const Fleet::Member* member : status.members) add_node(html, *member, status.now);
  html.raw("</tbody></table>\n");
}

void add_groups(Html& html, const Status& status) {
  if (status.groups.size() < 2 && (status.groups.empty() || status.groups[0].name.empty())) return;
  html.raw(
      "<h2 id=\"groups\">Groups</h2>\n<table class=\"sortable\" aria-labelledby=\"groups\">\n");
  add_head(html, {"Group", "Kind", "Nodes", "Discovery", "Last found", "What is wrong"});
  for (const GroupStatus& group : status.groups) {
    const bool bad = group.has_discovery && group.discovery_tried && !group.discovery_works;
    html.raw(bad ? "<tr class=\"bad\">" : "<tr>");
    html.raw("<th scope=\"row\">").text(group.name).raw("</th>").cell(group.kind);
    html.cell(std::to_string(group.nodes)).cell(discovery_of(group));
    html.cell(group.has_discovery ? ago(group.last_discovery, status.now) : "",
              std::to_string(static_cast<long long>(group.last_discovery)));
    html.cell(group.problem).raw("</tr>\n");
  }
  html.raw("</tbody></table>\n");
}

void add_configuration(Html& html, const Status& status) {
  const ConfigurationStatus& configuration = *status.configuration;
  if (!configuration.problem.empty())
    html.raw(
            "<p class=\"bad\" role=\"alert\"><span class=\"state\">invalid</span> The "
            "configuration "
            "was changed and is wrong; the one before stays in use:</p>\n<pre>")
        .text(configuration.problem)
        .raw("</pre>\n");
  if (configuration.warnings.empty()) return;
  html.raw("<h2>Warnings</h2>\n<ul>\n");
  for (const std::string& warning : configuration.warnings)
    html.raw("<li>").text(warning).raw("</li>\n");
  html.raw("</ul>\n");
}

void add_summary(Html& html, const Status& status) {
  std::array<std::size_t, kStates> counts{};
  for (const Fleet::Member* member : status.members)
    ++counts[static_cast<std::size_t>(state_of(*member))];
  html.raw("<p role=\"status\">");
  const std::size_t nodes = status.members.size();
  html.raw(std::to_string(nodes)).raw(nodes == 1 ? " node" : " nodes");
  for (std::size_t i = 0; i < kStates; ++i)
    if (counts[i] > 0)
      html.raw(", ").raw(std::to_string(counts[i])).raw(" ").raw(name_of(static_cast<State>(i)));
  html.raw(". Configuration read ")
      .text(ago(status.configuration->read, status.now))
      .raw(".</p>\n");
}

void add_link(Html& html, std::string_view path, std::string_view what) {
  html.raw("<li><a href=\"")
      .text(path)
      .raw("\">")
      .text(path)
      .raw("</a>: ")
      .raw(what)
      .raw("</li>\n");
}

void add_links(Html& html, const Status& status) {
  html.raw("<h2>Pages</h2>\n<ul>\n");
  add_link(html, status.telemetry_path,
           "metrics of all configured nodes and of the exporter; ?redis_group=NAME for one group's "
           "nodes");
  add_link(html, "/metrics/fleet", "metrics of the exporter and of groups, without nodes");
  if (status.has_scrape) {
    html.raw(
        "<li>/scrape?target=redis://host:6379, /probe?target=...: metrics of one configured or "
        "allowed target; &amp;debug=true explains the scrape</li>\n");
    add_link(html, "/sd", "HTTP service discovery of the configured nodes, for /scrape");
  }
  if (status.has_cluster_nodes)
    add_link(html, "/discover-cluster-nodes",
             "the nodes of the Cluster of --redis.addr, by URI, for HTTP service discovery");
  add_link(html, "/status.json", "this page for programs");
  add_link(html, "/runbooks", "what to do about each alert");
  add_link(html, "/-/healthy", "the exporter runs; the same is /health");
  add_link(html, "/-/ready", "it can answer");
  html.raw("<li>POST /-/reload: reads the configuration again</li>\n</ul>\n");
}

}  // namespace

Response status_page(const Status& status) {
  Html html;
  html.raw(
          "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<title>Redis Fleet Exporter</title>\n<link rel=\"icon\" href=\"data:,\">\n"
          "<link rel=\"stylesheet\" href=\"/status.css\">\n"
          "<script src=\"/status.js\" defer></script>\n</head>\n<body>\n"
          "<h1>Redis Fleet Exporter ")
      .text(status.version)
      .raw(
          "</h1>\n<form id=\"controls\" hidden>\n<label for=\"filter\">Filter</label>\n"
          "<input id=\"filter\" type=\"search\" placeholder=\"group, node, state, text\">\n"
          "<span id=\"shown\" aria-live=\"polite\"></span>\n</form>\n<main id=\"status\">\n");
  add_summary(html, status);
  add_configuration(html, status);
  add_nodes(html, status);
  add_groups(html, status);
  html.raw("</main>\n");
  add_links(html, status);
  html.raw("</body>\n</html>\n");
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"Content-Security-Policy", std::string(kPolicy)},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-store"}};
  response.body = html.take();
  return response;
}

}  // namespace fleet::http
