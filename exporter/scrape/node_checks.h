// SPDX-License-Identifier: Apache-2.0
// The checks of one node. What is named one by one is read while a scrape waits, up to its
// deadline. What walks through all keys runs in the background, with pauses that leave the server
// its time: a scrape waits kPatience for it when that was enough the last time, and has the last
// complete results otherwise.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "checks/check.h"
#include "checks/own_slots.h"
#include "net/event.h"
#include "net/task_group.h"
#include "scrape/check_connection.h"
#include "scrape/check_state.h"
#include "scrape/refusals.h"

namespace fleet {

class NodeChecks : public std::enable_shared_from_this<NodeChecks> {
 public:
  static constexpr std::chrono::milliseconds kPatience{100};
  static constexpr int kTries = 5;  // of a slice, over connections that break

  // Null when nothing is to be checked. Catalogue and tasks must outlive it.
  static std::shared_ptr<NodeChecks> make(const Target& target, std::shared_ptr<NodeAccess> access,
                                          const CheckSettings& settings, const Catalogue& catalogue,
                                          TaskGroup& tasks, const asio::any_io_executor& executor);

  // While one of these lives no walk of these checks asks the node, but for kPatience at most: what
  // a scrape asks is not to wait behind that. It outlives neither the checks nor the loop.
  class Rest {
   public:
    explicit Rest(NodeChecks* checks);  // may be null
    ~Rest();
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;

   private:
    NodeChecks* const checks_;
  };

  // Starts what is due, and waits as above.
  asio::awaitable<void> refresh(const NodeFacts& node, Clock::time_point deadline);

  // The last results, and what is said of each check.
  std::vector<std::shared_ptr<const SampleSet>> results() const;

  // What is said of each check while the node is down: that it tells nothing.
  std::vector<std::shared_ptr<const SampleSet>> nothing() const;
  // Of each check, and of the commands that the server refused to them.
  std::vector<CheckState> states() const;
  std::size_t refused_commands() const { return refusals_.count(Clock::now()); }

  // Rights may have been given.
  void forget_refusals() {
    refusals_.clear();
    denied_.clear();
    walks_.refusals.clear();
  }

  // No more slices.
  void retire() { retired_ = true; }

 private:
  static constexpr std::string_view kKeyGroups = "key_groups";  // has a metric of its own
  struct Job {
    std::string_view name;
    std::function<std::unique_ptr<Check>(const NodeFacts&)> make;
    std::unique_ptr<Check> running = nullptr;
    // Of the last run that came to its end.
    std::shared_ptr<const SampleSet> result = nullptr;
    double ended = 0, seconds = 0;
    bool success = false, truncated = false;
    std::string logged = {};  // the failure that the log has last
  };
  // Jobs that run one after the other, over one connection.
  struct Lane {
    Lane(const Target& target, std::shared_ptr<NodeAccess> access, bool paced_lane,
         const asio::any_io_executor& executor)
        : paced(paced_lane), connection(target, std::move(access)), ended(executor) {}
    const bool paced;
    std::vector<Job> jobs;
    CheckConnection connection;
    std::size_t weight = 100;
    Refusals refusals;                                // of this lane alone
    std::map<std::string_view, int> denied_in_a_row;  // keys, by command
    Clock::time_point next_slice{};
    bool running = false;
    unsigned generation = 0;  // that it was started for
    Clock::time_point began{};
    Clock::duration took{};
    Event ended;
  };

  NodeChecks(const Target& target, std::shared_ptr<NodeAccess> access,
             const CheckSettings& settings, const Catalogue& catalogue, TaskGroup& tasks,
             const asio::any_io_executor& executor);

  void add(Lane& lane, std::string_view name,
           std::function<std::unique_ptr<Check>(const NodeFacts&)> make);
  void forget_results();
  std::shared_ptr<OwnSlots> own_slots();
  bool goes_on(const Lane& lane) const;
  static asio::awaitable<void> ended(Lane& lane);
  asio::awaitable<void> rested();
  void start(Lane& lane, const NodeFacts& node);
  asio::awaitable<void> run(std::shared_ptr<NodeChecks> self, Lane& lane);
  asio::awaitable<std::string> run_job(Lane& lane, Job& job);
  asio::awaitable<Failure> ask(Lane& lane, const Slice& slice, ReplyBuffer& replies);
  asio::awaitable<bool> pause(Lane& lane);
  void pace(Lane& lane, const Slice& slice) const;
  void deny(std::string_view line, std::uint32_t database, std::string_view key,
            std::string_view words);
  void note_refusals(Lane& lane, const Slice& slice, const ReplyBuffer& replies);
  std::string denied(std::string_view line, std::uint32_t database, std::string_view key) const;
  void finish(const Lane& lane, Job& job, std::string why, double seconds);
  Slice::Wire wire(const Lane& lane, std::string_view line) const;

  const Target target_;
  const std::string instance_;
  const std::shared_ptr<NodeAccess> access_;
  const CheckSettings settings_;
  const Catalogue& catalogue_;
  TaskGroup& tasks_;
  NodeFacts node_;  // of the scrape before
  Refusals refusals_;
  // What is read in each scrape and this user may not read: until when it is not asked again, and
  // the server's words.
  std::map<std::tuple<std::string, std::uint32_t, std::string>,
           std::pair<Clock::time_point, std::string>>
      denied_;
  Lane reads_, walks_;
  const std::shared_ptr<OwnSlots> slots_ = std::make_shared<OwnSlots>();
  Clock::time_point slots_asked_{};
  int resting_ = 0;  // Rests that live
  Clock::time_point rest_began_{};
  Event rest_ended_;
  unsigned generation_ = 0;  // of the server that answers, and its role
  bool wanted_ = false;
  Clock::time_point last_wanted_{};
  bool retired_ = false;
};

}  // namespace fleet
