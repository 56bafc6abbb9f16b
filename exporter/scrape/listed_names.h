// SPDX-License-Identifier: Apache-2.0
// Listed nodes whose name stands for all its addresses (`dns: all`), as that of a headless service
// does: each address is a node. What DNS last answered holds until it answers otherwise.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/group.h"
#include "net/resolver.h"
#include "net/task_group.h"

namespace fleet {

class ListedNames {
 public:
  // `changed` is called when a lookup has ended that was the first of its name. All must outlive
  // this.
  ListedNames(Resolver& resolver, TaskGroup& tasks, std::function<void()> changed);

  // The names to look after, of all nodes of these groups; those that are new are looked up.
  void watch(const std::vector<const Group*>& groups);

  // Whether a name has other addresses than at the last look. Those that DNS did not know are
  // looked up again. To be called every few seconds.
  bool look();

  // The nodes that a listed one stands for: itself, or one for each address of its name. None while
  // that is looked up for the first time; itself, which then fails with the reason, when DNS does
  // not know it.
  std::vector<GroupNode> nodes(const Group& group, const GroupNode& listed) const;

  // Whether every name was looked up once, well or not.
  bool tried() const;
  // Whether a name of the group has no address yet, and is watched since `since` or later.
  bool missing(const Group& group, Clock::time_point since) const;

 private:
  struct Name {
    Clock::time_point begun{};
    bool tried = false;
    bool asking = false;
    std::vector<asio::ip::address> addresses = {};  // sorted; empty: not known
  };
  // That of a node whose name stands for all its addresses; null: it does not.
  const Name* find(const Group& group, const GroupNode& listed) const;
  void ask(const std::string& host, Name& name);
  asio::awaitable<void> resolve(std::string host);
  bool take(const std::string& host, Name& name) const;

  Resolver& resolver_;
  TaskGroup& tasks_;
  const std::function<void()> changed_;
  std::map<std::string, Name, std::less<>> names_;
};

}  // namespace fleet
