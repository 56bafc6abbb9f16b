// SPDX-License-Identifier: Apache-2.0
#include "scrape/comparison.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/unix_time.h"
#include "collectors/node_facts.h"
#include "net/side_by_side.h"
#include "resp/request.h"
#include "scrape/plan.h"
#include "scrape/refusal_log.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

constexpr std::string_view kReplication = "INFO replication";
constexpr std::string_view kServer = "INFO server";
constexpr std::string_view kClusterInfo = "CLUSTER INFO";
constexpr std::string_view kNodes = "CLUSTER NODES";
constexpr std::string_view kLeastReplicas = "min-replicas-to-write";
constexpr std::string_view kLeastReplicasBefore5 = "min-slaves-to-write";
constexpr int kSplitIsNews = 4;            // rounds
constexpr std::size_t kLongestText = 128;  // of a version or a setting

// Settings whose difference shows when the master is another. Before 7.0, and on Dragonfly, the
// command takes one name.
constexpr std::string_view kSettings[] = {
    "appendonly",   "maxclients",        "maxmemory", "maxmemory-policy",
    kLeastReplicas, "repl-backlog-size", "save"};
constexpr std::string_view kConfig =
    "CONFIG GET appendonly maxclients maxmemory maxmemory-policy min-replicas-to-write "
    "repl-backlog-size save";
constexpr std::string_view kConfigAll = "CONFIG GET *";
// What a node is asked for its settings depends on its version.
constexpr std::size_t kFirstAnswers = 2;

HostPort comparable(std::string_view host, std::uint16_t port) {
  return {comparable_host(std::string(host)), port};
}

std::string cut(std::string_view text) { return std::string(text.substr(0, kLongestText)); }

}  // namespace

// A node, and what it said.
struct Comparison::Asked {
  explicit Asked(Member of)
      : member(std::move(of)),
        server(display(member.target)),
        questioner(member.target, member.access) {}

  struct Written {
    Clock::time_point time;
    double offset;
  };

  const Member member;
  const std::string server;
  Questioner questioner;
  Refusals refusals;
  NodeView view;        // of the last round
  Version version = 0;  // of Redis; 0: not known yet
  bool several_settings = false;
  std::string version_text;
  std::string run_id;
  std::map<std::string_view, std::string> settings;
  std::optional<SlotOpinion> slots;
  std::size_t told_over = 0;    // the connection that INFO server was answered over, by number
  std::size_t told_seldom = 0;  // how often it answered what is asked once a minute
  std::deque<Written> written;  // as a master, within the last minute
  bool cluster_ok = true;       // in its own view
  bool ask_slots = false;       // at once: what it said of slots is in doubt
  bool sentinel = false;        // no server of data
  bool sentinel_logged = false;
  bool was_replica = false;
  bool was_in_step = false;      // with a master, when one last answered
  bool busy = false;             // is being asked
  Reason logged = Reason::none;  // why it did not answer, as the log has it last

  class Free {  // at the end, however it ends
   public:
    explicit Free(Asked& node) : node_(node) {}
    ~Free() { node_.busy = false; }
    Free(const Free&) = delete;
    Free& operator=(const Free&) = delete;

   private:
    Asked& node_;
  };

  void meet(const Info& info);  // about the server
  void take(Reply info);
  void log_change(const Failure& failure);
  bool answers() const { return logged == Reason::none; }  // or was not asked yet
  std::optional<double> backlog_seconds() const;
};

void Comparison::Asked::meet(const Info& info) {
  told_over = questioner.connections();
  const std::string_view id = parse_id(info.text("run_id"));
  // Another server answers: what the one before refused says nothing about it.
  if (!run_id.empty() && run_id != id) refusals.clear();
  run_id = id;
  const NodeFacts facts = facts_of(info, 0);
  sentinel = facts.kind == kSentinel;
  // Valkey names the version of Redis that it is compatible with, too.
  version_text = cut(info.find("valkey_version").value_or(info.text("redis_version")));
  version = facts.version;
  several_settings = facts.takes_several_settings();
}

