// SPDX-License-Identifier: Apache-2.0
#include "reload.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <limits>

#include <boost/asio/signal_set.hpp>

#include "base/log.h"
#include "base/unix_time.h"
#include "http/server.h"
#include "scrape/group_settings.h"
#include "service_manager.h"

namespace fleet {
namespace {

constexpr double kStartTakes = 60;  // seconds, at most, from the first read to the first look

// Changes when one of the files does: content, place, rights, existence. Empty when one has changed
// after `since` (Unix seconds): it may have been read before the change.
std::string stamps_of(const std::vector<std::string>& files, double since) {
  constexpr double kCoarse = 1;  // the clocks of file systems are behind
  std::string stamps;
  for (const std::string& file : files) {
    struct stat found {};
    if (::stat(file.c_str(), &found) == 0) {
      for (const long part :
           {static_cast<long>(found.st_ino), static_cast<long>(found.st_size), found.st_mtim.tv_sec,
            found.st_mtim.tv_nsec, found.st_ctim.tv_sec, found.st_ctim.tv_nsec})
        stamps.append(std::to_string(part)) += ' ';
      if (static_cast<double>(found.st_ctim.tv_sec) >= since - kCoarse) return {};
    }
    stamps += '\n';
  }
  return stamps;
}

// Connections that the configuration asks for; nodes that discovery finds come on top.
std::size_t connection_count(const Options& options) {
  std::size_t count = 0;
  for (const Group& group : groups_of(options)) {
    // Of nodes one for scrapes, one for questions where they are compared, and two where their data
    // is looked into; of Sentinels, one for questions and one for events.
    const bool checked = group.checks ? group.checks->any() : options.checks.any();
    const std::size_t of_node = std::size_t{1} + (is_compared(group) ? 1 : 0) + (checked ? 2 : 0);
    count += group.nodes.size() * of_node + group.sentinels.size() * 2;
    if (group.source == Group::Source::cluster) count += Discovery::kClusterVoices;
  }
  return count;
}

// What a reload cannot change: names of those that differ.
std::string fixed_differences(const Options& now, const Options& next) {
  std::string names;
  const auto compare = [&names](bool same, const char* name) {
    if (!same) names.append(names.empty() ? "" : ", ").append(name);
  };
  compare(now.listen_addresses == next.listen_addresses, "listen");
  compare(now.telemetry_path == next.telemetry_path, "telemetry_path");
  compare(now.log_level == next.log_level && now.log_as_json == next.log_as_json, "log");
  return names;
}

struct Read {
  ParsedOptions parsed;
  std::string stamps;
  bool failed = true;
};

}  // namespace

std::string does_not_fit(const Options& options, std::size_t open_files) {
  const std::size_t connections = connection_count(options);
  // Connections to nodes, of clients, connects that replace a connection, and the rest.
  constexpr std::size_t kRest = 64;
  const std::size_t needed = connections + http::ServerLimits{}.connections +
                             ConnectLimits::kConnects + Fleet::kQuestionConnects + kRest;
  if (needed <= open_files) return {};
  return "a fleet that keeps " + std::to_string(connections) + " connections needs " +
         std::to_string(needed) + " open files and the limit is " + std::to_string(open_files) +
         ": raise it (ulimit -n " + std::to_string(needed) +
         ", systemd's LimitNOFILE=), or split the fleet";
}

Reloader::Reloader(asio::any_io_executor executor, std::function<ParsedOptions()> read,
                   Options& options, Fleet& fleet, SelfMetrics& self,
                   http::ConfigurationStatus& status, UseWeb use_web)
    : executor_(executor),
      read_(std::move(read)),
      options_(options),
      fleet_(fleet),
      self_(self),
      status_(status),
      use_web_(std::move(use_web)),
      reader_(executor),
      read_ended_(executor),
      watched_(options.watched_files),
      stamps_(stamps_of(watched_, unix_now() - kStartTakes)),
      tasks_(executor) {
  self_.config_read(true, unix_now());
  status_.read = unix_now();
}

void Reloader::start() {
  tasks_.spawn("reload on SIGHUP", reload_on_signal());
  tasks_.spawn("reload on change", reload_on_change());
}

asio::awaitable<void> Reloader::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

asio::awaitable<std::string> Reloader::reload() {
  // Who comes while one is in progress waits for the next, which all of them share.
  const std::uint64_t known = begun_;
  while (reading_) {
    co_await read_ended_.wait();
    if (!reading_ && begun_ > known) co_return problem_;
  }
  reading_ = true;
  ++begun_;
  service_manager::reloading();
  const auto read = std::make_shared<Read>();
  std::function<void()> work = [this, read] {
    const double began = unix_now();
    read->parsed = read_();
    read->stamps = stamps_of(read->parsed.options.watched_files, began);
    read->failed = false;
  };
  const bool ended = co_await reader_.run(std::move(work));
  if (!ended) {
    reading_ = false;
    problem_ = "the exporter is ending";
    read_ended_.notify();
    co_return problem_;
  }
  std::string problem;
  if (read->failed) {
    problem = "the configuration could not be read: an internal error";
  } else {
    // A file that is missing or wrong is among them: its cure is a change.
    watched_ = read->parsed.options.watched_files;
    stamps_ = std::move(read->stamps);
    problem = apply(std::move(read->parsed));
  }
  reading_ = false;
  problem_ = problem;
  if (problem.empty()) fleet_.forget_refusals();
  read_ended_.notify();
  self_.config_read(problem.empty(), unix_now());
  status_.problem = problem;
  ++status_.reads;
  if (problem.empty()) status_.read = unix_now();
  if (problem.empty() && changed_) {
    log::info("configuration reloaded", {{"nodes", std::to_string(fleet_.members().size())}});
  } else if (!problem.empty()) {
    log::error("the configuration is invalid, the one before stays in use", {{"error", problem}});
  }
  service_manager::ready(problem.empty() ? "the configuration is in use"
                                         : "the configuration before stays in use: " + problem);
  co_return problem;
}

std::string Reloader::apply(ParsedOptions parsed) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  if (parsed.errors.empty())
    if (std::string problem = does_not_fit(parsed.options, files.rlim_cur); !problem.empty())
      parsed.errors.push_back(std::move(problem));
  // A file that is written in place is empty for a moment.
  if (parsed.errors.empty() && parsed.options.groups.empty() && !options_.groups.empty())
    parsed.errors.push_back(options_.config_file +
                            ": lists no groups any more; to scrape none, start the exporter anew");
  // Last, as it takes what is right into use.
  if (parsed.errors.empty() && !(parsed.options.web == options_.web))
    if (std::string problem = use_web_(parsed.options.web); !problem.empty())
      parsed.errors.push_back(std::move(problem));
  if (!parsed.errors.empty()) {
    std::string problem;
    for (const std::string& error : parsed.errors)
      problem.append(problem.empty() ? "" : "\n").append(error);
    return problem;
  }
  for (const std::string& warning : parsed.warnings) log::warning(warning);
  status_.warnings = std::move(parsed.warnings);
  Options& next = parsed.options;
  if (const std::string fixed = fixed_differences(options_, next); !fixed.empty())
    log::warning("these settings change with the next start only", {{"settings", fixed}});
  next.listen_addresses = options_.listen_addresses;
  next.telemetry_path = options_.telemetry_path;
  next.log_level = options_.log_level;
  next.log_as_json = options_.log_as_json;
  changed_ = !(next == options_);
  if (!changed_) return {};
  options_ = std::move(next);
  fleet_.apply();
  return {};
}

asio::awaitable<void> Reloader::reload_on_signal() {
  asio::signal_set signals(executor_, SIGHUP);
  for (;;) {
    co_await signals.async_wait(no_throw);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    co_await reload();
  }
}

// A file that is written in place may be whole YAML before it is whole: what has changed must look
// the same a moment later.
asio::awaitable<void> Reloader::reload_on_change() {
  constexpr std::chrono::seconds kSettles{1};
  std::string seen;
  for (;;) {
    const Clock::time_point next = Clock::now() + (seen.empty() ? kLookAgain : kSettles);
    co_await sleep_until(next);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    if (reading_) continue;
    const auto stamps = std::make_shared<std::string>();
    std::function<void()> work = [stamps, files = watched_] {
      *stamps = stamps_of(files, std::numeric_limits<double>::infinity());
    };
    const bool ended = co_await reader_.run(std::move(work));
    if (!ended) co_return;
    const bool settled = *stamps == seen;
    seen = *stamps == stamps_ || settled ? std::string() : *stamps;
    if (settled && *stamps != stamps_ && !reading_) co_await reload();
  }
}

}  // namespace fleet
