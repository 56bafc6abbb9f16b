// SPDX-License-Identifier: Apache-2.0
#include "scrape/listed_names.h"

#include <algorithm>
#include <utility>

namespace fleet {
namespace {

bool stands_for_all(const Group& group, const GroupNode& listed) {
  if (!group.all_addresses || listed.target.transport == Target::Transport::unix_socket)
    return false;
  boost::system::error_code not_an_address;
  asio::ip::make_address(listed.target.host, not_an_address);
  return static_cast<bool>(not_an_address);
}

GroupNode node_at(const asio::ip::address& address, const GroupNode& listed) {
  GroupNode node = listed;
  node.origin += ", an address of " + listed.target.host;
  node.target.certificate_name = std::exchange(node.target.host, address.to_string());
  node.target.spelling =
      (node.target.transport == Target::Transport::tls ? "rediss://" : "redis://") +
      display(node.target);
  if (node.target.database != 0) node.target.spelling += "/" + std::to_string(node.target.database);
  return node;
}

}  // namespace

ListedNames::ListedNames(Resolver& resolver, TaskGroup& tasks, std::function<void()> changed)
    : resolver_(resolver), tasks_(tasks), changed_(std::move(changed)) {}

void ListedNames::watch(const std::vector<const Group*>& groups) {
  std::set<std::string_view> wanted;
  for (const Group* group : groups)
    for (const GroupNode& listed : group->nodes)
      if (stands_for_all(*group, listed)) wanted.insert(listed.target.host);
  std::erase_if(names_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  for (const std::string_view host : wanted) {
    const auto [entry, fresh] = names_.try_emplace(std::string(host));
    if (!fresh) continue;
    entry->second.begun = Clock::now();
    if (!take(entry->first, entry->second)) ask(entry->first, entry->second);
  }
}

bool ListedNames::look() {
  bool changed = false;
  for (auto& [host, name] : names_) {
    if (take(host, name)) changed = true;
    if (name.addresses.empty()) ask(host, name);
  }
  return changed;
}

void ListedNames::ask(const std::string& host, Name& name) {
  if (!std::exchange(name.asking, true)) tasks_.spawn("lookup of " + host, resolve(host));
}

asio::awaitable<void> ListedNames::resolve(std::string host) {
  const Resolver::Answer answer = co_await resolver_.resolve(host);
  static_cast<void>(answer);  // the resolver keeps it
  const auto state = co_await asio::this_coro::cancellation_state;
  if (is_cancelled(state)) co_return;
  const auto entry = names_.find(host);
  if (entry == names_.end()) co_return;
  Name& name = entry->second;
  name.asking = false;
  const bool first = !std::exchange(name.tried, true);
  const bool changed = take(host, name);
  if (first || changed) changed_();
}

// Whether the resolver knows other addresses than we do.
bool ListedNames::take(const std::string& host, Name& name) const {
  const Resolver::Answer* known = resolver_.known(host);
  if (known == nullptr) return false;
  name.tried = true;
  std::vector<asio::ip::address> addresses = known->addresses;
  std::ranges::sort(addresses);  // DNS turns them round
  if (addresses == name.addresses) return false;
  name.addresses = std::move(addresses);
  return true;
}

const ListedNames::Name* ListedNames::find(const Group& group, const GroupNode& listed) const {
  if (!stands_for_all(group, listed)) return nullptr;
  const auto name = names_.find(listed.target.host);
  return name == names_.end() ? nullptr : &name->second;
}

std::vector<GroupNode> ListedNames::nodes(const Group& group, const GroupNode& listed) const {
  const Name* name = find(group, listed);
  if (name == nullptr) return {listed};
  if (name->addresses.empty())
    return name->tried ? std::vector<GroupNode>{listed} : std::vector<GroupNode>();
  std::vector<GroupNode> nodes;
  for (const asio::ip::address& address : name->addresses)
    nodes.push_back(node_at(address, listed));
  return nodes;
}

bool ListedNames::tried() const {
  return std::ranges::all_of(names_, [](const auto& entry) { return entry.second.tried; });
}

bool ListedNames::missing(const Group& group, Clock::time_point since) const {
  return std::ranges::any_of(group.nodes, [&](const GroupNode& listed) {
    const Name* name = find(group, listed);
    return name != nullptr && name->addresses.empty() && name->begun >= since;
  });
}

}  // namespace fleet
