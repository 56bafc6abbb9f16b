// SPDX-License-Identifier: Apache-2.0
// The program, in the order in which data flows: options, the fleet of nodes, the HTTP server in
// front of it, and the signals that end both.
#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "base/log.h"
#include "build_info.h"
#include "collectors/registry.h"
#include "commands.h"
#include "config/options.h"
#include "http/door.h"
#include "http/pages.h"
#include "http/server.h"
#include "reload.h"
#include "scrape/fleet.h"
#include "service_manager.h"
#include "telemetry/self_metrics.h"

namespace fleet {
namespace {

std::vector<CollectorSwitch> collector_switches() {
  std::vector<CollectorSwitch> switches;
  for (const Collector* collector : all_collectors())
    switches.push_back({collector->name, collector->on_by_default});
  return switches;
}

// Ends everything in order when SIGINT or SIGTERM comes: first what changes things, then the
// door, then what is behind it.
asio::awaitable<void> end_on_signal(asio::io_context& loop, Reloader& reloader,
                                    http::Server& server, Fleet& fleet) {
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  co_await signals.async_wait(no_throw);
  log::info("ending: requests in progress are answered first");
  service_manager::stopping();
  co_await reloader.stop();
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
// The limit that is then in force.
std::size_t raise_file_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 1024;
  const rlim_t before = std::exchange(files.rlim_cur, files.rlim_max);
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0) files.rlim_cur = before;
  log::debug("open files",
             {{"limit", std::to_string(files.rlim_cur)}, {"before", std::to_string(before)}});
  return files.rlim_cur;
}

// A task that the program cannot be without: its end by an exception is the program's.
void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

// How clients come in, from now on. All of it, or nothing and what is wrong with it.
std::string use(const WebSettings& web, http::Door& door, http::Server& server) {
  std::string problem;
  std::shared_ptr<TlsServer> tls;
  if (web.tls) tls = TlsServer::make(web, problem);
  if (!problem.empty()) return problem;
  server.use_tls(std::move(tls));
  door.use(web);
  return {};
}

std::string listen(http::Server& server, const Options& options) {
  if (options.systemd_socket) return server.listen_on_systemd_sockets();
  for (const auto& [host, port] : options.listen_addresses)
    if (std::string problem = server.listen(host, port); !problem.empty()) return problem;
  return {};
}

int serve(Options options, const Catalogue& catalogue, std::vector<std::string> warnings,
          const std::function<ParsedOptions()>& read_again) {
  keep_freed_memory();
  const std::size_t open_files = raise_file_limit();
  SelfMetrics self({kBuildInfo.version, kBuildInfo.revision, kBuildInfo.revision_date});
  // One thread: what runs on the loop needs no locks. Beside it are name lookups, files and hashes
  // of passwords.
  asio::io_context loop(1);
  // As long as this lives a SIGHUP does not end the program, also while it begins and ends.
  const asio::signal_set hangups(loop, SIGHUP);
  Fleet fleet(loop.get_executor(), options, catalogue, self);
  if (const std::string problem = does_not_fit(options, open_files); !problem.empty()) {
    log::error(problem);
    return 1;
  }
  http::ConfigurationStatus configuration{.warnings = std::move(warnings)};
  std::optional<http::Pages> pages;
  http::Complaints complaints(self);
  http::Door door(
      loop.get_executor(),
      [&pages](const http::Request& request) { return pages->answer(request); }, complaints);
  http::Server server(
      loop.get_executor(), [&door](const http::Request& request) { return door.answer(request); },
      complaints);
  const auto use_web = [&door, &server](const WebSettings& web) { return use(web, door, server); };
  for (const std::string& problem : {use_web(options.web), listen(server, options)})
    if (!problem.empty()) {
      log::error(problem);
      return 1;
    }
  Reloader reloader(loop.get_executor(), read_again, options, fleet, self, configuration, use_web);
  pages.emplace(options, fleet, self, configuration, std::string(kBuildInfo.version),
                [&reloader] { return reloader.reload(); });
  asio::co_spawn(loop, server.run(), rethrow);
  asio::co_spawn(loop, end_on_signal(loop, reloader, server, fleet), rethrow);
  asio::co_spawn(loop, service_manager::keep_watchdog_calm(), rethrow);
  reloader.start();
  log::info("listening", {{"port", std::to_string(server.port())},
                          {"path", options.telemetry_path},
                          {"version", kBuildInfo.version},
                          {"nodes", std::to_string(fleet.members().size())}});
  service_manager::ready("listening on port " + std::to_string(server.port()));
  loop.run();
  return 0;
}

int run_program(std::span<const char* const> arguments) {
  const auto switches = collector_switches();
  Catalogue catalogue;
  declare_all_metrics(catalogue);
  const std::vector<std::string_view> labels = label_names(catalogue);
  const auto read = [arguments, &switches, &labels] {
    return parse_options(arguments, process_environment(), switches, labels);
  };
  const ParsedOptions parsed = read();
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
  return options.action == Options::Action::serve ? serve(options, catalogue, parsed.warnings, read)
                                                  : run_command(options, catalogue);
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
