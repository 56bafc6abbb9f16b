// SPDX-License-Identifier: Apache-2.0
#include "config/options.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/characters.h"
#include "config/closest_name.h"
#include "config/command_line.h"
#include "config/config_file.h"
#include "config/files.h"
#include "config/flag_table.h"
#include "config/option_values.h"

namespace fleet {
namespace {

constexpr std::string_view kCollector = "collector.";
constexpr std::string_view kNoCollector = "no-collector.";

std::string dashed(std::string_view name) { return "--" + without_secrets(name); }

// How an error shows a value: on one line, and no longer than needed.
std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value.substr(0, 200)) text += is_control(c) ? '?' : c;
  return text + (value.size() > 200 ? "...\"" : "\"");
}

std::string quoted_value(const Flag& flag, std::string_view value) {
  return flag.may_hold_secret ? "\"" + without_secrets(value) + "\"" : quoted(value);
}

bool is_loopback(const ListenAddress& address) {
  return address.host.starts_with("127.") || address.host == "::1" || address.host == "localhost";
}

class OptionsParser {
 public:
  OptionsParser(const Environment& environment, std::span<const CollectorSwitch> collectors,
                std::span<const std::string_view> labels)
      : environment_(environment), labels_(labels) {
    options().collectors.assign(collectors.begin(), collectors.end());
  }

  ParsedOptions run(std::span<const char* const> arguments) {
    CommandLine line =
        split_command_line(arguments, [](std::string_view name) { return kind_of(name); });
    result_.errors = std::move(line.problems);
    only_address_ =
        std::ranges::find(line.flags, "check-health", &CommandLine::Flag::name) != line.flags.end();
    load_file(line);  // first, so that flags and environment win over it
    for (const CommandLine::Flag& given : line.flags) take_flag(given);
    take_environment();
    take_words(line.words);
    if (!only_address_) check_together();
    if (options().action == Options::Action::help) {
      result_.errors.clear();
      result_.print = help_text(options().collectors);
    }
    return std::move(result_);
  }

 private:
  Options& options() { return result_.options; }
  void fail(std::string problem) { result_.errors.push_back(std::move(problem)); }
  void warn(std::string warning) { result_.warnings.push_back(std::move(warning)); }

  static FlagKind kind_of(std::string_view name) {
    if (name.starts_with(kCollector) || name.starts_with(kNoCollector)) return FlagKind::switched;
    if (const Flag* flag = find_flag(name))
      return flag->bare.empty() ? FlagKind::valued : FlagKind::switched;
    return FlagKind::unknown;
  }

  void load_file(const CommandLine& line) {
    const Flag& flag = *find_flag("config.file");
    std::string path = environment_(flag.environment).value_or("");
    for (const CommandLine::Flag& given : line.flags) {
      if (given.name == "help" || given.name == "h") return;
      if (given.name == flag.name) path = given.value.value_or("");
    }
    if (path.empty()) return;
    options().redis_addr.reset();  // one that is given is an error beside the file
    const Environment environment = [this](std::string_view name) {
      named_in_file_.emplace(name);
      return environment_(name);
    };
    LoadedFile loaded = load_config_file(path, environment, labels_, options());
    if (only_address_) return;
    std::ranges::move(loaded.errors, std::back_inserter(result_.errors));
    std::ranges::move(loaded.warnings, std::back_inserter(result_.warnings));
    allowed_in_file_ = options().allowed_targets;
  }

  void take_flag(const CommandLine::Flag& given) {
    if (const Flag* flag = find_flag(given.name)) {
      set(*flag, given.value.value_or(flag->bare), dashed(flag->name));
      given_.insert(flag->name);
    } else if (given.name.starts_with(kCollector)) {
      switch_collector(given, given.name.substr(kCollector.size()), true);
    } else if (given.name.starts_with(kNoCollector)) {
      switch_collector(given, given.name.substr(kNoCollector.size()), false);
    } else {
      refuse_unknown(given.name);
    }
  }

  // `source` is the flag or the variable that the value comes from.
  void set(const Flag& flag, std::string_view value, const std::string& source) {
    const std::string problem = flag.set(options(), value);
    if (!problem.empty()) fail(source + "=" + quoted_value(flag, value) + ": " + problem);
  }

