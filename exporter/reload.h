// SPDX-License-Identifier: Apache-2.0
// Reads the configuration again: on SIGHUP, on POST /-/reload and when one of its files changes. An
// invalid one changes nothing; a valid one is applied as a difference.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/options.h"
#include "http/status.h"
#include "net/event.h"
#include "net/task_group.h"
#include "net/worker.h"
#include "scrape/fleet.h"
#include "telemetry/self_metrics.h"

namespace fleet {

class Reloader {
 public:
  static constexpr std::chrono::seconds kLookAgain{10};  // at the files

  // Takes how clients come in into use, or says what is wrong with it and leaves what is.
  using UseWeb = std::function<std::string(const WebSettings&)>;

  // `read` parses flags, environment and file; it runs on a thread of its own, one call at a time.
  // `options` are those in use: a reload assigns to them. All must outlive this.
  Reloader(asio::any_io_executor executor, std::function<ParsedOptions()> read, Options& options,
           Fleet& fleet, SelfMetrics& self, http::ConfigurationStatus& status, UseWeb use_web);

  // Reads and applies. The result is empty, or what is wrong, a line each.
  asio::awaitable<std::string> reload();

  // Starts to wait for SIGHUP and for changes of files.
  void start();
  asio::awaitable<void> stop();

 private:
  asio::awaitable<void> reload_on_signal();
  asio::awaitable<void> reload_on_change();
  std::string apply(ParsedOptions parsed);

  asio::any_io_executor executor_;
  const std::function<ParsedOptions()> read_;
  Options& options_;
  Fleet& fleet_;
  SelfMetrics& self_;
  http::ConfigurationStatus& status_;
  const UseWeb use_web_;
  Worker reader_;
  bool reading_ = false;
  std::uint64_t begun_ = 0;  // reads
  std::string problem_;      // of the last one
  bool changed_ = false;     // by it
  Event read_ended_;
  std::vector<std::string> watched_;  // of what was read last, good or bad
  std::string stamps_;                // of them, at that time
  TaskGroup tasks_;
};

// Why what the options ask for cannot be served with so many open files; empty: it can.
std::string does_not_fit(const Options& options, std::size_t open_files);

}  // namespace fleet