// By the reason: the text may differ from one try to the next.
void Comparison::Asked::log_change(const Failure& failure) {
  if (std::exchange(logged, failure.reason) == failure.reason) return;
  if (failure) {
    log::warning("a node does not answer the comparison of its group",
                 {{"instance", member.instance},
                  {"reason", name_of(failure.reason)},
                  {"error", failure.message}});
  } else {
    log::info("a node answers the comparison of its group again", {{"instance", member.instance}});
  }
}

void Comparison::Asked::take(Reply info) {
  view = NodeView();
  if (!info.is_text()) return;
  if (sentinel) {  // which has no such section
    view.answered = true;
    written.clear();
    return;
  }
  view = node_view(Info(info.text()));
  const Clock::time_point now = Clock::now();
  if (!view.master || (!written.empty() && view.offset < written.back().offset)) written.clear();
  if (!view.master) return;
  while (written.size() > 1 && now - written[1].time >= kRateWindow) written.pop_front();
  written.push_back({now, view.offset});
}

std::optional<double> Comparison::Asked::backlog_seconds() const {
  if (!view.backlog_bytes || written.size() < 2) return std::nullopt;
  const std::chrono::duration<double> time = written.back().time - written.front().time;
  const double rate = (written.back().offset - written.front().offset) / time.count();
  return rate > 0 ? std::min(*view.backlog_bytes / rate, kMostBacklogSeconds) : kMostBacklogSeconds;
}

bool Comparison::set_members(const std::vector<Member>& members) {
  std::map<std::string_view, std::shared_ptr<Asked>> before;
  for (auto& asked : members_) before.emplace(asked->server, asked);
  members_.clear();
  bool any_new = false;
  for (const Member& member : members) {
    const auto known = before.find(display(member.target));
    const bool same = known != before.end() && known->second->member.access == member.access &&
                      known->second->member.target == member.target &&
                      known->second->member.instance == member.instance;
    members_.push_back(same ? known->second : std::make_shared<Asked>(member));
    if (!same) any_new = true;
  }
  return any_new || members_.size() != before.size();
}

// Fewer may connect at a time than may hang: those that answer come first, so that a connection
// which has to be replaced finds its place, and the others begin by turns.
std::vector<std::size_t> Comparison::turns_of(const Members& members) const {
  constexpr std::size_t kStep = 29;  // fewer than may connect
  std::vector<std::size_t> turns(members.size());
  for (std::size_t i = 0; i < turns.size(); ++i)
    turns[i] = (i + rounds_ * kStep + rounds_ / turns.size()) % turns.size();
  std::stable_partition(turns.begin(), turns.end(),
                        [&](std::size_t i) { return members[i]->answers(); });
  return turns;
}

asio::awaitable<bool> Comparison::round(std::vector<FoundNode> found) {
  const auto self = shared_from_this();
  const Members members = members_;  // others may be set meanwhile
  // Not found yet: nothing is known of them, not even that none answers.
  if (members.empty()) co_return true;
  ++rounds_;
  // Of a large Cluster a twelfth is asked in each round.
  const std::size_t turns =
      std::clamp<std::size_t>(members.size() / kViewsOfRound, 1, kRoundsOfMinute);
  SideBySide asked(tasks_, executor_);
  for (const std::size_t i : turns_of(members)) {
    // By the round of one before this, which a reload left behind.
    if (std::exchange(members[i]->busy, true)) continue;
    const bool seldom =
        members[i]->told_seldom < kFirstAnswers || (rounds_ + i) % kRoundsOfMinute == 0;
    const bool slots = cluster_ && ((rounds_ + i) % turns == 0 || members[i]->ask_slots);
    asked.spawn("comparison of " + members[i]->server,
                ask(members[i], {cluster_, seldom, slots, rounds_}));
  }
  const bool ended = co_await asked.all();
  if (ended && !retired_) conclude(members, found);
  co_return ended;
}