  void refuse_unknown(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Flag& flag : flags()) names.push_back(flag.name);
    const std::string_view closest = closest_name(name, names);
    fail(dashed(name) + ": there is no such flag; " +
         (closest.empty() ? "--help lists them" : "did you mean --" + std::string(closest) + "?"));
  }

  void switch_collector(const CommandLine::Flag& given, std::string_view name, bool on) {
    bool yes = true;
    if (const std::string problem = read_bool(given.value.value_or("true"), yes); !problem.empty())
      fail(dashed(given.name) + "=" + quoted(*given.value) + ": " + problem);
    if (const std::string problem = fleet::switch_collector(options(), name, yes == on);
        !problem.empty())
      return fail(dashed(given.name) + ": " + problem);
    // The variable of another flag that switches the same collector is weaker.
    for (const Flag& flag : flags())
      if (flag.collector == name) given_.insert(flag.name);
  }

  // Variables of the flags that were not given.
  void take_environment() {
    for (const Flag& flag : flags()) {
      if (flag.environment.empty() || given_.contains(flag.name)) continue;
      if (only_address_ && flag.name != "web.listen-address") continue;
      const auto value = environment_(flag.environment);
      if (value && !(value->empty() && !takes_nothing(flag)))
        set(flag, *value, std::string(flag.environment));
    }
  }

  // Whether an empty variable says something. Where it cannot it counts as not set, as it is when a
  // template fills it in.
  bool takes_nothing(const Flag& flag) {
    Options trial = options();
    return flag.set(trial, "").empty();
  }

  void take_words(std::span<const std::string_view> words) {
    if (words.empty()) return;
    if (words[0] != "probe") {
      bool value = false;
      const bool lost = read_bool(words[0], value).empty();
      return fail("\"" + without_secrets(words[0]) + "\": " +
                  (lost ? "a switch takes its value after =, as in --debug=false"
                        : "the only word here is probe URI"));
    }
    if (words.size() != 2)
      return fail("probe: one URI must follow, as in probe redis://localhost:6379");
    if (options().action != Options::Action::serve)
      return fail(
          "probe: another flag already says what to do instead of serving; give one of them");
    options().action = Options::Action::probe;
    std::string problem;
    options().probe_target = parse_target(words[1], problem);
    if (!problem.empty()) fail("probe \"" + without_secrets(words[1]) + "\": " + problem);
  }

  // What one flag cannot know of another.
  void check_together() {
    Options& o = options();
    if (o.debug) o.log_level = log::Level::debug;
    if (o.exclude_latency_histogram_metrics)
      for (const std::string_view name : {"latency", "latency_histogram"})
        fleet::switch_collector(o, name, false);
    load_web();
    if (o.tls_client_key_file.empty() != o.tls_client_cert_file.empty())
      fail("--tls-client-key-file and --tls-client-cert-file: give both or neither");
    const bool from_file = !o.config_file.empty();
    if (from_file)
      warn_of_flags_beside_file();
    else if ((!o.redis_user.empty() || !o.redis_password.empty()) && o.allowed_targets.has_star())
      warn(
          "--redis.user and --redis.password go to --redis.addr only, not to what * in "
          "--scrape.allowed-targets lets in; name those targets by network or pattern");
    if (o.include_go_runtime_metrics)
      warn(source_of("include-go-runtime-metrics") +
           " has no effect: there is no Go runtime here; leave it out");
    if (!o.redis_user.empty() && o.redis_password.empty())
      warn("--redis.user without a password is not used: give REDIS_PASSWORD or --redis.password");
    if (from_file && o.redis_addr)
      fail(
          "--redis.addr (or REDIS_ADDR) and --config.file: give one of them; add the node to a "
          "group of the file");
    if (o.shard.count > 1 && !from_file)
      fail("--shard: needs --config.file; without one there is one node only");
    if (o.action == Options::Action::dump_targets && !from_file)
      fail("--dump-targets: needs --config.file");
    if (o.is_cluster) check_cluster();
    const auto persistence = std::ranges::find(o.collectors, "persistence", &CollectorSwitch::name);
    if (o.include_rdb_file_size && persistence != o.collectors.end() && !persistence->on)
      warn("--include-rdb-file-size-metric has no effect without the collector persistence");
    if (!from_file && !o.redis_addr && o.allowed_targets.empty() && o.passwords.empty() &&
        !o.disable_scrape_endpoint)
      warn(
          "with no --redis.addr and no list /scrape refuses every target; add "
          "--scrape.allowed-targets=10.0.0.0/8,*.internal or what fits");
    // Last: what is said of the list above is about what people wrote into it.
    for (const Target& server : o.passwords.entries())
      if (server.transport != Target::Transport::unix_socket)
        if (const std::string problem = o.allowed_targets.add(display(server), {});
            !problem.empty())
          fail(source_of("redis.password-file") + ": " + display(server) + " " + problem);
  }

  void load_web() {
    Options& o = options();
    if (o.web_config_file.empty()) {
      for (std::string& problem : settings_of(o.web_flags, system_files(), o.web, o.watched_files))
        fail(std::move(problem));
    } else if (o.web_flags.any()) {
      fail("--web.config.file and --tls-server-* or --basic-auth-*: give one of them");
    } else {
      LoadedFile loaded =
          load_web_settings(o.web_config_file, system_files(), o.web, o.watched_files);
      std::ranges::move(loaded.errors, std::back_inserter(result_.errors));
      std::ranges::move(loaded.warnings, std::back_inserter(result_.warnings));
    }
    const bool stays_here =
        !o.systemd_socket && std::ranges::all_of(o.listen_addresses, is_loopback);
    if (!o.web.users.empty() && !o.web.tls && !stays_here)
      warn("passwords of clients go over plain HTTP: add TLS, or listen on 127.0.0.1 only");
  }

  void check_cluster() {
    Options& o = options();
    if (!o.config_file.empty()) {
      fail(
          "--is-cluster: is about --redis.addr; beside --config.file write cluster: {seeds: "
          "[\"host:port\"]} into a group of the file");
    } else if (!o.redis_addr) {
      fail("--is-cluster: needs --redis.addr, a node of the Cluster");
    }
    // Each key once: a master and its replicas have the same.
    o.checks.on_replicas = !o.checks.on_masters;
  }

  // How a value was given that is not the default: by the flag, or by its variable.
  std::string source_of(std::string_view name) const {
    return given_.contains(name) ? dashed(name) : std::string(find_flag(name)->environment);
  }

  // Flags that do less beside a file than one may think.
  void warn_of_flags_beside_file() {
    const Options& o = options();
    if (!allowed_in_file_.empty() && allowed_in_file_ != o.allowed_targets)
      warn(source_of("scrape.allowed-targets") + " replaces the whole list allowed_targets of " +
           o.config_file + ", and what its entries say of credentials and TLS; keep one of them");
    const bool asks_groups = o.action == Options::Action::serve ||
                             o.action == Options::Action::check_config ||
                             o.action == Options::Action::dump_targets;
    if (asks_groups && !o.redis_password.empty()) warn_of_credentials_beside_file();
  }

  void warn_of_credentials_beside_file() {
    const Options& o = options();
    const std::string password = source_of("redis.password");
    if (named_in_file_.contains(password)) return;  // by password_env
    const bool one = o.redis_user.empty();
    const std::string given = one ? password : source_of("redis.user") + " and " + password;
    const bool off = o.disable_scrape_endpoint;
    if (!off && o.allowed_targets.leaves_credentials_to_flags()) {
      if (o.allowed_targets.has_star())
        warn(given + (one ? " goes" : " go") +
             " to what allowed_targets lists by network, address or pattern, not to what * lets "
             "in; name those targets");
      return;
    }
    const std::string_view why = off ? "/scrape is switched off"
                                 : o.allowed_targets.empty()
                                     ? "there are no allowed_targets"
                                     : "no entry of allowed_targets but * is without its own";
    warn(given + (one ? " is" : " are") + " not used: the groups of " + o.config_file +
         " take theirs from the file, and " + std::string(why) + "; write credentials: {NAME: {" +
         (one ? "" : "username: USER, ") +
         "password_file: FILE}} into it, and credentials: NAME into each group that needs it");
  }

  const Environment& environment_;
  const std::span<const std::string_view> labels_;
  ParsedOptions result_;
  // --check-health: the exporter that is asked runs, whatever has become of its file and variables.
  bool only_address_ = false;
  std::set<std::string_view> given_;
  std::set<std::string, std::less<>> named_in_file_;  // variables
  AllowList allowed_in_file_;
};

}  // namespace

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

ParsedOptions parse_options(std::span<const char* const> arguments, const Environment& environment,
                            std::span<const CollectorSwitch> collectors,
                            std::span<const std::string_view> labels) {
  return OptionsParser(environment, collectors, labels).run(arguments);
}

}  // namespace fleet
