// SPDX-License-Identifier: Apache-2.0
#include "scrape/visited_nodes.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/log.h"
#include "scrape/group_settings.h"

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

std::vector<IpAddress> to_ips(const std::vector<asio::ip::address>& addresses) {
  std::vector<IpAddress> ips;
  std::ranges::transform(addresses, std::back_inserter(ips), to_ip);
  return ips;
}

void lend(const AllowedAccess& access, Target& target) {
  if (access.tls) target.transport = Target::Transport::tls;
  if (!access.has_credentials) return;
  if (target.username.empty()) target.username = access.username;
  target.password = access.password;
}

}  // namespace

VisitedNodes::Key::Key(const Target& target)
    : host(comparable_host(target.host)),
      port(target.port),
      transport(target.transport),
      username(target.username),
      database(target.database),
      certificate_name(target.certificate_name) {}

VisitedNodes::VisitedNodes(const Options& options, Resolver& resolver, TaskGroup& tasks,
                           MakeNode make_node, Clock::duration forget)
    : options_(options),
      resolver_(resolver),
      tasks_(tasks),
      make_node_(std::move(make_node)),
      forget_(forget) {}

asio::awaitable<FoundTarget> VisitedNodes::find(Target target, Resolver::Asker asker,
                                                Clock::time_point deadline) {
  // A secret in a URL is in every log on its way: it is not used, so that nobody comes to rely on
  // it.
  target.password.reset();
  if (target.transport == Target::Transport::unix_socket)
    co_return FoundTarget(nullptr, 403,
                          "target " + display(target) +
                              " is not allowed: /scrape opens no Unix socket but configured ones");
  const Key key(target);
  if (const auto it = nodes_.find(key); it != nodes_.end()) {
    const std::shared_ptr<Node>& node = it->second.node;
    const bool moved = has_moved(it->second);
    if (!moved && resolver_.knows(node->target().host)) co_return FoundTarget(node.get(), 200, "");
    // Its name is forgotten meanwhile: it is looked up as a stranger's here, not by the node.
    target.host = node->target().host;
    if (moved) {
      node->retire();
      nodes_.erase(it);
    }
  }

  const AllowList& list = options_.allowed_targets;
  std::vector<IpAddress> addresses;
  if (list.could_allow(target)) {
    Resolver::Answer answer;
    const Clock::time_point until =
        std::min(deadline, Clock::now() + Clock::duration(options_.connection_timeout));
    const bool in_time = co_await finished_before(until, look_up(target.host, asker, answer));
    if (!in_time)
      answer.error = resolver_.in_line(target.host) ? Resolver::kBusy : "no answer in time";
    if (answer.error == Resolver::kBusy) co_return FoundTarget(nullptr, 503, answer.error);
    if (answer.addresses.empty()) {
      FoundTarget unknown(nullptr, 503,
                          "cannot resolve " + target.host + ": " + answer.error +
                              "; check the name and the DNS server");
      unknown.unresolved = true;
      if (unresolved_.size() < kMost && unresolved_.insert(comparable_host(target.host)).second)
        log::warning("scrape failed", {{"instance", display(target)},
                                       {"reason", name_of(Reason::dns)},
                                       {"error", unknown.problem}});
      co_return unknown;
    }
    unresolved_.erase(comparable_host(target.host));
    addresses = to_ips(answer.addresses);
  }
  const Allowed allowed = list.allows(target, addresses);
  if (allowed == Allowed::no)
    co_return FoundTarget(
        nullptr, 403,
        "target " + display(target) + " is not allowed; to allow it " +
            (options_.config_file.empty()
                 ? "start the exporter with --scrape.allowed-targets=" + display(target) +
                       (options_.passwords.empty() ? "" : ", or add it to --redis.password-file")
                 : "list it in " + options_.config_file +
                       ", in a group or by allowed_targets: [\"" + display(target) + "\"]"));
  // Somebody else may have asked for the same while the name was looked up.
  if (const auto it = nodes_.find(key); it != nodes_.end())
    co_return FoundTarget(it->second.node.get(), 200, "");
  if (!make_room(key))
    co_return FoundTarget(nullptr, 503, "too many different targets are being scraped, try again");
  if (!forgetting_) {
    forgetting_ = true;
    tasks_.spawn("forgetting of targets", forget_unused());
  }
  const AllowList::Entry* access = list.access_for(target, addresses);
  const bool has_own = access != nullptr && access->access.has_credentials;
  const bool lent_by_file = !has_own && options_.passwords.lend(target, options_.redis_user);
  Connector::AddressFilter filter = filter_for(target, allowed, access, lent_by_file);
  if (access != nullptr) lend(access->access, target);
  if (allowed == Allowed::listed && !has_own)
    target = with_credentials(std::move(target), options_);
  const TlsFiles* tls = access != nullptr && access->access.tls ? &*access->access.tls : nullptr;
  Visited visited{make_node_(std::move(target), std::move(filter), tls), allowed, access};
  const auto made = nodes_.emplace(key, std::move(visited));
  co_return FoundTarget(made.first->second.node.get(), 200, "");
}

