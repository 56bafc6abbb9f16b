// SPDX-License-Identifier: Apache-2.0
// The program, in the order in which data flows: options, the fleet of nodes, the HTTP server in
// front of it, and the signals that end both.
#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>
#include <span>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "base/log.h"
#include "build_info.h"
#include "collectors/registry.h"
#include "commands.h"
#include "config/options.h"
#include "http/pages.h"
#include "http/server.h"
#include "scrape/fleet.h"
#include "scrape/node_metrics.h"
#include "telemetry/self_metrics.h"

namespace fleet {
namespace {

std::vector<CollectorSwitch> collector_switches() {
  std::vector<CollectorSwitch> switches;
  for (const Collector* collector : all_collectors())
    switches.push_back({collector->name, collector->on_by_default});
  return switches;
}

// Ends everything in order when SIGINT or SIGTERM comes: first the door, then what is behind it.
asio::awaitable<void> end_on_signal(asio::io_context& loop, http::Server& server, Fleet& fleet) {
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  co_await signals.async_wait(no_throw);
  log::info("ending: requests in progress are answered first");
  co_await server.stop();
  co_await fleet.stop();
  loop.stop();
}

// A scrape needs some hundred kilobytes for a moment. glibc would give them back to the system
// after each one and fault them in again for the next, which is a tenth of a scrape's time.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

// Nodes, clients and connects together may need more than the 1024 files that a shell often gives.
void raise_file_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

// A task that the program cannot be without: its end by an exception is the program's.
void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

int serve(const Options& options) {
  keep_freed_memory();
  raise_file_limit();
  Catalogue catalogue;
  declare_all_metrics(catalogue);
  SelfMetrics self({kBuildInfo.version, kBuildInfo.revision, kBuildInfo.revision_date});
  // One thread: what runs on the loop needs no locks. Name lookups are the only work beside it.
  asio::io_context loop(1);
  Fleet fleet(loop.get_executor(), options, catalogue, self);
  http::Pages pages(options, fleet, self, std::string(kBuildInfo.version));
  http::Server server(loop.get_executor(),
                      [&pages](const http::Request& request) { return pages.answer(request); });
  const auto& [host, port] = options.listen_address;
  if (const std::string problem = server.listen(host, port); !problem.empty()) {
    log::error(problem);
    return 1;
  }
  asio::co_spawn(loop, server.run(), rethrow);
  asio::co_spawn(loop, end_on_signal(loop, server, fleet), rethrow);
  log::info("listening", {{"port", std::to_string(server.port())},
                          {"path", options.telemetry_path},
                          {"version", kBuildInfo.version},
                          {"node", options.redis_addr ? display(*options.redis_addr) : "none"}});
  loop.run();
  return 0;
}

int run_program(std::span<const char* const> arguments) {
  const auto switches = collector_switches();
  const ParsedOptions parsed = parse_options(arguments, process_environment(), switches);
  const Options& options = parsed.options;
  for (const std::string& problem : parsed.errors)
    std::fprintf(stderr, "redis_fleet_exporter: %s\n", problem.c_str());
  if (!parsed.errors.empty()) return 2;
  log::configure(options.debug ? log::Level::debug : options.log_level, options.log_as_json);
  for (const std::string& warning : parsed.warnings) log::warning(warning);
  if (options.action == Options::Action::help) {
    std::fputs(parsed.print.c_str(), stdout);
    return 0;
  }
  return options.action == Options::Action::serve ? serve(options) : run_command(options);
}

}  // namespace
}  // namespace fleet

int main(int count, char** arguments) {
  try {
    const std::span<const char* const> all(arguments, static_cast<std::size_t>(count));
    return fleet::run_program(all.subspan(all.empty() ? 0 : 1));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "redis_fleet_exporter: %s\n", error.what());
    return 1;
  }
}