asio::awaitable<void> Comparison::ask(std::shared_ptr<Asked> node, What what) {
  const Asked::Free free_again(*node);
  const ScrapeSettings& how = node->member.access->settings;
  std::string batch;
  std::vector<std::string_view> lines;
  const auto add = [&](std::string_view line) {
    const std::string sent = wire_line(line, how.command_names);
    if (sent.empty() || node->refusals.holds(line, Clock::now())) return;
    append_command_line(batch, sent);
    lines.push_back(line);
  };
  add(kReplication);
  if (what.cluster) add(kClusterInfo);
  if (what.seldom || node->told_over != node->questioner.connections()) add(kServer);
  const std::string_view config = node->several_settings ? kConfig : kConfigAll;
  const bool settings = how.collector_options.config_command && !node->sentinel;
  if (what.seldom && node->version != 0 && settings) add(config);
  if (what.slots) add(kNodes);
  ReplyBuffer replies;
  Failure failure;
  if (!lines.empty()) failure = co_await node->questioner.ask(batch, lines.size(), replies);
  const auto state = co_await asio::this_coro::cancellation_state;
  if (is_cancelled(state)) co_return;

  const auto reply_to = [&](std::string_view line) {
    const auto at = std::ranges::find(lines, line);
    return at == lines.end() ? Reply() : replies[static_cast<std::size_t>(at - lines.begin())];
  };
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (replies[i].is_error() && node->refusals.note(lines[i], replies[i].text(), Clock::now()))
      log_refusal(node->member.instance, lines[i], replies[i].text(), node->member.target, "1h");
  const Reply replication = reply_to(kReplication);
  // A refusal is a line of its own, above.
  if (!failure && replication.is_error() && !node->refusals.holds(kReplication, Clock::now()))
    failure = Failure(Reason::protocol, std::string(kReplication) + ": " +
                                            server_words(replication.text(), node->member.target));
  if (!lines.empty()) node->log_change(failure);
  if (const Reply server = reply_to(kServer); server.is_text()) node->meet(Info(server.text()));
  node->take(replication);
  node->cluster_ok = reply_to(kClusterInfo).text().find("cluster_state:fail") == std::string::npos;
  if (what.slots) {
    const ClusterView view = cluster_view(reply_to(kNodes));
    node->slots = view.answered ? slot_opinion(view) : std::nullopt;
    if (node->slots) node->slots->round = what.round;
  }
  if (failure) co_return;
  if (!what.seldom) co_return;
  ++node->told_seldom;
  node->settings.clear();
  for (const std::string_view setting : kSettings)
    if (const Reply value = reply_to(config).find(setting); value.is_text())
      node->settings.emplace(setting, cut(value.text()));
  const Reply before5 = reply_to(config).find(kLeastReplicasBefore5);
  if (before5.is_text()) node->settings.emplace(kLeastReplicas, cut(before5.text()));
}

std::vector<ComparedNode> Comparison::compared(const Members& members,
                                               std::span<const FoundNode> found) const {
  std::map<std::string, const FoundNode*> by_server;
  for (const FoundNode& node : found) by_server.emplace(display(node.node.target), &node);
  std::vector<ComparedNode> nodes;
  for (const auto& asked : members) {
    const Target& target = asked->member.target;
    ComparedNode& node = nodes.emplace_back();
    node.instance = asked->member.instance;
    node.run_id = asked->run_id;
    node.sentinel = asked->sentinel;
    node.view = asked->view;
    node.host = comparable_host(target.host);
    node.addresses.push_back(comparable(target.host, target.port));
    const asio::ip::address& connected = asked->questioner.address();
    if (!connected.is_unspecified())
      node.addresses.push_back(comparable(connected.to_string(), target.port));
    if (const auto least = asked->settings.find(kLeastReplicas); least != asked->settings.end())
      node.least_replicas = parse_number(least->second);
    node.was_in_step = asked->was_in_step;
    node.clustered = cluster_;
    node.cluster_ok = asked->cluster_ok;
    if (asked->slots) node.slots = asked->slots->own;
    const auto known = by_server.find(asked->server);
    if (known == by_server.end()) continue;
    const FoundNode& said = *known->second;
    node.shard = said.shard;
    node.host = comparable_host(said.announced.host);
    node.addresses.push_back(comparable(said.announced.host, said.announced.port));
    node.named_master = said.master;
    node.seen_down = said.down;
    node.nofailover = said.nofailover;
    // One that was reset calls itself a master before the others know.
    node.serves = !cluster_ || !node.view.master || (said.master && said.has_slots);
  }
  unify_hosts(nodes);
  mark_aliases(nodes);
  return nodes;
}

