// SPDX-License-Identifier: Apache-2.0
// Which nodes there are: groups of the configuration with their nodes, and what /scrape asks for
// besides.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/options.h"
#include "net/connector.h"
#include "net/task_group.h"
#include "scrape/asked_checks.h"
#include "scrape/duplicates.h"
#include "scrape/group_rounds.h"
#include "scrape/listed_names.h"
#include "scrape/node.h"
#include "scrape/node_status.h"
#include "scrape/visited_nodes.h"

namespace fleet {

struct FleetTimes {
  Clock::duration forget_visited = std::chrono::minutes(10);  // after their last scrape
  Clock::duration discovery_pause = GroupRounds::kPause;
  // A group that is not found within this time holds up the list of the others no longer.
  Clock::duration list_without = std::chrono::minutes(5);
  Clock::duration name_refresh = Resolver::kRefresh;
};

class Fleet {
 public:
  static constexpr std::chrono::milliseconds kListingDelay{10};  // to what discovery found
  static constexpr std::size_t kQuestionConnects = 64;           // in progress, beside the scrapes'

  // A node that the configuration lists, or that discovery found.
  struct Member {
    std::shared_ptr<Node> node;
    std::shared_ptr<NodeAccess> access;  // of the node
    GroupNode listed;
    std::string group;   // `redis_group`; empty: of the flags, and without labels
    std::string labels;  // all that identify it, as text in front of each sample's own
    Group::Source source = Group::Source::nodes;
    bool standalone = false;
    bool own = true;  // of this exporter's shard
    // Another node of the Cluster of --redis.addr. It has no place on the telemetry path but for
    // what is found in its data.
    bool companion = false;
    std::string role;   // "master", "replica"; empty: discovery did not say
    std::string shard;  // what discovery names the master and its replicas by
    const std::string& instance() const { return node->instance(); }
  };

  // All must outlive the fleet. `lookup` is getaddrinfo but for tests.
  Fleet(asio::any_io_executor executor, const Options& options, const Catalogue& catalogue,
        SelfMetrics& self, Resolver::Lookup lookup = Resolver::system_lookup,
        FleetTimes times = {});

  // Takes over what the options say now. Nodes of which nothing has changed keep their connections;
  // scrapes in progress go on.
  void apply();

  // Of all nodes that are kept: somebody says that it is time to try again.
  void forget_refusals();

  // All members but companions, or those of one redis_group, in the order of the configuration. The
  // pointers are good until the next wait.
  std::vector<const Member*> members(std::string_view group = {}) const;
  // Those in whose data something is looked for.
  std::vector<const Member*> companions() const;
  // Of the Cluster of --redis.addr; null: not known yet, or it is not asked for.
  const std::vector<FoundNode>* cluster_nodes() const;

  // The node that a URL names. `target` is what stands in the URL: a user is taken from it, a
  // password is not. `certificate_name` is what the certificate of one that is not configured must
  // have; empty: what the flags say. A name that has to be looked up is waited for until the
  // deadline, and no longer than a node's budget. The node may be replaced by another target's:
  // start it before the next wait.
  asio::awaitable<FoundTarget> find(std::string target, std::string certificate_name,
                                    Clock::time_point deadline);

  // Checks of a node that a URL asks for; null when too many others are in progress.
  std::shared_ptr<NodeChecks> checks_for(const Node& node, const CheckSettings& settings) {
    return asked_checks_.find(node.target(), node.access(), settings);
  }

  // For people: whose node it is, and whom it takes the exporter for.
  struct Origin {
    std::string group;        // its name and where it has the node from, or why there is none
    std::string credentials;  // the user, and where the password is configured
  };
  // Of a node that find() named just now.
  Origin origin_of(const Node& node) const;

  // Whether every discovery has ended a round, and every lookup of names that stand for several
  // nodes, well or not, since the start.
  bool ready();
  // Whether the configuration has a group of this name.
  bool has_group(std::string_view name) const;
  // A group whose nodes were never found, and may be soon; or this one, if they were never found.
  // Empty: there is none.
  std::string undiscovered(std::string_view group = {}) const;

  // How the groups are doing, for people.
  std::vector<GroupStatus> status() const;

  // What is said of the groups that have a name.
  void describe(SampleSet& out) const;

  const Catalogue& catalogue() const { return catalogue_; }

  // Ends what runs in the background and waits for it.
  asio::awaitable<void> stop();

 private:
  struct RunningGroup {
    Group group;
    std::shared_ptr<NodeAccess> access;
    std::shared_ptr<NodeAccess> questions;  // of discovery and comparison; null: there are none
    std::vector<Member> members;
    std::shared_ptr<GroupRounds> rounds;  // null: each node is a group of its own
    std::vector<FoundNode> found;         // by the last good round of discovery
    bool known = false;                   // members are what was found
    // Null: all nodes are listed.
    const Discovery* discovery() const { return rounds ? rounds->discovery() : nullptr; }
  };

  std::shared_ptr<NodeAccess> access_for(const Group& group, RunningGroup* before);
  std::shared_ptr<NodeAccess> access_for_visitor(const TlsFiles& files);
  RunningGroup* running(const std::string& name);
  std::shared_ptr<GroupRounds> rounds_for(const Group& group, const RunningGroup& now,
                                          RunningGroup* before);
  void take_found(const std::string& name, std::vector<FoundNode> found);
  using Members = std::unordered_map<std::string, Member>;  // by server
  Members take_members();
  void list_members(Members before);
  void list_again();
  asio::awaitable<void> list_soon();
  asio::awaitable<void> watch_listed();
  void find_duplicates();
  template <class Each>
  void for_groups(const RunningGroup& group, const Each& each) const;
  void list_member(RunningGroup& group, const FoundNode& found, Members& before);
  const RunningGroup* group_with(const Node& node) const;  // null: it is of none
  std::shared_ptr<Node> make_node(Target target, Connector::AddressFilter filter,
                                  std::shared_ptr<NodeAccess> access);

  const asio::any_io_executor executor_;
  const FleetTimes times_;
  const Options& options_;
  const Catalogue& catalogue_;
  SelfMetrics& self_;
  TaskGroup tasks_;
  Resolver resolver_;
  ConnectLimits limits_;
  ConnectLimits question_limits_{kQuestionConnects};  // hung nodes must not hold up discovery
  std::vector<RunningGroup> groups_;
  bool ready_ = false;
  bool listing_ = false;             // list_soon() runs
  std::set<std::string> conflicts_;  // that were logged: group and server
  Duplicates duplicates_;
  std::unordered_map<std::string, Node*> by_server_;  // members
  std::unordered_set<std::string> hosts_;             // their names
  std::vector<std::shared_ptr<NodeAccess>>
      visitors_;  // of visited nodes, one for each set of files
  VisitedNodes visited_;
  ListedNames names_;
  AskedChecks asked_checks_;
};

}  // namespace fleet
