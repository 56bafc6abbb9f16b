// SPDX-License-Identifier: Apache-2.0
#include "scrape/fleet.h"

#include <algorithm>

#include "collectors/registry.h"

namespace fleet {
namespace {

IpAddress to_ip(const asio::ip::address& address) {
  IpAddress ip;
  if (address.is_v6()) {
    ip.bytes = address.to_v6().to_bytes();
  } else {
    ip.bytes = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  }
  return ip;
}

bool same_server(const Target& a, const Target& b) {
  return a.transport == b.transport && a.host == b.host && a.port == b.port && a.path == b.path;
}

}  // namespace

ScrapeSettings settings_of(const Options& options) {
  ScrapeSettings settings;
  for (const CollectorSwitch& one : options.collectors)
    if (one.on) settings.collectors.push_back(find_collector(one.name));
  settings.collector_options = {
      .include_config_metrics = options.include_config_metrics,
      .redact_config_metrics = options.redact_config_metrics,
      .include_modules_metrics = options.include_modules_metrics,
      .include_empty_databases = options.include_metrics_for_empty_databases,
      .full_latency_buckets = options.full_latency_buckets,
      .config_command = !options.config_command.empty(),
      .commands_limit = options.commands_limit,
  };
  settings.config_command = options.config_command;
  settings.set_client_name = options.set_client_name;
  settings.ping = options.ping_on_connect;
  settings.node_timeout = options.connection_timeout;
  settings.max_connection_age = options.max_connection_age;
  return settings;
}

Fleet::Fleet(asio::any_io_executor executor, const Options& options, const Catalogue& catalogue,
             SelfMetrics& self, Resolver::Lookup lookup)
    : executor_(executor),
      options_(options),
      catalogue_(catalogue),
      self_(self),
      settings_(settings_of(options)),
      resolver_(executor, std::move(lookup)),
      tls_(TlsFiles{options.tls_ca_cert_file, options.tls_client_cert_file,
                    options.tls_client_key_file, options.tls_server_name,
                    options.skip_tls_verification}),
      connector_(resolver_, tls_),
      tasks_(executor) {
  if (options.redis_addr) configured_ = make_node(with_credentials(*options.redis_addr));
}

std::vector<Node*> Fleet::configured() const {
  std::vector<Node*> nodes;
  if (configured_) nodes.push_back(configured_.get());
  return nodes;
}

Target Fleet::with_credentials(Target target) const {
  if (target.username.empty()) target.username = options_.redis_user;
  if (!target.password && !options_.redis_password.empty())
    target.password = options_.redis_password;
  return target;
}

std::unique_ptr<Node> Fleet::make_node(Target target, Connector::AddressFilter filter) {
  return std::make_unique<Node>(std::move(target), std::move(filter), settings_, connector_,
                                catalogue_, self_, tasks_);
}

asio::awaitable<Fleet::Found> Fleet::find(std::string text) {
  std::string problem;
  std::optional<Target> target = parse_target(text, problem);
  if (!target) co_return Found(nullptr, 400, "target: " + problem);
  // A secret in a URL is in every log on its way: it is not used, so that nobody comes to rely on
  // it.
  target->password.reset();
  if (configured_ && same_server(*target, configured_->target()) &&
      target->database == configured_->target().database)
    co_return Found(configured_.get(), 200, "");
  const std::string key = target->username + "@" + target->spelling;
  if (const auto known = visited_.find(key); known != visited_.end())
    co_return Found(known->second.get(), 200, "");

  if (target->transport == Target::Transport::unix_socket)
    co_return Found(nullptr, 403,
                    "target " + display(*target) +
                        " is not allowed: /scrape opens no Unix socket but that of --redis.addr");
  const AllowList& list = options_.allowed_targets;
  std::vector<IpAddress> addresses;
  if (list.could_allow(*target)) {
    Resolver::Answer answer;
    const bool in_time = co_await finished_before(Clock::now() + settings_.node_timeout,
                                                  look_up(target->host, answer));
    if (in_time) std::ranges::transform(answer.addresses, std::back_inserter(addresses), to_ip);
  }
  const Allowed allowed = list.allows(*target, addresses);
  if (allowed == Allowed::no)
    co_return Found(nullptr, 403,
                    "target " + display(*target) +
                        " is not allowed; to allow it start the exporter with "
                        "--scrape.allowed-targets=" +
                        display(*target));
  Connector::AddressFilter filter;
  if (list.matches_name(target->host, target->port) == Allowed::no) {
    // Let in by its addresses: so are only those, whatever the name points to later.
    filter = [&list, port = target->port](const asio::ip::address& address) {
      const IpAddress one = to_ip(address);
      return list.matches_addresses(std::span(&one, 1), port) != Allowed::no;
    };
  } else {
    filter = [&list, port = target->port](const asio::ip::address& address) {
      const IpAddress one = to_ip(address);
      return !one.is_link_local() ||
             list.matches_addresses(std::span(&one, 1), port) != Allowed::no;
    };
  }
  forget_unused();
  if (visited_.size() >= kMaxVisited)
    co_return Found(nullptr, 503, "too many different targets in the last minutes");
  // Somebody else may have asked for the same while the name was looked up.
  std::unique_ptr<Node>& node = visited_[key];
  if (!node) {
    if (allowed == Allowed::listed) target = with_credentials(std::move(*target));
    node = make_node(std::move(*target), std::move(filter));
  }
  co_return Found(node.get(), 200, "");
}

asio::awaitable<void> Fleet::look_up(std::string host, Resolver::Answer& answer) {
  answer = co_await resolver_.resolve(std::move(host));
}

void Fleet::forget_unused() {
  std::erase_if(visited_, [](const auto& entry) {
    return entry.second->idle() && Clock::now() - entry.second->last_used() > kForgetVisited;
  });
}

asio::awaitable<void> Fleet::stop() {
  tasks_.cancel();
  co_await tasks_.join();
  co_await resolver_.stop();
}

}  // namespace fleet
