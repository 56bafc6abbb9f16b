// SPDX-License-Identifier: Apache-2.0
#include "scrape/node_checks.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/unix_time.h"
#include "checks/check_metrics.h"
#include "checks/key_count.h"
#include "checks/key_groups.h"
#include "checks/keys_check.h"
#include "checks/scripts_check.h"
#include "checks/search_check.h"
#include "checks/streams_check.h"
#include "scrape/plan.h"
#include "scrape/refusal_log.h"
#include "scrape/server_words.h"

namespace fleet {
namespace {

// What a slice should take the server, between these.
constexpr std::chrono::microseconds kShortSlice{500}, kLongSlice{1500};
constexpr std::size_t kLeastWeight = 10;
constexpr std::chrono::nanoseconds kLeastWork{20'000}, kLeastWorkPerKey{200};
// Work that may be done at once after a rest, in time of the server.
constexpr std::chrono::milliseconds kBurst{5};
constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::seconds kSlotsFor{30};
// Keys that a walk may not read, one behind the other, before it reads none for an hour.
constexpr int kMostDenied = 100;
constexpr std::size_t kMostDeniedKeys = 4096;  // named ones that are remembered
// Nobody scrapes any more: no walks either.
constexpr std::chrono::minutes kUnwanted{5};
constexpr std::string_view kTooLarge = "the replies exceed 16 MiB";

// Keys by name, and patterns, of lists that may hold both.
std::vector<KeyPattern> named(const std::vector<KeyPattern>& some,
                              const std::vector<KeyPattern>& names) {
  std::vector<KeyPattern> all = names;
  std::ranges::copy_if(some, std::back_inserter(all),
                       [](const KeyPattern& key) { return !is_pattern(key.text); });
  return all;
}

std::vector<KeyPattern> patterns(const std::vector<KeyPattern>& some) {
  std::vector<KeyPattern> found;
  std::ranges::copy_if(some, std::back_inserter(found),
                       [](const KeyPattern& key) { return is_pattern(key.text); });
  return found;
}

}  // namespace

std::shared_ptr<NodeChecks> NodeChecks::make(const Target& target,
                                             std::shared_ptr<NodeAccess> access,
                                             const CheckSettings& settings,
                                             const Catalogue& catalogue, TaskGroup& tasks,
                                             const asio::any_io_executor& executor) {
  std::shared_ptr<NodeChecks> checks(
      new NodeChecks(target, std::move(access), settings, catalogue, tasks, executor));
  if (checks->reads_.jobs.empty() && checks->walks_.jobs.empty()) return nullptr;
  return checks;
}

NodeChecks::NodeChecks(const Target& target, std::shared_ptr<NodeAccess> access,
                       const CheckSettings& settings, const Catalogue& catalogue, TaskGroup& tasks,
                       const asio::any_io_executor& executor)
    : target_(target),
      instance_(display(target)),
      access_(std::move(access)),
      settings_(settings),
      catalogue_(catalogue),
      tasks_(tasks),
      reads_(target, access_, false, executor),
      walks_(target, access_, true, executor),
      rest_ended_(executor) {
  for (Lane* lane : {&reads_, &walks_}) lane->weight = std::min(lane->weight, settings.batch);
  const KeysCheck::Limits limits{settings.most_keys, settings.values};
  const std::vector<KeyPattern> keys = named(settings.keys, settings.single_keys);
  if (!keys.empty())
    add(reads_, "single_keys", [this, keys, limits](const NodeFacts& node) {
      return std::make_unique<KeysCheck>(keys, node.cluster_enabled ? own_slots() : nullptr,
                                         limits);
    });
  const StreamsCheck::Limits of_streams{settings.most_keys, settings.consumers};
  const std::vector<KeyPattern> streams = named(settings.streams, settings.single_streams);
  if (!streams.empty())
    add(reads_, "single_streams", [this, streams, of_streams](const NodeFacts& node) {
      return std::make_unique<StreamsCheck>(streams, node.cluster_enabled ? own_slots() : nullptr,
                                            node.version, of_streams);
    });
  if (!settings.scripts.empty())
    add(reads_, "scripts", [this](const NodeFacts&) {
      return std::make_unique<ScriptsCheck>(settings_.scripts, settings_.read_only_scripts,
                                            target_.database);
    });
  if (settings.search)
    add(reads_, "search_indexes",
        [this, names = Regex(settings.search_indexes)](const NodeFacts& node) {
          return std::make_unique<SearchCheck>(names, node.search_module, target_.database);
        });
  if (std::vector<KeyPattern> found = patterns(settings.keys); !found.empty())
    add(walks_, "keys", [found, keys, limits](const NodeFacts&) {
      return std::make_unique<KeysCheck>(found, keys, limits);
    });
  if (std::vector<KeyPattern> found = patterns(settings.streams); !found.empty())
    add(walks_, "streams", [found, streams, of_streams](const NodeFacts& node) {
      return std::make_unique<StreamsCheck>(found, streams, node.version, of_streams);
    });
  if (!settings.key_groups.empty())
    add(walks_, kKeyGroups, [this](const NodeFacts&) {
      return std::make_unique<KeyGroups>(settings_.key_groups, settings_.most_groups);
    });
  if (!settings.count_keys.empty())
    add(walks_, "count_keys", [counted = settings.count_keys](const NodeFacts&) {
      return std::make_unique<KeyCount>(counted);
    });
}

// Slots seldom move: the node is asked for its own once in a while.
std::shared_ptr<OwnSlots> NodeChecks::own_slots() {
  if (Clock::now() - slots_asked_ >= kSlotsFor) {
    slots_asked_ = Clock::now();
    slots_->forget();
  }
  return slots_;
}

void NodeChecks::add(Lane& lane, std::string_view name,
                     std::function<std::unique_ptr<Check>(const NodeFacts&)> make) {
  lane.jobs.push_back({.name = name, .make = std::move(make)});
}

asio::awaitable<void> NodeChecks::refresh(const NodeFacts& node, Clock::time_point deadline) {
  // Another server: what was found, and how far a walk is, is not true of it.
  if (node.run_id != node_.run_id || node.kind != node_.kind) {
    forget_refusals();
    slots_->forget();
    ++generation_;
    forget_results();
  }
  node_ = node;
  wanted_ = (node.kind & kData) != 0 &&
            (node.kind == kMaster ? settings_.on_masters : settings_.on_replicas);
  const Clock::time_point now = Clock::now();
  last_wanted_ = now;
  if (!wanted_ || retired_) co_return;
  const bool quick = (walks_.running ? now - walks_.began : walks_.took) <= kPatience;
  if (!walks_.running && (quick || now - walks_.began >= settings_.interval)) start(walks_, node);
  if (!reads_.running) start(reads_, node);
  co_await finished_before(deadline, ended(reads_));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (is_cancelled(state) || !quick) co_return;
  co_await finished_before(std::min(deadline, now + kPatience), ended(walks_));
}

asio::awaitable<void> NodeChecks::ended(Lane& lane) {
  while (lane.running) {
    const bool woken = co_await lane.ended.wait();
    if (!woken) co_return;
  }
}

NodeChecks::Rest::Rest(NodeChecks* checks) : checks_(checks) {
  if (checks_ != nullptr && checks_->resting_++ == 0) checks_->rest_began_ = Clock::now();
}

NodeChecks::Rest::~Rest() {
  if (checks_ != nullptr && --checks_->resting_ == 0) checks_->rest_ended_.notify();
}

asio::awaitable<void> NodeChecks::rested() {
  while (resting_ > 0) {
    const bool woken = co_await rest_ended_.wait();
    if (!woken) co_return;
  }
}

void NodeChecks::forget_results() {
  for (Lane* lane : {&reads_, &walks_})
    for (Job& job : lane->jobs) job.result.reset();
}

// Whether what the lane is at is still to be done.
bool NodeChecks::goes_on(const Lane& lane) const {
  return !retired_ && wanted_ && lane.generation == generation_ &&
         Clock::now() - last_wanted_ < kUnwanted;
}

void NodeChecks::start(Lane& lane, const NodeFacts& node) {
  if (lane.jobs.empty()) return;
  for (Job& job : lane.jobs) job.running = job.make(node);
  lane.running = true;
  lane.generation = generation_;
  lane.began = Clock::now();
  tasks_.spawn("checks of " + instance_, run(shared_from_this(), lane));
}

// `self` keeps the lane for as long as it runs.
asio::awaitable<void> NodeChecks::run([[maybe_unused]] std::shared_ptr<NodeChecks> self,
                                      Lane& lane) {
  // However it ends: a lane that seems to run would never be started again.
  struct Ended {
    Lane& lane;
    ~Ended() {
      for (Job& job : lane.jobs) job.running.reset();
      lane.took = Clock::now() - lane.began;
      lane.running = false;
      lane.ended.notify();
    }
  } const ended{lane};
  for (Job& job : lane.jobs) {
    const Clock::time_point began = Clock::now();
    std::string why = co_await run_job(lane, job);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state) || !goes_on(lane)) co_return;
    const std::chrono::duration<double> took = Clock::now() - began;
    finish(lane, job, std::move(why), took.count());
  }
}

