// SPDX-License-Identifier: Apache-2.0
#include "http/runbook_page.h"

#include <algorithm>
#include <string>

#include "runbooks/runbooks.h"

namespace fleet::http {
namespace {

// Readable on a telephone and at night; nothing is loaded from anywhere.
constexpr std::string_view kStyle =
    "<meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<style>:root{color-scheme:light dark}"
    "body{font:16px/1.5 sans-serif;max-width:50em;margin:1em auto;padding:0 1em}"
    "pre{overflow-x:auto;padding:.7em;border:1px solid #8888;border-radius:4px}"
    "code{font-family:monospace}"
    "td,th{text-align:left;vertical-align:top;padding:.2em .8em .2em 0}</style>";

Response page(std::string_view title, std::string_view body) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>";
  response.body.append(title).append("</title>").append(kStyle).append("</head><body>\n");
  response.body.append(body).append("</body></html>\n");
  return response;
}

Response list() {
  std::string body = "<h1>Runbooks</h1>\n<ul>\n";
  for (const Runbook& runbook : all_runbooks()) {
    body.append("<li><a href=\"").append(kRunbooks).append("/").append(runbook.name);
    body.append("\">").append(runbook.name).append("</a></li>\n");
  }
  return page("Runbooks", body += "</ul>\n");
}

}  // namespace

Response runbook_page(std::string_view path) {
  path.remove_prefix(kRunbooks.size());
  if (path.empty() || path == "/") return list();
  path.remove_prefix(1);
  const auto all = all_runbooks();
  const auto found = std::ranges::find(all, path, &Runbook::name);
  if (found == all.end()) return error_response(404, "no such runbook; /runbooks lists them");
  return page(found->name,
              "<p><a href=\"/runbooks\">Runbooks</a></p>\n" + std::string(found->html));
}

}  // namespace fleet::http
