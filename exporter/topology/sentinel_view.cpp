// SPDX-License-Identifier: Apache-2.0
#include "topology/sentinel_view.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace fleet {
namespace {

constexpr std::size_t kLongestState = 32;

SentinelFlags flags_of(std::string_view text) {
  SentinelFlags flags;
  while (!text.empty()) {
    const std::string_view flag = take_until(text, ',');
    if (flag == "s_down") flags.s_down = true;
    if (flag == "o_down") flags.o_down = true;
    if (flag == "disconnected") flags.disconnected = true;
    if (flag == "failover_in_progress") flags.failover_in_progress = true;
  }
  return flags;
}

void read_integer(const Reply& fields, std::string_view name, std::int64_t& value) {
  if (const auto number = parse_integer(fields.find(name).text())) value = *number;
}

HostPort read_address(const Reply& fields, std::string_view host, std::string_view port) {
  const std::int32_t number = parse_port(fields.find(port).text());
  // A longer one is cut, and still too long to be usable.
  const std::string_view name = fields.find(host).text().substr(0, HostPort::kLongestHost + 1);
  return {std::string(name), static_cast<std::uint16_t>(std::max(number, 0))};
}

void read(const Reply& fields, SentinelInstance& instance) {
  instance.address = read_address(fields, "ip", "port");
  instance.run_id = parse_id(fields.find("runid").text());
  instance.flags = flags_of(fields.find("flags").text());
}

void read(const Reply& fields, SentinelMaster& master) {
  read(fields, static_cast<SentinelInstance&>(master));
  read_integer(fields, "config-epoch", master.config_epoch);
  read_integer(fields, "quorum", master.quorum);
  read_integer(fields, "num-slaves", master.num_slaves);
  read_integer(fields, "num-other-sentinels", master.num_other_sentinels);
  master.reports_master = fields.find("role-reported").text() != "slave";
  master.failover_state = fields.find("failover-state").text().substr(0, kLongestState);
}

void read(const Reply& fields, SentinelReplica& replica) {
  read(fields, static_cast<SentinelInstance&>(replica));
  replica.master = read_address(fields, "master-host", "master-port");
  replica.master_link_up = fields.find("master-link-status").text() == "ok";
  replica.announced = fields.find("replica-announced").text() != "0";
  read_integer(fields, "slave-priority", replica.priority);
  read_integer(fields, "slave-repl-offset", replica.repl_offset);
}

template <class Instance>
std::vector<Instance> read_list(const Reply& list) {
  std::vector<Instance> instances;
  const std::size_t size = std::min(list.size(), SentinelView::kMostEntries);
  for (std::size_t i = 0; i < size; ++i) {
    Instance instance;
    read(list[i], instance);
    if (instance.address.usable()) instances.push_back(std::move(instance));
  }
  return instances;
}

}  // namespace

SentinelView sentinel_view(const Reply& master, const Reply& replicas, const Reply& sentinels) {
  SentinelView view;
  view.answered = !master.absent();
  if (!view.answered) return view;
  if (master.is_error()) {
    view.error = master.words();
    return view;
  }
  read(master, view.master);
  view.found = view.master.address.usable();
  if (!view.found) {
    view.error = "the answer has no address of the master";
    return view;
  }
  // Without them it would look as if the master had none.
  if (replicas.is_error()) {
    view.found = false;
    view.error = replicas.words();
    return view;
  }
  view.replicas = read_list<SentinelReplica>(replicas);
  view.lists_sentinels = sentinels.is_array();
  view.sentinels = read_list<SentinelInstance>(sentinels);
  return view;
}

}  // namespace fleet