// Whether its name now points to where other credentials or another TLS belong. Where nothing is
// allowed the node says so itself.
bool VisitedNodes::has_moved(const Visited& visited) const {
  const Target& target = visited.node->target();
  const Resolver::Answer* known = resolver_.known(target.host);
  if (known == nullptr) return false;
  const AllowList& list = options_.allowed_targets;
  const std::vector<IpAddress> addresses = to_ips(known->addresses);
  const Allowed allowed = list.allows(target, addresses);
  if (allowed == Allowed::no) return false;
  return allowed != visited.allowed || list.access_for(target, addresses) != visited.access;
}

// What a name let in stays let in, whatever the name points to later. But a secret that goes to
// addresses goes to no others, even where * lets them in.
Connector::AddressFilter VisitedNodes::filter_for(const Target& target, Allowed allowed,
                                                  const AllowList::Entry* access,
                                                  bool lent_by_file) const {
  const AllowList& list = options_.allowed_targets;
  const bool by_name = list.matches_name(target.host, target.port) == allowed;
  const bool lent_by_name = lent_by_file || (access != nullptr && !access->network);
  const std::optional<IpPrefix> network = access != nullptr ? access->network : std::nullopt;
  return [=, &list, port = target.port](const asio::ip::address& address) {
    const IpAddress one = to_ip(address);
    if (network && !network->contains(one)) return false;
    if (one.is_link_local() && lent_by_name) return false;
    return (by_name && !one.is_link_local()) ||
           list.matches_addresses(std::span(&one, 1), port) != Allowed::no;
  };
}

asio::awaitable<void> VisitedNodes::look_up(std::string host, Resolver::Asker asker,
                                            Resolver::Answer& answer) {
  answer = co_await resolver_.resolve(std::move(host), asker);
}

// False: all nodes in whose place this one could be kept are being scraped.
bool VisitedNodes::make_room(const Key& key) {
  const auto same = [&key](const Key& other) { return other.same_server(key); };
  const auto of_server =
      std::ranges::count_if(nodes_, [&](const auto& entry) { return same(entry.first); });
  if (static_cast<std::size_t>(of_server) >= kMostOfServer) return drop_oldest(same);
  return nodes_.size() < kMost || drop_oldest([](const Key&) { return true; });
}

bool VisitedNodes::drop_oldest(const std::function<bool(const Key&)>& among) {
  auto oldest = nodes_.end();
  for (auto it = nodes_.begin(); it != nodes_.end(); ++it) {
    const Node& node = *it->second.node;
    if (!node.idle() || !among(it->first)) continue;
    if (oldest == nodes_.end() || node.last_used() < oldest->second.node->last_used()) oldest = it;
  }
  if (oldest == nodes_.end()) return false;
  nodes_.erase(oldest);
  return true;
}

// Closes the connections of targets that nobody asks for any more.
asio::awaitable<void> VisitedNodes::forget_unused() {
  while (true) {
    co_await sleep_until(Clock::now() + forget_ / 10);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    std::erase_if(nodes_, [this](const auto& entry) {
      const Node& node = *entry.second.node;
      return node.idle() && Clock::now() - node.last_used() > forget_;
    });
  }
}

void VisitedNodes::forget_refusals() {
  for (const auto& [key, visited] : nodes_) visited.node->forget_refusals();
}

void VisitedNodes::clear() {
  for (const auto& [key, visited] : nodes_) visited.node->retire();
  nodes_.clear();
}

}  // namespace fleet
