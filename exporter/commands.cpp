// SPDX-License-Identifier: Apache-2.0
#include "commands.h"

#include <cstdio>
#include <set>
#include <span>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/text.h"
#include "build_info.h"
#include "checks/check_commands.h"
#include "collectors/acl.h"
#include "collectors/registry.h"
#include "exposition/text_writer.h"
#include "health_check.h"
#include "net/tls_server.h"
#include "scrape/all_metrics.h"
#include "scrape/fleet.h"
#include "scrape/group_settings.h"

namespace fleet {
namespace {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void complain(const std::string& text) {
  std::fprintf(stderr, "redis_fleet_exporter: %s\n", text.c_str());
}

void print_version() {
  print("redis_fleet_exporter ");
  print(kBuildInfo.version);
  print(" (commit ");
  print(kBuildInfo.revision);
  print(" of ");
  print(kBuildInfo.revision_date);
  print(", ");
  print(kBuildInfo.compiler);
  print(")\n");
}

int check_config(const Options& options) {
  // Options were parsed, or we would not be here; the files that they name are what is left.
  std::vector<TlsFiles> all = {tls_files_of(options)};
  for (const Group& group : options.groups) {
    all.push_back(group.tls);
    all.push_back(group.sentinel_tls);
  }
  int status = 0;
  for (const TlsFiles& files : all) {
    TlsClient tls(files);
    const Failure failure = tls.refresh();
    if (!failure) continue;
    complain(failure.message);
    status = 2;
  }
  if (std::string problem; options.web.tls && !TlsServer::make(options.web, problem)) {
    complain(problem);
    status = 2;
  }
  if (status == 0) print("the configuration is valid\n");
  return status;
}

int check_health(const Options& options) {
  const std::string problem = ask_health(
      options.health_address.value_or(options.listen_addresses.front()), options.health_path);
  if (!problem.empty()) complain(problem);
  return problem.empty() ? 0 : 1;
}

struct Row {
  std::string_view collector;
  const Metric* metric;
  std::string source;
};

// "CONFIG GET maxmemory" says its field already, "CLUSTER INFO" does not.
std::string source_of(const InfoField& column) {
  std::string source(column.metric.source_text);
  if (source.empty()) source = "INFO, column";
  const bool told = source.find(column.field) != std::string::npos;
  return told ? source : source + ' ' + std::string(column.field);
}

std::vector<Row> rows() {
  std::vector<Row> rows;
  for (const Collector* collector : all_collectors()) {
    for (const InfoField& field : collector->fields)
      rows.push_back({collector->name, &field.metric, "INFO " + std::string(field.field)});
    for (const InfoField& column : collector->columns)
      rows.push_back({collector->name, &column.metric, source_of(column)});
    for (const Metric* metric : collector->metrics)
      rows.push_back({collector->name, metric, std::string(metric->source_text)});
  }
  for (const auto& table : kMetricTables)
    for (const Metric* metric : table)
      rows.push_back({"", metric, std::string(metric->source_text)});
  return rows;
}

void list_metrics(bool markdown) {
  if (markdown)
    print(
        "| Metric | Type | Labels | Meaning | Source | Since | Collector |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const auto& [collector, metric, source] : rows()) {
    std::string line;
    const std::string_view cells[] = {
        metric->name, name_of(metric->type), metric->labels, metric->help,
        source,       metric->since_text,    collector};
    for (const std::string_view cell : cells) {
      if (markdown) line += "| ";
      for (const char c : cell) {
        if (markdown && c == '|') line += '\\';
        line += c;
      }
      line += markdown ? ' ' : '\t';
    }
    if (markdown) {
      line += '|';
    } else {
      line.pop_back();
    }
    print(line + "\n");
  }
}

void list_collectors(const Options& options) {
  for (const CollectorSwitch& one : options.collectors) {
    const Collector* collector = find_collector(one.name);
    std::string line(one.name);
    line.resize(std::max<std::size_t>(line.size() + 1, 20), ' ');
    line.append(one.on ? "on   " : "off  ").append(collector->about);
    std::string_view between = "  Sends: ";
    for (const Command& command : collector->commands) {
      line.append(between).append(command.line).append(command.each_master ? " NAME" : "");
      between = ", ";
    }
    print(line + "\n");
  }
}

// Runs one coroutine to its end.
void run_to_end(asio::io_context& loop, asio::awaitable<void> task) {
  asio::co_spawn(loop, std::move(task), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  loop.run();
}

// One line a node: group, instance, what is connected to, what names it.
void print_targets(const Fleet& fleet) {
  for (const Fleet::Member* member : fleet.members())
    print(member->group + '\t' + member->instance() + '\t' + member->listed.target.spelling + '\t' +
          member->listed.origin + '\n');
}

asio::awaitable<void> discover(Fleet& fleet) {
  while (!fleet.ready()) co_await sleep_until(Clock::now() + std::chrono::milliseconds(10));
  print_targets(fleet);
  co_await fleet.stop();
}

// Asks Sentinels and Clusters once.
int dump_targets(const Options& options, const Catalogue& catalogue) {
  SelfMetrics self({kBuildInfo.version, kBuildInfo.revision, kBuildInfo.revision_date});
  asio::io_context loop(1);
  Fleet fleet(loop.get_executor(), options, catalogue, self);
  run_to_end(loop, discover(fleet));
  return fleet.undiscovered().empty() ? 0 : 1;  // why is in the log, on standard error
}

asio::awaitable<void> probe(Fleet& fleet, Clock::time_point deadline,
                            std::shared_ptr<const NodeReport>& report) {
  const auto executor = co_await asio::this_coro::executor;
  const auto run = fleet.members().front()->node->start(deadline, executor);
  report = co_await Node::finished(run);
  co_await fleet.stop();
}

// One scrape of a node.
std::shared_ptr<const NodeReport> probe(const Options& options, const Target& target,
                                        const Catalogue& catalogue) {
  Options one = options;
  one.redis_addr = target;
  one.config_file.clear();
  SelfMetrics self({kBuildInfo.version, kBuildInfo.revision, kBuildInfo.revision_date});
  asio::io_context loop(1);
  Fleet fleet(loop.get_executor(), one, catalogue, self);
  std::shared_ptr<const NodeReport> report;
  const auto timeout = std::chrono::duration_cast<Clock::duration>(one.scrape_timeout);
  run_to_end(loop, probe(fleet, Clock::now() + timeout, report));
  return report;
}

int probe(const Options& options, const Catalogue& catalogue) {
  const auto report = probe(options, *options.probe_target, catalogue);
  std::vector<TextWriter::Block> blocks = {{&report->samples, ""}};
  for (const auto& checked : report->checks) blocks.push_back({checked.get(), ""});
  TextWriter writer(options.metric_namespace, std::move(blocks));
  std::string page;
  while (writer.write(page, std::string::npos)) {
  }
  print(page);
  return report->up ? 0 : 1;  // the failure is in the log, on standard error
}

// Of all groups: one line serves them all.
std::vector<std::string_view> check_commands_of(const Options& options, const NodeFacts& server) {
  const bool search = server.search_module.value_or(true);
  std::vector<std::string_view> commands = check_commands(options.checks, server.version, search);
  for (const Group& group : options.groups) {
    if (!group.checks) continue;
    const std::vector<std::string_view> more =
        check_commands(*group.checks, server.version, search);
    commands.insert(commands.end(), more.begin(), more.end());
  }
  return commands;
}

int print_acl(const Options& options, const Catalogue& catalogue) {
  bool select = options.redis_addr && options.redis_addr->database != 0;
  std::optional<NodeFacts> server = parse_acl_server(options.acl_for);
  if (!server) {
    // A word without a colon is a server that we do not know rather than the name of a host.
    std::string problem = "\"" + without_secrets(options.acl_for) + "\" is neither";
    std::optional<Target> target;
    if (options.acl_for.find(':') != std::string::npos)
      target = parse_target(options.acl_for, problem);
    if (!target) {
      complain(
          "--print-acl takes redis-7.0, valkey-8.1, redis-sentinel-7.0 or the like, or a URI such "
          "as redis://localhost:6379: " +
          problem);
      return 2;
    }
    Options without_checks = options;  // nothing of a server's data is looked at, no script is run
    without_checks.checks = CheckSettings();
    const auto report = probe(without_checks, *target, catalogue);
    if (!report->node.known) {
      if (report->up)
        complain(
            "the server does not answer INFO; name its version instead, as in "
            "--print-acl=redis-7.0");
      return 1;
    }
    server = report->node;
    select = target->database != 0;
  }
  const ScrapeSettings settings = settings_of(options);
  const ConnectionCommands connection{settings.set_client_name, select, settings.ping,
                                      !options.config_file.empty(),
                                      check_commands_of(options, *server)};
  const std::string line =
      acl_line(settings.collectors, settings.collector_options, connection, *server);
  if (line.empty()) {
    complain("servers before Redis 6.0 have no ACL: give the exporter their password");
    return 1;
  }
  print(line + "\n");
  return 0;
}

}  // namespace

void declare_all_metrics(Catalogue& catalogue) {
  declare_metrics(all_collectors(), catalogue);
  declare_tables(catalogue);
}

std::vector<std::string_view> label_names(const Catalogue& catalogue) {
  std::set<std::string_view> names;
  for (std::uint32_t i = 0; i < catalogue.size(); ++i)
    for (std::string_view rest = catalogue.metric(i).labels; !rest.empty();)
      names.insert(take_until(rest, ','));
  return {names.begin(), names.end()};
}

int run_command(const Options& options, const Catalogue& catalogue) {
  switch (options.action) {
    case Options::Action::version:
      print_version();
      return 0;
    case Options::Action::check_config:
      return check_config(options);
    case Options::Action::check_health:
      return check_health(options);
    case Options::Action::dump_targets:
      return dump_targets(options, catalogue);
    case Options::Action::list_metrics:
      list_metrics(options.list_as_markdown);
      return 0;
    case Options::Action::list_collectors:
      list_collectors(options);
      return 0;
    case Options::Action::print_acl:
      return print_acl(options, catalogue);
    case Options::Action::probe:
      return probe(options, catalogue);
    case Options::Action::serve:
    case Options::Action::help:
      break;
  }
  return 0;
}

}  // namespace fleet
