// SPDX-License-Identifier: Apache-2.0
#include "scrape/fleet.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "scrape/fleet_metrics.h"
#include "scrape/group_samples.h"
#include "scrape/group_settings.h"

namespace fleet {
namespace {

std::string group_of(const Group& group, const GroupNode& node) {
  return group.standalone && !group.name.empty() ? display(node.target) : group.name;
}

std::string label_text(const std::string& group, const GroupNode& node, bool companion) {
  std::string text;
  if (companion) append_labels(text, {{"instance", display(node.target)}});
  if (group.empty()) return text;
  append_labels(text, {{"instance", display(node.target)}, {"redis_group", group}});
  for (const auto& [name, value] : node.labels) {
    text += ',';
    append_labels(text, {{name, value}});
  }
  return text;
}

// What tells members apart, however they are spelled: with TLS or without is one server.
std::string server_of(const Target& target) {
  const std::string database = '/' + std::to_string(target.database);
  if (target.transport == Target::Transport::unix_socket) return target.path + database;
  return comparable_host(target.host) + ':' + std::to_string(target.port) + database;
}

bool same_servers(const std::vector<Target>& a, const std::vector<Target>& b) {
  return std::ranges::equal(a, b, {}, server_of, server_of);
}

bool same_login(const Group& a, const Group& b) {
  return a.username == b.username && a.password == b.password && a.passwords == b.passwords;
}

// Whether discovery asks the same servers for the same nodes; with which password makes no
// difference: where it is wrong, or nobody answers, what was found before is still true. But a new
// one is not sent to where rewrites led before.
bool same_source(const Group& a, const Group& b) {
  return (a.rewrites == b.rewrites || same_login(a, b)) && a.source == b.source &&
         a.master == b.master && same_servers(a.sentinels, b.sentinels) &&
         same_servers(a.seeds, b.seeds) && a.hostnames == b.hostnames && a.transport == b.transport;
}

}  // namespace

Fleet::Fleet(asio::any_io_executor executor, const Options& options, const Catalogue& catalogue,
             SelfMetrics& self, Resolver::Lookup lookup, FleetTimes times)
    : executor_(executor),
      times_(times),
      options_(options),
      catalogue_(catalogue),
      self_(self),
      tasks_(executor),
      resolver_(executor, std::move(lookup), times.name_refresh),
      visited_(
          options, resolver_, tasks_,
          [this](Target target, Connector::AddressFilter filter, const TlsFiles* files) {
            return make_node(
                std::move(target), std::move(filter),
                access_for_visitor(files != nullptr ? *files : tls_files_of(options_)));
          },
          times.forget_visited),
      names_(resolver_, tasks_, [this] { list_again(); }),
      asked_checks_(catalogue, tasks_, executor) {
  apply();
  tasks_.spawn("watch over the listed nodes", watch_listed());
}

void Fleet::apply() {
  visited_.clear();
  asked_checks_.clear();
  visitors_.clear();
  std::vector<RunningGroup> fresh;
  for (Group& group : groups_of(options_)) {
    RunningGroup* const before = running(group.name);
    RunningGroup& now = fresh.emplace_back();
    now.access = access_for(group, before);
    if (has_rounds(group))
      now.questions = before != nullptr && before->access == now.access && before->questions
                          ? before->questions
                          : std::make_shared<NodeAccess>(now.access->settings, group.tls, resolver_,
                                                         question_limits_);
    now.rounds = rounds_for(group, now, before);
    // Until the next round says more.
    if (now.rounds && before != nullptr && before->rounds && same_source(before->group, group)) {
      now.found = std::move(before->found);
      for (FoundNode& found : now.found) set_login(group, found.node.target);
      if (now.rounds != before->rounds) now.rounds->follow(*before->rounds);
    }
    now.group = std::move(group);
  }
  for (const RunningGroup& old : groups_) {
    const auto goes_on = [&old](const RunningGroup& now) { return now.rounds == old.rounds; };
    if (old.rounds && std::ranges::none_of(fresh, goes_on)) old.rounds->retire();
  }
  Members before = take_members();
  groups_ = std::move(fresh);
  std::vector<const Group*> listed;
  for (const RunningGroup& one : groups_) listed.push_back(&one.group);
  names_.watch(listed);
  list_members(std::move(before));
  for (RunningGroup& one : groups_)
    if (one.rounds) one.rounds->start();
}

Fleet::Members Fleet::take_members() {
  Members taken;
  for (RunningGroup& one : groups_) {
    for (Member& member : one.members) {
      std::string server = server_of(member.listed.target);
      taken.emplace(std::move(server), std::move(member));
    }
    one.members.clear();
  }
  return taken;
}

// Makes the members of all groups anew. A server belongs to the group that lists it, else to the
// first that found it. Nodes of which nothing has changed are taken over from before.
void Fleet::list_members(Members before) {
  by_server_.clear();
  hosts_.clear();
  for (RunningGroup& one : groups_)
    for (const GroupNode& listed : one.group.nodes)
      for (GroupNode& node : names_.nodes(one.group, listed))
        list_member(one, {.node = std::move(node)}, before);
  for (RunningGroup& one : groups_) {
    for (const FoundNode& found : one.found) list_member(one, found, before);
    one.known = !one.found.empty();
  }
  for (const auto& [server, member] : before)
    if (member.node) member.node->retire();
  for (const RunningGroup& one : groups_) {
    if (!one.rounds) continue;
    std::vector<Comparison::Member> compared;
    for (const Member& member : one.members)
      compared.push_back({member.listed.target, member.instance(), one.questions});
    one.rounds->compare(compared);
  }
}

void Fleet::list_member(RunningGroup& group, const FoundNode& found, Members& before) {
  std::string server = server_of(found.node.target);
  if (by_server_.contains(server)) {
    const RunningGroup* const other = group_with(*by_server_.at(server));
    if (other != &group && conflicts_.insert(group.group.name + ' ' + server).second)
      log::warning("a node belongs to another group already",
                   {{"redis_group", group.group.name},
                    {"instance", display(found.node.target)},
                    {"other_redis_group", other->group.name}});
    return;
  }
  Member member;
  member.listed = found.node;
  member.access = group.access;
  member.group = group_of(group.group, found.node);
  member.companion = member.group.empty() && !found.id.empty();
  member.labels = label_text(member.group, found.node, member.companion);
  member.source = group.group.source;
  member.standalone = group.group.standalone || group.group.name.empty();
  member.own = options_.shard.owns(member.group);
  if (group.discovery() != nullptr) {
    member.role = found.master ? "master" : "replica";
    member.shard = found.shard;
  }
  const auto known = before.find(server);
  if (known != before.end() && known->second.access == member.access &&
      known->second.listed.target == member.listed.target)
    member.node = std::move(known->second.node);
  if (!member.node) member.node = make_node(member.listed.target, {}, member.access);
  by_server_.emplace(std::move(server), member.node.get());
  hosts_.insert(member.listed.target.host);
  group.members.push_back(std::move(member));
}

// The one that runs already when the group is the same in every respect.
std::shared_ptr<GroupRounds> Fleet::rounds_for(const Group& group, const RunningGroup& now,
                                               RunningGroup* before) {
  if (!has_rounds(group)) return nullptr;
  const bool same =
      before != nullptr && before->access == now.access && before->rounds && before->group == group;
  if (same) return before->rounds;
  GroupRounds::Parts parts;
  std::shared_ptr<NodeAccess> asked = now.questions;
  if (group.source == Group::Source::sentinel) {
    ScrapeSettings settings = settings_of(options_);
    settings.credentials_from = CredentialsFrom::sentinel;
    asked = std::make_shared<NodeAccess>(std::move(settings), group.sentinel_tls, resolver_,
                                         question_limits_);
  }
  if (group.source != Group::Source::nodes)
    parts.discovery = std::make_shared<Discovery>(
        group, asked, tasks_, executor_, [this, name = group.name](std::vector<FoundNode> found) {
          take_found(name, std::move(found));
        });
  if (is_compared(group) && options_.shard.owns(group.name)) {
    parts.comparison = std::make_shared<Comparison>(group, tasks_, executor_);
    if (group.source == Group::Source::sentinel) parts.sentinels = asked;
  }
  return std::make_shared<GroupRounds>(group, std::move(parts), tasks_, executor_,
                                       times_.discovery_pause);
}

void Fleet::take_found(const std::string& name, std::vector<FoundNode> found) {
  RunningGroup* const group = running(name);
  if (group == nullptr) return;
  group->found = std::move(found);
  list_again();
}

// Many groups may change at once, as at the start: all are listed anew together.
void Fleet::list_again() {
  if (std::exchange(listing_, true)) return;
  tasks_.spawn("listing of nodes", list_soon());
}

asio::awaitable<void> Fleet::list_soon() {
  co_await sleep_until(Clock::now() + kListingDelay);
  listing_ = false;
  Members before = take_members();
  list_members(std::move(before));
}

asio::awaitable<void> Fleet::watch_listed() {
  for (;;) {
    co_await sleep_until(Clock::now() + times_.discovery_pause);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    if (names_.look()) list_again();
    find_duplicates();
    asked_checks_.forget_old();
  }
}

// Scrapes and comparisons know who answers at an address. Listed nodes come before found ones, as
// a server that is listed and found belongs to the group that lists it.
void Fleet::find_duplicates() {
  std::vector<Duplicates::Listed> nodes;
  for (const bool listed : {true, false}) {
    for (const RunningGroup& one : groups_) {
      if ((one.group.source == Group::Source::nodes) != listed) continue;
      std::map<std::string_view, std::string_view> compared;
      if (one.rounds && one.rounds->comparison() != nullptr)
        compared = one.rounds->comparison()->run_ids();
      for (const Member& member : one.members) {
        if (member.companion) continue;  // one of them is the node of --redis.addr
        const auto told = compared.find(member.instance());
        nodes.push_back({member.instance(), member.group,
                         told != compared.end() ? told->second : parse_id(member.node->run_id())});
      }
    }
  }
  duplicates_.look(nodes);
}

bool Fleet::ready() {
  // Once it was, a reload does not take that back.
  const auto tried = [](const RunningGroup& one) {
    return one.discovery() == nullptr || one.discovery()->state().tried;
  };
  ready_ = ready_ || (!listing_ && names_.tried() && std::ranges::all_of(groups_, tried));
  return ready_;
}

bool Fleet::has_group(std::string_view name) const {
  return std::ranges::any_of(groups_, [name](const RunningGroup& one) {
    return !one.group.standalone && one.group.name == name;
  });
}

std::string Fleet::undiscovered(std::string_view group) const {
  const Clock::time_point given_up = Clock::now() - times_.list_without;
  const auto found = std::ranges::find_if(groups_, [&](const RunningGroup& one) {
    if (one.group.name.empty() || (!group.empty() && one.group.name != group)) return false;
    const Clock::time_point since = group.empty() ? given_up : Clock::time_point::min();
    if (one.discovery() == nullptr) return names_.missing(one.group, since);
    return !one.known && one.discovery()->state().begun > since;
  });
  return found == groups_.end() ? std::string() : found->group.name;
}

Fleet::RunningGroup* Fleet::running(const std::string& name) {
  const auto found = std::ranges::find(
      groups_, name, [](const RunningGroup& one) -> const auto& { return one.group.name; });
  return found == groups_.end() ? nullptr : &*found;
}

std::shared_ptr<NodeAccess> Fleet::access_for(const Group& group, RunningGroup* before) {
  ScrapeSettings settings = settings_of(options_, group);
  if (before != nullptr && before->access->settings == settings &&
      before->access->tls.files() == group.tls)
    return before->access;
  return std::make_shared<NodeAccess>(std::move(settings), group.tls, resolver_, limits_);
}

std::shared_ptr<NodeAccess> Fleet::access_for_visitor(const TlsFiles& files) {
  const auto found = std::ranges::find_if(
      visitors_, [&files](const auto& access) { return access->tls.files() == files; });
  if (found != visitors_.end()) return *found;
  ScrapeSettings settings = settings_of(options_);
  // A server that nobody configured does not say which of our files are looked at.
  settings.collector_options.rdb_file_size = false;
  settings.credentials_from = options_.config_file.empty() ? CredentialsFrom::visit_by_flags
                                                           : CredentialsFrom::visit_by_file;
  return visitors_.emplace_back(
      std::make_shared<NodeAccess>(std::move(settings), files, resolver_, limits_));
}

std::shared_ptr<Node> Fleet::make_node(Target target, Connector::AddressFilter filter,
                                       std::shared_ptr<NodeAccess> access) {
  return std::make_shared<Node>(std::move(target), std::move(filter), std::move(access), catalogue_,
                                self_, tasks_);
}

void Fleet::forget_refusals() {
  for (const RunningGroup& one : groups_)
    for (const Member& member : one.members) member.node->forget_refusals();
  visited_.forget_refusals();
  asked_checks_.forget_refusals();
}

asio::awaitable<FoundTarget> Fleet::find(std::string text, std::string certificate_name,
                                         Clock::time_point deadline) {
  std::string problem;
  std::optional<Target> target = parse_target(text, problem);
  if (!target) co_return FoundTarget(nullptr, 400, "target: " + problem);
  const auto known = by_server_.find(server_of(*target));
  if (known != by_server_.end()) co_return FoundTarget(known->second, 200, "");
  if (target->transport == Target::Transport::tls)
    target->certificate_name = std::move(certificate_name);
  Resolver::Asker asker = Resolver::Asker::stranger;
  if (hosts_.contains(target->host)) asker = Resolver::Asker::fleet;
  FoundTarget found = co_await visited_.find(std::move(*target), asker, deadline);
  co_return found;
}

// Calls `each` with name and number of nodes of the redis_groups that are this exporter's: a
// standalone node is one of its own.
template <class Each>
void Fleet::for_groups(const RunningGroup& group, const Each& each) const {
  if (group.group.name.empty()) return;
  if (!group.group.standalone) {
    if (options_.shard.owns(group.group.name)) each(group.group.name, group.members.size());
    return;
  }
  for (const Member& member : group.members)
    if (member.own) each(member.group, 1);
}

void Fleet::describe(SampleSet& out) const {
  // What tells of trouble first: if there are more groups than samples fit, defaults are missing.
  for (const RunningGroup& one : groups_) {
    if (one.discovery() != nullptr && options_.shard.owns(one.group.name))
      add_discovery(*one.discovery(), one.group.name, out);
    for_groups(one, [&](const std::string& name, std::size_t nodes) {
      const auto labels = out.labels({{"redis_group", name}});
      out.add(kExpectedNodes, labels, static_cast<double>(nodes));
      out.add(kDuplicateNodes, labels, static_cast<double>(duplicates_.count(name)));
    });
  }
  for (const RunningGroup& one : groups_)
    if (one.rounds && is_compared(one.group)) add_truth(one.group, *one.rounds, out);
  for (const RunningGroup& one : groups_)
    for_groups(one,
               [&](const std::string& name, std::size_t) { add_thresholds(one.group, name, out); });
}

asio::awaitable<void> Fleet::stop() {
  tasks_.cancel();
  co_await tasks_.join();
  co_await resolver_.stop();
}

}  // namespace fleet
