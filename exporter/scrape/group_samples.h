// SPDX-License-Identifier: Apache-2.0
// What is said of a group of nodes, as samples.
#pragma once

#include <string>

#include "config/group.h"
#include "samples/sample_set.h"
#include "scrape/group_rounds.h"

namespace fleet {

// `name` is the redis_group.
void add_thresholds(const Group& group, const std::string& name, SampleSet& out);
void add_discovery(const Discovery& discovery, const std::string& name, SampleSet& out);
// What the rounds found out by comparing nodes; nothing when there is no comparison.
void add_truth(const Group& group, const GroupRounds& rounds, SampleSet& out);

}  // namespace fleet
