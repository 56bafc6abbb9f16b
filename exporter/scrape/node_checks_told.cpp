// SPDX-License-Identifier: Apache-2.0
// What checks are told of: their results, as samples and for people.
#include "checks/check_metrics.h"
#include "scrape/node_checks.h"

namespace fleet {

std::vector<CheckState> NodeChecks::states() const {
  std::vector<CheckState> states;
  if (!wanted_) return states;
  for (const Lane* lane : {&reads_, &walks_})
    for (const Job& job : lane->jobs)
      states.push_back({.check = job.name,
                        .ended = job.ended,
                        .seconds = job.seconds,
                        .series = job.result ? job.result->size() : 0,
                        .truncated = job.truncated,
                        .running = job.running != nullptr,
                        .progress = job.running ? job.running->progress() : 1,
                        .why = job.logged});
  return states;
}

std::vector<std::shared_ptr<const SampleSet>> NodeChecks::nothing() const {
  std::vector<std::shared_ptr<const SampleSet>> sets;
  const bool never_seen = node_.run_id.empty();
  if (!wanted_ && !never_seen) return sets;
  auto about = std::make_shared<SampleSet>(catalogue_);
  for (const Lane* lane : {&reads_, &walks_})
    for (const Job& job : lane->jobs)
      about->add(kCheckSuccess, about->labels({{"check", job.name}}), 0);
  sets.push_back(std::move(about));
  return sets;
}

std::vector<std::shared_ptr<const SampleSet>> NodeChecks::results() const {
  std::vector<std::shared_ptr<const SampleSet>> sets;
  if (!wanted_) return sets;
  auto about = std::make_shared<SampleSet>(catalogue_);
  for (const Lane* lane : {&reads_, &walks_}) {
    for (const Job& job : lane->jobs) {
      const auto labels = about->labels({{"check", job.name}});
      // None before its first run has ended, well or not.
      if (job.ended > 0 || !job.logged.empty())
        about->add(kCheckSuccess, labels, job.success ? 1 : 0);
      about->add(kCheckTimestamp, labels, job.ended);
      about->add(kCheckDuration, labels, job.seconds);
      about->add(kCheckProgress, labels, job.running ? job.running->progress() : 1);
      about->add(kCheckTruncated, labels, job.truncated ? 1 : 0);
      if (job.name == kKeyGroups) about->add(kKeyGroupsDuration, job.seconds * 1000);
      const bool late = !lane->paced && lane->running;  // what is there is of a scrape before
      if (job.result && !late) sets.push_back(job.result);
    }
  }
  sets.push_back(std::move(about));
  return sets;
}

}  // namespace fleet