std::map<std::string_view, std::string_view> Comparison::run_ids() const {
  std::map<std::string_view, std::string_view> ids;
  for (const auto& asked : members_)
    if (!asked->run_id.empty()) ids.emplace(asked->member.instance, asked->run_id);
  return ids;
}

void Comparison::count_promotions(const Members& members, std::span<const ComparedNode> nodes) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeView& view = nodes[i].view;
    bool& was_replica = members[i]->was_replica;
    if (!view.answered || nodes[i].sentinel) continue;
    if (!view.master) {
      was_replica = true;
    } else if (nodes[i].serves && std::exchange(was_replica, false) && !nodes[i].alias) {
      ++promotions_;
      log::info("a replica became a master",
                {{"redis_group", name_}, {"instance", nodes[i].instance}});
    }
  }
}

void Comparison::conclude(const Members& members, std::span<const FoundNode> found) {
  const std::vector<ComparedNode> nodes = compared(members, found);
  count_promotions(members, nodes);
  GroupTruth truth;
  truth.time = unix_now();
  truth.replication = compare(nodes);
  std::vector<SlotOpinion> opinions;
  std::vector<Asked*> of_opinion;
  std::set<std::string_view> versions;
  struct Told {
    std::set<std::string_view> distinct;
    std::size_t nodes = 0;
  };
  std::map<std::string_view, Told> values;
  std::size_t with_data = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& asked = members[i];
    if (asked->sentinel && !std::exchange(asked->sentinel_logged, true))
      log::warning(
          "a Sentinel is listed among the nodes of a group: it is not compared; list it in a group "
          "with standalone: true",
          {{"redis_group", name_}, {"instance", asked->member.instance}});
    if (!asked->view.answered || nodes[i].alias || asked->sentinel) continue;
    ++with_data;
    asked->ask_slots = false;
    if (asked->slots) {
      opinions.push_back(*asked->slots);
      of_opinion.push_back(asked.get());
    }
    if (!asked->version_text.empty()) versions.insert(asked->version_text);
    for (const auto& [name, value] : asked->settings) {
      values[name].distinct.insert(value);
      ++values[name].nodes;
    }
    if (const auto seconds = asked->backlog_seconds())
      truth.backlogs.push_back({asked->member.instance, *seconds});
  }
  truth.versions = versions.size();
  // A node that does not tell may have any value.
  for (const auto& [name, told] : values)
    if (told.nodes == with_data) truth.settings.emplace(name, told.distinct.size());
  if (cluster_ && !opinions.empty()) {
    truth.slots = compare(opinions, rounds_);
    for (std::size_t i = 0; i < of_opinion.size(); ++i)
      of_opinion[i]->ask_slots = truth.slots->ask_again[i];
  }
  std::map<std::string_view, bool> in_step;
  for (const ReplicaLag& lag : truth.replication.lags)
    if (lag.in_step) in_step.emplace(lag.instance, *lag.in_step);
  for (const auto& asked : members)
    if (const auto now = in_step.find(asked->member.instance); now != in_step.end())
      asked->was_in_step = now->second;
  log_split_brain(nodes, truth.replication.split_brain);
  truth_ = std::move(truth);
}

// The former master of an orderly failover takes some seconds to become a replica: that is true of
// the group, and no news.
void Comparison::log_split_brain(std::span<const ComparedNode> nodes, bool split) {
  const int before = std::exchange(split_rounds_, split ? split_rounds_ + 1 : 0);
  if (split ? split_rounds_ != kSplitIsNews : before < kSplitIsNews) return;
  std::string masters;
  for (const ComparedNode& node : nodes)
    if (node.view.answered && node.view.master && !node.alias)
      masters.append(masters.empty() ? "" : ", ").append(node.instance);
  if (split) {
    log::error("split brain: masters of one history accept writes",
               {{"redis_group", name_}, {"masters", masters}});
  } else {
    log::info("the split brain has ended", {{"redis_group", name_}, {"masters", masters}});
  }
}

}  // namespace fleet
