// SPDX-License-Identifier: Apache-2.0
#include "scrape/fleet.h"

#include <algorithm>

#include "base/characters.h"
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
             SelfMetrics& self, Resolver::Lookup lookup, Clock::duration forget)
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
      forget_(forget),
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

Fleet::Key::Key(const Target& target)
    : host(target.host),
      port(target.port),
      transport(target.transport),
      username(target.username),
      database(target.database) {
  boost::system::error_code not_an_address;
  if (const auto literal = asio::ip::make_address(host, not_an_address); !not_an_address)
    host = literal.to_string();
  host = to_lower(host);
}

asio::awaitable<Fleet::Found> Fleet::find(std::string text, Clock::time_point deadline) {
  std::string problem;
  std::optional<Target> target = parse_target(text, problem);
  if (!target) co_return Found(nullptr, 400, "target: " + problem);
  // A secret in a URL is in every log on its way: it is not used, so that nobody comes to rely on
  // it.
  target->password.reset();
  if (configured_ && same_server(*target, configured_->target()) &&
      target->database == configured_->target().database)
    co_return Found(configured_.get(), 200, "");
  if (target->transport == Target::Transport::unix_socket)
    co_return Found(nullptr, 403,
                    "target " + display(*target) +
                        " is not allowed: /scrape opens no Unix socket but that of --redis.addr");
  const Key key(*target);
  if (const auto it = visited_.find(key); it != visited_.end()) {
    const std::string& host = it->second->target().host;
    if (resolver_.knows(host)) co_return Found(it->second.get(), 200, "");
    // Its name is forgotten meanwhile: it is looked up as a stranger's here, not by the node.
    target->host = host;
  }

  const AllowList& list = options_.allowed_targets;
  std::vector<IpAddress> addresses;
  if (list.could_allow(*target)) {
    Resolver::Answer answer;
    const Clock::time_point until = std::min(deadline, Clock::now() + settings_.node_timeout);
    const bool in_time = co_await finished_before(until, look_up(target->host, answer));
    if (!in_time)
      answer.error = resolver_.in_line(target->host) ? Resolver::kBusy : "no answer in time";
    if (answer.error == Resolver::kBusy) co_return Found(nullptr, 503, answer.error);
    if (answer.addresses.empty())
      co_return Found(nullptr, 503,
                      "cannot resolve " + target->host + ": " + answer.error +
                          "; check the name and the DNS server");
    std::ranges::transform(answer.addresses, std::back_inserter(addresses), to_ip);
  }
  const Allowed allowed = list.allows(*target, addresses);
  if (allowed == Allowed::no)
    co_return Found(nullptr, 403,
                    "target " + display(*target) +
                        " is not allowed; to allow it start the exporter with "
                        "--scrape.allowed-targets=" +
                        display(*target));
  // Somebody else may have asked for the same while the name was looked up.
  if (const auto it = visited_.find(key); it != visited_.end())
    co_return Found(it->second.get(), 200, "");
  if (!make_room(key))
    co_return Found(nullptr, 503, "too many different targets are being scraped, try again");
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
  if (!forgetting_) {
    forgetting_ = true;
    tasks_.spawn("forgetting of targets", forget_unused());
  }
  if (allowed == Allowed::listed) target = with_credentials(std::move(*target));
  const auto made = visited_.emplace(key, make_node(std::move(*target), std::move(filter)));
  co_return Found(made.first->second.get(), 200, "");
}

asio::awaitable<void> Fleet::look_up(std::string host, Resolver::Answer& answer) {
  Resolver::Asker asker = Resolver::Asker::stranger;
  if (configured_ && configured_->target().host == host) asker = Resolver::Asker::fleet;
  answer = co_await resolver_.resolve(std::move(host), asker);
}

// False: all nodes in whose place this one could be kept are being scraped.
bool Fleet::make_room(const Key& key) {
  const auto same = [&key](const Key& other) { return other.same_server(key); };
  const auto of_server =
      std::ranges::count_if(visited_, [&](const auto& entry) { return same(entry.first); });
  if (static_cast<std::size_t>(of_server) >= kMaxVisitedOfServer) return drop_oldest(same);
  return visited_.size() < kMaxVisited || drop_oldest([](const Key&) { return true; });
}

bool Fleet::drop_oldest(const std::function<bool(const Key&)>& among) {
  auto oldest = visited_.end();
  for (auto it = visited_.begin(); it != visited_.end(); ++it) {
    if (!it->second->idle() || !among(it->first)) continue;
    if (oldest == visited_.end() || it->second->last_used() < oldest->second->last_used())
      oldest = it;
  }
  if (oldest == visited_.end()) return false;
  visited_.erase(oldest);
  return true;
}

// Closes the connections of targets that nobody asks for any more.
asio::awaitable<void> Fleet::forget_unused() {
  while (true) {
    co_await sleep_until(Clock::now() + forget_ / 10);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    std::erase_if(visited_, [this](const auto& entry) {
      return entry.second->idle() && Clock::now() - entry.second->last_used() > forget_;
    });
  }
}

asio::awaitable<void> Fleet::stop() {
  tasks_.cancel();
  co_await tasks_.join();
  co_await resolver_.stop();
}

}  // namespace fleet
