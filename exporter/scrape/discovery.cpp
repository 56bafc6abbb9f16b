// SPDX-License-Identifier: Apache-2.0
#include "scrape/discovery.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "base/log.h"
#include "base/unix_time.h"
#include "net/side_by_side.h"
#include "resp/info.h"
#include "resp/request.h"
#include "scrape/plan.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

// Nodes of `all` that `some` lacks, by instance, as many as a line of the log bears.
std::string missing_in(std::span<const FoundNode> some, std::span<const FoundNode> all) {
  constexpr std::size_t kMost = 5;
  std::set<std::string> known;
  for (const FoundNode& node : some) known.insert(display(node.node.target));
  std::string names;
  std::size_t missing = 0;
  for (const FoundNode& node : all) {
    const std::string name = display(node.node.target);
    if (known.contains(name) || ++missing > kMost) continue;
    names.append(names.empty() ? "" : ", ").append(name);
  }
  if (missing > kMost) names += " and " + std::to_string(missing - kMost) + " more";
  return missing == 0 ? "none" : names;
}

}  // namespace

Discovery::Discovery(const Group& group, std::shared_ptr<NodeAccess> access, TaskGroup& tasks,
                     asio::any_io_executor executor, Found found)
    : group_(group),
      access_(std::move(access)),
      tasks_(tasks),
      executor_(std::move(executor)),
      found_(std::move(found)) {
  for (const Target& sentinel : group_.sentinels)
    voices_.push_back(std::make_unique<Questioner>(sentinel, access_));
}

void Discovery::follow(const Discovery& before) {
  state_ = before.state_;
  nodes_ = before.nodes_;
  for (FoundNode& node : nodes_) set_login(group_, node.node.target);
}

asio::awaitable<bool> Discovery::round() {
  const auto self = shared_from_this();
  const Clock::time_point start = Clock::now();
  choose_voices();
  const auto round = std::make_shared<Round>();
  round->sentinels.resize(voices_.size());
  round->nodes.resize(voices_.size());
  round->failures.resize(voices_.size());
  SideBySide asked(tasks_, executor_);
  for (std::size_t i = 0; i < voices_.size(); ++i)
    asked.spawn("question to " + display(voices_[i]->target()), ask(self, round, i));
  const bool ended = co_await asked.all();
  if (!ended) co_return false;
  const std::chrono::duration<double> took = Clock::now() - start;
  if (!retired_) conclude(*round, took.count());
  co_return true;
}

// Sentinels are those of the configuration. Of a Cluster three nodes are asked, the same ones as
// long as they answer: first seeds, later also nodes that were found.
void Discovery::choose_voices() {
  if (group_.source != Group::Source::cluster) return;
  std::vector<Target> known;
  for (const FoundNode& node : nodes_) known.push_back(node.node.target);
  known.insert(known.end(), group_.seeds.begin(), group_.seeds.end());
  std::vector<std::unique_ptr<Questioner>> voices;
  for (std::size_t i = 0; i < voices_.size(); ++i)
    if (answered_[i]) voices.push_back(std::move(voices_[i]));
  const auto asked = [&voices](const Target& target) {
    return std::ranges::any_of(voices, [&target](const auto& voice) {
      return display(voice->target()) == display(target);
    });
  };
  for (std::size_t tried = 0; voices.size() < kClusterVoices && tried < known.size(); ++tried) {
    const Target& target = known[next_++ % known.size()];
    if (!asked(target)) voices.push_back(std::make_unique<Questioner>(target, access_));
  }
  voices_ = std::move(voices);
}

asio::awaitable<void> Discovery::ask([[maybe_unused]] std::shared_ptr<Discovery> self,
                                     std::shared_ptr<Round> round, std::size_t place) {
  if (group_.source == Group::Source::sentinel) {
    co_await ask_sentinel(*round, place);
  } else {
    co_await ask_node(*round, place);
  }
}

asio::awaitable<void> Discovery::ask_sentinel(Round& round, std::size_t place) {
  std::string batch;
  for (const std::string_view what : {"MASTER", "REPLICAS", "SENTINELS"})
    append_command(batch, {"SENTINEL", what, group_.master});
  append_command_line(batch, "INFO sentinel");
  ReplyBuffer replies;
  Questioner& voice = *voices_[place];
  round.failures[place] = co_await voice.ask(std::move(batch), 4, replies);
  if (round.failures[place]) co_return;
  // Before 5.0 they have another name. That it is unknown costs such a Sentinel nothing.
  const bool slaves = replies[1].text().starts_with("ERR Unknown sentinel subcommand");
  ReplyBuffer more;
  if (slaves) {
    std::string question;
    append_command(question, {"SENTINEL", "SLAVES", group_.master});
    round.failures[place] = co_await voice.ask(std::move(question), 1, more);
    if (round.failures[place]) co_return;
  }
  const Reply replicas = slaves ? more[0] : replies[1];
  SentinelAnswer& answer = round.sentinels[place];
  answer.sentinel = display(voice.target());
  answer.view = sentinel_view(replies[0], replicas, replies[2]);
  for (const Reply& reply : {replies[0], replicas})
    if (reply.is_error() && answer.view.error == reply.words())
      answer.view.error = server_words(reply.text(), voice.target());
  answer.tilt = Info(replies[3].is_text() ? replies[3].text() : "").text("sentinel_tilt") == "1";
}