// Why the check did not come to its end; "" when it did.
asio::awaitable<std::string> NodeChecks::run_job(Lane& lane, Job& job) {
  const Slice::Rules rules = [this, &lane](std::string_view line) { return wire(lane, line); };
  const Slice::KeyRules key_rules = [this](std::string_view line, std::uint32_t database,
                                           std::string_view key) {
    return denied(line, database, key);
  };
  std::string why;
  while (true) {
    Slice slice(rules, lane.weight, lane.paced ? nullptr : &key_rules);
    job.running->ask(slice);
    if (slice.lines().empty()) break;
    const bool go_on = co_await pause(lane);
    if (!go_on) break;
    ReplyBuffer replies;
    Failure failure = co_await ask(lane, slice, replies);
    if (failure.reason == Reason::too_large) {
      // The next slices are smaller; of this one the rest of the check goes without.
      lane.weight = std::max<std::size_t>(lane.weight / 2, 1);
      const ReplyNode error = ReplyNode::of_text(ReplyNode::Kind::error, kTooLarge);
      const std::vector<Reply> none(slice.lines().size(), Reply(&error));
      job.running->take(none);
      continue;
    }
    if (failure) {
      why = with_server_words(std::move(failure), target_).message;
      break;
    }
    if (!lane.connection.unselectable().empty()) {
      job.running->skip_database(lane.connection.unselectable());
      pace(lane, slice);
      continue;
    }
    note_refusals(lane, slice, replies);
    std::vector<Reply> views;
    for (std::size_t i = 0; i < replies.size(); ++i) views.push_back(replies[i]);
    job.running->take(views);
    pace(lane, slice);
  }
  co_return why;
}

