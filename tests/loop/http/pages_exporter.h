// SPDX-License-Identifier: Apache-2.0
// The exporter's pages behind a server, as main.cpp puts them together.
#pragma once

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "collectors/registry.h"
#include "http/pages.h"
#include "loop/http/running_server.h"
#include "scrape/all_metrics.h"
#include "support/http_client.h"

namespace fleet::test {

using http::Request;
using http::Response;

inline Target target_of(const std::string& text) {
  std::string problem;
  const auto target = parse_target(text, problem);
  EXPECT_TRUE(target) << problem;
  return target.value_or(Target{});
}

inline Catalogue all_metrics() {
  Catalogue catalogue;
  declare_metrics(all_collectors(), catalogue);
  declare_tables(catalogue);
  return catalogue;
}

class PagesExporter {
 public:
  explicit PagesExporter(Options options = {})
      : options_(std::move(options)),
        fleet_(server_.executor(), options_, catalogue_, self_),
        pages_(options_, fleet_, self_, configuration_, "1.2.3", [this] { return reload(); }) {}
  ~PagesExporter() {
    server_.run(fleet_.stop());
    server_.begin_stop();
    server_.ended();
  }
  PagesExporter(const PagesExporter&) = delete;
  PagesExporter& operator=(const PagesExporter&) = delete;

  HttpReply get(const std::string& target, const std::string& headers = "") const {
    return http_get(server_.port(), target, headers);
  }
  unsigned short port() const { return server_.port(); }
  void next_reload_says(std::string problem) { problem_ = std::move(problem); }

 private:
  asio::awaitable<std::string> reload() const { co_return problem_; }

  std::string problem_;
  const Options options_;
  const Catalogue catalogue_ = all_metrics();
  http::ConfigurationStatus configuration_;
  SelfMetrics self_{{"1.2.3", "abc", "today"}};
  RunningServer server_{[this](const Request& request) { return pages_.answer(request); }};
  Fleet fleet_;
  http::Pages pages_;
};

inline bool has_line(const HttpReply& reply, const std::string& line) {
  return ("\n" + reply.body).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace fleet::test
