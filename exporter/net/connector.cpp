// SPDX-License-Identifier: Apache-2.0
#include "net/connector.h"

#include <algorithm>

namespace fleet {

std::shared_ptr<Slots> ConnectLimits::to_host(const std::string& host) {
  std::weak_ptr<Slots>& known = hosts_[host];
  if (std::shared_ptr<Slots> slots = known.lock()) return slots;
  std::shared_ptr<Slots> fresh(new Slots(kConnectsToHost), [this, host](Slots* slots) {
    delete slots;
    hosts_.erase(host);
  });
  known = fresh;
  return fresh;
}

bool ConnectLimits::available(const std::string& host) const {
  const auto found = hosts_.find(host);
  const std::shared_ptr<Slots> slots = found == hosts_.end() ? nullptr : found->second.lock();
  return !slots || slots->available();
}

// The host's turn comes first: who waits for it takes none of all. Nor does who waits for others to
// shake hands.
asio::awaitable<ConnectSlot> Connector::connect_slot(const Target& target,
                                                     Clock::time_point deadline) {
  ConnectSlot slot;
  if (target.transport != Target::Transport::unix_socket) {
    slot.host = limits_.to_host(host_of(target));
    slot.to_host = co_await slot.host->acquire(deadline);
    if (!slot.to_host) co_return slot;
  }
  if (target.transport == Target::Transport::tls) {
    slot.handshake = co_await limits_.handshakes.acquire(deadline);
    if (!slot.handshake) co_return slot;
  }
  slot.among_all = co_await limits_.connects.acquire(deadline);
  co_return slot;
}

bool Connector::connect_slot_free(const Target& target) const {
  const bool shakes_hands = target.transport == Target::Transport::tls;
  return limits_.connects.available() && limits_.available(host_of(target)) &&
         (!shakes_hands || limits_.handshakes.available());
}

// What nodes of one machine have in common: the address that is tried first. A name that was never
// resolved is a host of its own.
std::string Connector::host_of(const Target& target) const {
  const Resolver::Answer* known = resolver_.known(target.host);
  if (known != nullptr) return known->addresses.front().to_string();
  boost::system::error_code no_address;
  const auto literal = asio::ip::make_address(target.host, no_address);
  return no_address ? target.host : literal.to_string();
}

asio::awaitable<Connected> Connector::connect(const Target& target, const AddressFilter& filter,
                                              Clock::time_point deadline, ConnectSlot& slot,
                                              ConnectProgress& progress) {
  if (target.transport == Target::Transport::unix_socket) {
    progress.stage = ConnectProgress::Stage::connect;
    Connected local = co_await connect_unix(target.path);
    if (local.stream) progress.ready = Clock::now();
    co_return local;
  }
  Resolver::Answer answer = co_await resolver_.resolve(target.host);
  progress.resolved = Clock::now();
  if (answer.addresses.empty()) {
    Failure failure(Reason::dns, "cannot resolve " + target.host + ": " + answer.error +
                                     "; check the name and the DNS server");
    co_return Connected(nullptr, std::move(failure));
  }
  if (filter && !std::ranges::all_of(answer.addresses, filter)) {
    Failure failure(Reason::dns,
                    "the name " + target.host +
                        " now has an address that --scrape.allowed-targets does not list");
    co_return Connected(nullptr, std::move(failure));
  }
  if (target.transport == Target::Transport::tls) {
    Failure failure = tls_.refresh();
    if (failure) co_return Connected(nullptr, std::move(failure));
  }
  progress.tls_generation = tls_.generation();
  progress.addresses = std::move(answer.addresses);
  Connected connected(nullptr, Failure());
  auto left = static_cast<Clock::duration::rep>(progress.addresses.size());
  for (const asio::ip::address& address : progress.addresses) {
    // An address that swallows packets must leave time for those behind it.
    const Clock::time_point now = Clock::now();
    const Clock::time_point end = now + (deadline - now) / left--;
    const bool ended =
        co_await finished_before(end, connect_address(target, address, progress, connected));
    if (!ended) connected.failure = timed_out(target, progress);
    if (connected.stream) break;
    progress.failed.push_back({address, connected.failure});
    // Cancelled: the next co_await would throw, and nobody waits for another address.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) break;
  }
  slot.handshake = Slots::Slot();
  co_return connected;
}

asio::awaitable<void> Connector::connect_address(const Target& target, asio::ip::address address,
                                                 ConnectProgress& progress, Connected& connected) {
  progress.address = address;
  progress.stage = ConnectProgress::Stage::connect;
  progress.tcp_done = Clock::time_point();
  if (target.transport == Target::Transport::tcp) {
    connected = co_await connect_tcp(address, target.port);
    if (connected.stream) progress.tcp_done = progress.ready = Clock::now();
    co_return;
  }
  progress.stage = ConnectProgress::Stage::handshake;
  std::string name = server_name(target);
  connected = co_await connect_tls(address, target.port, std::move(name), tls_, progress.tcp_done);
  if (connected.stream) progress.ready = Clock::now();
}

std::string Connector::server_name(const Target& target) const {
  const std::string& configured = tls_.files().server_name;
  const std::string& own = target.certificate_name.empty() ? target.host : target.certificate_name;
  std::string name = configured.empty() ? own : configured;
  if (name.ends_with('.')) name.pop_back();  // the root's dot is DNS's alone
  return name;
}

Connector::Reuse Connector::reuse(const Target& target, const Connection& connection) const {
  if (Clock::now() >= connection.replace_at()) return Reuse::aged;
  if (!still_points_to(target, connection.address())) return Reuse::moved;
  if (target.transport == Target::Transport::tls &&
      connection.tls_generation() != tls_.generation())
    return Reuse::other_certificates;
  return Reuse::yes;
}

std::vector<asio::ip::address> Connector::known_addresses(const Target& target) const {
  if (target.transport == Target::Transport::unix_socket) return {};
  const Resolver::Answer* known = resolver_.known(target.host);
  return known != nullptr ? known->addresses : std::vector<asio::ip::address>();
}

bool Connector::still_points_to(const Target& target, const asio::ip::address& address) const {
  if (target.transport == Target::Transport::unix_socket) return true;
  const Resolver::Answer* known = resolver_.known(target.host);
  if (known == nullptr || known->addresses.empty()) return true;  // a literal address, or no news
  return std::ranges::find(known->addresses, address) != known->addresses.end();
}

Failure timed_out(const Target& target, const ConnectProgress& progress) {
  switch (progress.stage) {
    case ConnectProgress::Stage::resolve:
      return {Reason::dns,
              "the name " + target.host + " was not resolved in time: check the DNS server"};
    case ConnectProgress::Stage::connect:
      break;
    case ConnectProgress::Stage::handshake:
      if (progress.tcp_done == Clock::time_point()) break;
      return {Reason::timeout,
              "the TLS handshake did not end in time: check that the port speaks TLS"};
  }
  return {Reason::timeout,
          "no answer to connect: check address, firewall, and that the server runs"};
}

}  // namespace fleet