// A walk goes on where it was when the connection breaks: the server keeps nothing of it.
asio::awaitable<Failure> NodeChecks::ask(Lane& lane, const Slice& slice, ReplyBuffer& replies) {
  Failure failure;
  for (int tries = 0; tries < kTries; ++tries) {
    if (tries > 0) co_await sleep_until(about(kRetry * tries));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state) || !goes_on(lane)) break;
    if (replies.bytes() > 0) break;  // part of an answer came: another cannot stand behind it
    failure = co_await lane.connection.ask(node_, slice.database, slice.bytes(),
                                           slice.lines().size(), replies);
    if (!failure || !lane.paced) break;
  }
  co_return failure;
}

// Until the next slice may be sent; false: not at all.
asio::awaitable<bool> NodeChecks::pause(Lane& lane) {
  if (lane.paced && lane.next_slice > Clock::now()) co_await sleep_until(lane.next_slice);
  if (lane.paced && resting_ > 0) co_await finished_before(rest_began_ + kPatience, rested());
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return !is_cancelled(state) && goes_on(lane);
}

// Slices that keep the server for about a millisecond, and as much rest as its share asks for.
void NodeChecks::pace(Lane& lane, const Slice& slice) const {
  // No slice is for nothing, however fast it seems: what the clock cannot tell apart from the way.
  const auto least = kLeastWork + kLeastWorkPerKey * static_cast<long>(slice.weight);
  const Clock::duration work = std::max<Clock::duration>(lane.connection.work(), least);
  if (work < kShortSlice) lane.weight = std::min(lane.weight * 2, settings_.batch);
  if (work > kLongSlice)
    lane.weight = std::max(lane.weight / 2, std::min(kLeastWeight, settings_.batch));
  const auto in_time = [this](Clock::duration spent) {
    return std::chrono::duration_cast<Clock::duration>(spent / settings_.share);
  };
  lane.next_slice = std::max(lane.next_slice, Clock::now() - in_time(kBurst)) + in_time(work);
}

