// SPDX-License-Identifier: Apache-2.0
// What flags and file together say about the groups and how each is scraped.
#pragma once

#include <vector>

#include "config/options.h"
#include "scrape/conversation.h"

namespace fleet {

// The groups of the file; without one the node of --redis.addr as a group without name, or none.
std::vector<Group> groups_of(const Options& options);

// How people and Prometheus are told what a group is: "sentinel", "cluster", "standalone", "nodes".
std::string_view kind_of(Group::Source source, bool standalone);

// Whether its nodes are asked beside scrapes, to be compared. Those that are groups of their own
// have nothing to be compared with.
bool is_compared(const Group& group);

// Whether there is periodic work for it: to find its nodes, or to compare them.
bool has_rounds(const Group& group);

// What flags and file say about scraping a group.
ScrapeSettings settings_of(const Options& options, const Group& group = {});
TlsFiles tls_files_of(const Options& options);
// Where the password file, else --redis.user and --redis.password, fill in what the target does not
// say.
Target with_credentials(Target target, const Options& options);

}  // namespace fleet