asio::awaitable<void> Discovery::ask_node(Round& round, std::size_t place) {
  std::string batch;
  const std::string line = wire_line("CLUSTER NODES", group_.rename_commands);
  if (line.empty()) {
    round.failures[place] =
        Failure(Reason::noperm, "rename_commands says that CLUSTER is never sent");
    co_return;
  }
  append_command_line(batch, line);
  ReplyBuffer replies;
  Questioner& voice = *voices_[place];
  round.failures[place] = co_await voice.ask(std::move(batch), 1, replies);
  if (round.failures[place]) co_return;
  round.nodes[place].host = voice.target().host;
  round.nodes[place].view = cluster_view(replies[0]);
  if (replies[0].is_error())
    round.nodes[place].view.error = server_words(replies[0].text(), voice.target());
}

void Discovery::conclude(const Round& round, double seconds) {
  answered_.clear();
  for (std::size_t i = 0; i < voices_.size(); ++i)
    answered_.push_back(!round.failures[i] &&
                        (group_.source == Group::Source::sentinel || round.nodes[i].view.answered));
  std::string problem =
      group_.source == Group::Source::sentinel ? take_sentinels(round) : take_nodes(round);
  for (std::size_t i = 0; i < voices_.size() && !problem.empty(); ++i)
    if (round.failures[i])
      problem.append("; ")
          .append(display(voices_[i]->target()))
          .append(": ")
          .append(round.failures[i].message);
  state_.tried = true;
  state_.works = problem.empty();
  state_.seconds = seconds;
  if (state_.works) state_.last_success = unix_now();
  if (problem == state_.problem) return;
  if (problem.empty()) {
    log::info("discovery works again", {{"redis_group", group_.name}});
  } else {
    log::warning("discovery failed: what was found before stays",
                 {{"redis_group", group_.name},
                  {"nodes", std::to_string(nodes_.size())},
                  {"error", problem}});
  }
  state_.problem = std::move(problem);
}

std::string Discovery::take_sentinels(const Round& round) {
  sentinels_.emplace();
  SentinelAgreement& agreement = sentinels_->agreement;
  agreement = agree(round.sentinels);
  sentinels_->truth = judge(round.sentinels, agreement);
  if (agreement.found) {
    tell(found_nodes(group_, agreement));
    return {};
  }
  if (agreement.answered == 0) return "no Sentinel answers";
  const auto said = std::ranges::find_if(
      round.sentinels, [](const SentinelAnswer& answer) { return !answer.view.error.empty(); });
  return "no Sentinel knows a master named " + group_.master +
         (said == round.sentinels.end() ? "" : ": " + said->sentinel + ": " + said->view.error) +
         "; check the name (SENTINEL MASTERS lists them) and that these are Sentinels";
}

std::string Discovery::take_nodes(const Round& round) {
  // A node under two addresses has one voice.
  std::vector<ClusterAnswer> answers;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < voices_.size(); ++i) {
    if (!answered_[i]) continue;
    const ClusterView& view = round.nodes[i].view;
    const auto own = std::ranges::find(view.nodes, true, &ClusterNode::myself);
    answered_[i] = own != view.nodes.end() && ids.insert(own->id).second;
    if (answered_[i]) answers.push_back(round.nodes[i]);
  }
  const ClusterAgreement agreement = agree(answers);
  // One of two that disagree may have been reset: it takes a third to know which.
  if (!agreement.nodes.empty() &&
      (agreement.in_minority == 0 || answers.size() >= kClusterVoices)) {
    // A voice that the others do not know speaks for another Cluster: the next round asks another.
    for (std::size_t i = 0; i < voices_.size(); ++i) {
      const auto& nodes = round.nodes[i].view.nodes;
      const auto own = std::ranges::find(nodes, true, &ClusterNode::myself);
      const auto agreed = [&](const ClusterNode& node) { return node.id == own->id; };
      if (answered_[i] && std::ranges::none_of(agreement.nodes, agreed)) answered_[i] = false;
    }
    slots_ = Slots{kClusterSlots - claimed_slots(agreement.nodes).count(), agreement.in_minority};
    tell(found_nodes(group_, agreement));
    return {};
  }
  if (agreement.answered == 0) slots_.reset();  // of silence nothing follows, above all no 0
  const auto said = std::ranges::find_if(
      round.nodes, [](const ClusterAnswer& answer) { return !answer.view.error.empty(); });
  if (said != round.nodes.end())
    return "no node tells its Cluster: " + said->host + ": " + said->view.error +
           (group_.name.empty() ? "; leave out --is-cluster, or give a node of one by --redis.addr"
                                : "; check that the seeds are nodes of a Cluster");
  return agreement.answered == 0 ? "no node of the Cluster answers"
                                 : "the nodes that answer do not agree";
}

void Discovery::tell(std::vector<FoundNode> found) {
  const bool same = found == nodes_;
  const std::vector<FoundNode> before = std::exchange(nodes_, std::move(found));
  if (same) return;  // even so some may be down that were not
  std::string masters;
  for (const FoundNode& node : nodes_)
    if (node.master) masters.append(masters.empty() ? "" : ", ").append(display(node.node.target));
  log::info("the group has changed", {{"redis_group", group_.name},
                                      {"nodes", std::to_string(nodes_.size())},
                                      {"added", missing_in(before, nodes_)},
                                      {"removed", missing_in(nodes_, before)},
                                      {"masters", masters}});
  found_(nodes_);
}

}  // namespace fleet
