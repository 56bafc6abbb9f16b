// SPDX-License-Identifier: Apache-2.0
// Finds the nodes of one group: asks its Sentinels, or some nodes of its Cluster, and says which
// nodes there are. While a round fails the nodes of the last good one stay.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/group.h"
#include "net/task_group.h"
#include "scrape/node_access.h"
#include "scrape/questioner.h"
#include "topology/found_nodes.h"
#include "topology/sentinel_truth.h"

namespace fleet {

class Discovery : public std::enable_shared_from_this<Discovery> {
 public:
  static constexpr std::size_t kClusterVoices = 3;  // nodes of a Cluster that are asked

  using Found = std::function<void(std::vector<FoundNode>)>;

  // `access` is to the servers that are asked: Sentinels, or nodes of the Cluster. `found` is
  // called when a good round changed something, until retire(). Tasks must outlive this.
  Discovery(const Group& group, std::shared_ptr<NodeAccess> access, TaskGroup& tasks,
            asio::any_io_executor executor, Found found);

  // Asks all; false when the caller was cancelled.
  asio::awaitable<bool> round();
  // `found` is not called any more.
  void retire() { retired_ = true; }

  // Takes the place of one that asked the same servers for the same group, and knows what it knew:
  // the nodes, how old they are, and so whom to ask when the seeds of a Cluster are gone.
  void follow(const Discovery& before);

  struct State {
    Clock::time_point begun = Clock::now();
    bool tried = false;        // a round has ended
    bool works = false;        // the last one was good
    double last_success = 0;   // Unix seconds; 0: never
    double seconds = 0;        // that the last one took
    std::string problem = {};  // why it was not good
  };
  const State& state() const { return state_; }

  // Of the last good round.
  const std::vector<FoundNode>& nodes() const { return nodes_; }
  // What the Sentinels of the last round said, and are worth; none: of a Cluster, or no round yet.
  struct Sentinels {
    SentinelAgreement agreement;
    SentinelTruth truth;
  };
  const std::optional<Sentinels>& sentinels() const { return sentinels_; }
  // What three nodes of the Cluster said in the last good round; none: of Sentinels, none yet, or
  // no node has answered since.
  struct Slots {
    std::size_t uncovered = 0;    // slots that no node has
    std::size_t in_minority = 0;  // nodes that half of those asked or fewer know
  };
  const std::optional<Slots>& slots() const { return slots_; }

 private:
  // One round's answers, by who was asked.
  struct Round {
    std::vector<SentinelAnswer> sentinels;
    std::vector<ClusterAnswer> nodes;
    std::vector<Failure> failures;
  };

  asio::awaitable<void> ask(std::shared_ptr<Discovery> self, std::shared_ptr<Round> round,
                            std::size_t place);
  asio::awaitable<void> ask_sentinel(Round& round, std::size_t place);
  asio::awaitable<void> ask_node(Round& round, std::size_t place);
  void choose_voices();
  void conclude(const Round& round, double seconds);
  std::string take_sentinels(const Round& round);
  std::string take_nodes(const Round& round);
  void tell(std::vector<FoundNode> found);

  const Group group_;
  const std::shared_ptr<NodeAccess> access_;
  TaskGroup& tasks_;
  const asio::any_io_executor executor_;
  const Found found_;
  bool retired_ = false;
  std::vector<std::unique_ptr<Questioner>> voices_;  // that are asked
  std::vector<bool> answered_;                       // in the last round, by voice
  std::vector<FoundNode> nodes_;                     // of the last good round
  std::size_t next_ = 0;                             // of the Cluster's nodes to try
  State state_;
  std::optional<Sentinels> sentinels_;
  std::optional<Slots> slots_;
};

}  // namespace fleet