Slice::Wire NodeChecks::wire(const Lane& lane, std::string_view line) const {
  Slice::Wire wire;
  wire.name = wire_line(line, access_->settings.command_names);
  if (wire.name.empty()) wire.refused = "rename_commands says that it is never sent";
  for (const Refusals* refusals : {&refusals_, &lane.refusals})
    if (refusals->holds(line, Clock::now())) wire.refused = refusals->words(line);
  return wire;
}

std::string NodeChecks::denied(std::string_view line, std::uint32_t database,
                               std::string_view key) const {
  const auto found = denied_.find({std::string(line), database, std::string(key)});
  const bool holds = found != denied_.end() && Clock::now() < found->second.first;
  return holds ? found->second.second : "";
}

void NodeChecks::deny(std::string_view line, std::uint32_t database, std::string_view key,
                      std::string_view words) {
  const Clock::time_point now = Clock::now();
  if (denied_.size() >= kMostDeniedKeys)
    std::erase_if(denied_, [now](const auto& entry) { return entry.second.first <= now; });
  if (denied_.size() >= kMostDeniedKeys) return;
  denied_[{std::string(line), database, std::string(key)}] = {now + Refusals::kForget,
                                                              std::string(words)};
}

void NodeChecks::note_refusals(Lane& lane, const Slice& slice, const ReplyBuffer& replies) {
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const Reply reply = replies[i];
    const std::string_view line = slice.lines()[i];
    if (!reply.is_error()) lane.denied_in_a_row.erase(line);
    // A key that may not be read would stand in the ACL LOG at each scrape, and of a walk each of
    // them.
    if (reply.is_error() && Refusals::is_of_key(reply.text())) {
      if (!lane.paced) {
        deny(line, slice.database, slice.keys()[i], reply.words());
      } else if (++lane.denied_in_a_row[line] == kMostDenied) {
        lane.refusals.hold(line, reply.words(), Clock::now());
      }
    }
    if (reply.is_error() && refusals_.note(line, reply.text(), Clock::now()))
      log_refusal(instance_, line, reply.text(), target_, "1h");
  }
}

void NodeChecks::finish(const Lane& lane, Job& job, std::string why, double seconds) {
  const bool ended = why.empty();
  if (ended) {
    auto result = std::make_shared<SampleSet>(catalogue_);
    job.running->describe(*result);
    why = job.running->failure();
    job.truncated = job.running->truncated() || result->overflowed();
    // Which series are missing is chance: none of them is served.
    job.result.reset();
    if (result->overflowed()) {
      why = "more series than the exporter takes; set lower limits";
    } else {
      job.result = std::move(result);
    }
    job.ended = unix_now();
    job.seconds = seconds;
  }
  // What is read in each scrape is of this one, or not told.
  if (!ended && !lane.paced) job.result.reset();
  why = server_words(why, target_);
  job.success = why.empty();
  if (why == job.logged) return;
  if (why.empty()) {
    log::info("check works again", {{"instance", instance_}, {"check", job.name}});
  } else {
    log::warning("check failed", {{"instance", instance_}, {"check", job.name}, {"error", why}});
  }
  job.logged = std::move(why);
}

}  // namespace fleet
