// SPDX-License-Identifier: Apache-2.0
// The periodic work for one group: every 5 s its nodes are found, if it has discovery, and then
// compared. A failover that a Sentinel tells of, and nodes that were found,
// begin the next round at once.
#pragma once

#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "scrape/comparison.h"
#include "scrape/discovery.h"
#include "scrape/event_counts.h"
#include "scrape/sentinel_events.h"

namespace fleet {

class GroupRounds : public std::enable_shared_from_this<GroupRounds> {
 public:
  static constexpr std::chrono::seconds kPause{5};       // from start to start
  static constexpr std::chrono::milliseconds kSoon{50};  // after news, so that others know it too
  // From start to start, whatever news there is: a Sentinel that never ends to cry does not set
  // the pace.
  static constexpr std::chrono::milliseconds kApart{500};

  struct Parts {
    std::shared_ptr<Discovery> discovery;    // null: all nodes are listed
    std::shared_ptr<Comparison> comparison;  // null: another exporter compares them
    std::shared_ptr<NodeAccess> sentinels;   // for their events; null: there are none
  };

  // Tasks must outlive this.
  GroupRounds(const Group& group, Parts parts, TaskGroup& tasks, asio::any_io_executor executor,
              Clock::duration pause = kPause);

  // Does nothing when it runs already.
  void start();
  void retire();
  // Takes the place of one that asked the same servers for the same group.
  void follow(const GroupRounds& before);

  // The nodes to compare; new ones are not left waiting.
  void compare(const std::vector<Comparison::Member>& members);

  const Discovery* discovery() const { return parts_.discovery.get(); }
  const Comparison* comparison() const { return parts_.comparison.get(); }

  // Since the exporter first saw the group.
  double failovers() const;
  // By place in sentinel_events(); for a group with Sentinels.
  const std::vector<double>& events() const { return events_.counts(); }
  std::size_t listening() const;  // Sentinels whose events are heard

 private:
  asio::awaitable<void> run(std::shared_ptr<GroupRounds> self);
  asio::awaitable<bool> pause(Clock::time_point began, Clock::time_point until);
  void hear(std::size_t sentinel, int event, std::string_view payload);
  void hurry();
  void count_failovers();

  const std::string name_;
  const Group::Source source_;
  const std::size_t sentinels_;  // that are listed
  const Parts parts_;
  TaskGroup& tasks_;
  const Clock::duration pause_;
  asio::steady_timer next_round_;
  bool started_ = false;
  bool retired_ = false;
  bool hurry_ = false;  // there is news: the next round is not waited for
  std::vector<std::shared_ptr<SentinelEvents>> listeners_;
  EventCounts events_;

  // Failovers of a master that Sentinels watch: each gives it a higher epoch.
  double failovers_ = 0;
  std::optional<std::int64_t> epoch_;
};

}  // namespace fleet
