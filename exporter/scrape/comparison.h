// SPDX-License-Identifier: Apache-2.0
// Asks every node of a group what only the comparison of all can tell (split brain, lag by both
// ends, slot maps, versions, settings), round by round, each over a connection of its own beside
// the scrapes'.
//
//   INFO replication           each round; of Clusters CLUSTER INFO, too
//   INFO server                once a minute, and after a new connection: the server may be another
//   CONFIG GET                 once a minute
//   CLUSTER NODES              once a minute, of small Clusters each round
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/task_group.h"
#include "scrape/node_access.h"
#include "scrape/questioner.h"
#include "topology/found_nodes.h"
#include "topology/replication_truth.h"
#include "topology/slot_truth.h"

namespace fleet {

// What one round found out about a group.
struct GroupTruth {
  double time = 0;  // Unix seconds at which the round had ended; 0: there was none
  ReplicationTruth replication = {};
  std::optional<SlotTruth> slots = {};                    // of a Cluster
  std::size_t versions = 0;                               // distinct ones
  std::map<std::string_view, std::size_t> settings = {};  // distinct values, where all tell it
  struct Backlog {
    std::string instance;
    double seconds;  // of writes as of the last minute that it covers
  };
  std::vector<Backlog> backlogs = {};  // of masters
};

class Comparison : public std::enable_shared_from_this<Comparison> {
 public:
  static constexpr std::size_t kRoundsOfMinute = 12;
  static constexpr std::size_t kViewsOfRound = 16;  // CLUSTER NODES grows with the Cluster
  static constexpr std::chrono::minutes kRateWindow{1};
  static constexpr double kMostBacklogSeconds = 86400;

  struct Member {
    Target target;
    std::string instance;  // as it is labelled
    std::shared_ptr<NodeAccess> access;
  };

  // Tasks must outlive this.
  Comparison(const Group& group, TaskGroup& tasks, asio::any_io_executor executor)
      : name_(group.name),
        cluster_(group.source == Group::Source::cluster),
        tasks_(tasks),
        executor_(std::move(executor)) {}

  // The nodes to ask from the next round on. What is known of those that stay is kept. Whether
  // there are new ones, or fewer.
  bool set_members(const std::vector<Member>& members);

  // Asks all; false when the caller was cancelled. `found`: what discovery says of them, if it
  // does.
  asio::awaitable<bool> round(std::vector<FoundNode> found);

  const GroupTruth& truth() const { return truth_; }
  // Who answers: run_id, where it is known, by instance. Good until the next wait.
  std::map<std::string_view, std::string_view> run_ids() const;
  // Replicas that were seen to become masters.
  double promotions() const { return promotions_; }

  // A round that is not over yet tells nothing any more.
  void retire() { retired_ = true; }
  // Takes the place of one for the same group, with its nodes and their connections.
  void follow(const Comparison& before) {
    members_ = before.members_;
    rounds_ = before.rounds_;
    truth_ = before.truth_;
    split_rounds_ = before.split_rounds_;
    promotions_ = before.promotions_;
  }

 private:
  struct Asked;
  using Members = std::vector<std::shared_ptr<Asked>>;

  struct What {  // is asked, beside INFO replication
    bool cluster;
    bool seldom;
    bool slots;
    std::size_t round;
  };
  std::vector<std::size_t> turns_of(const Members& members) const;
  static asio::awaitable<void> ask(std::shared_ptr<Asked> node, What what);
  std::vector<ComparedNode> compared(const Members& members,
                                     std::span<const FoundNode> found) const;
  void count_promotions(const Members& members, std::span<const ComparedNode> nodes);
  void conclude(const Members& members, std::span<const FoundNode> found);
  void log_split_brain(std::span<const ComparedNode> nodes, bool split);

  const std::string name_;
  const bool cluster_;
  TaskGroup& tasks_;
  const asio::any_io_executor executor_;
  bool retired_ = false;
  Members members_;
  std::size_t rounds_ = 0;
  GroupTruth truth_;
  int split_rounds_ = 0;  // in a row that saw a split brain
  double promotions_ = 0;
};

}  // namespace fleet
