// SPDX-License-Identifier: Apache-2.0
#include "topology/sentinel_view.h"

#include <string>

#include <gtest/gtest.h>

#include "unit/topology/recorded.h"

namespace fleet::test {
namespace {

const std::string kMaster =
    strings({"name", "m", "ip", "10.0.0.1", "port", "6379", "flags", "master"});

SentinelMaster master_of(std::initializer_list<std::string_view> fields) {
  Replies replies;
  return sentinel_view(replies.of(strings(fields)), Reply(), Reply()).master;
}

std::vector<SentinelReplica> replicas_of(const std::string& list) {
  Replies replies;
  return sentinel_view(replies.of(kMaster), replies.of(list), Reply()).replicas;
}

TEST(SentinelView, ReadsAHealthyOne) {
  const SentinelView view = recorded_sentinel("healthy-1");
  EXPECT_TRUE(view.answered && view.found);
  EXPECT_EQ(view.error, "");
  const SentinelMaster& master = view.master;
  EXPECT_EQ(master.address, (HostPort{"127.0.0.1", 27001}));
  EXPECT_EQ(master.run_id.size(), 40u);
  EXPECT_EQ(master.flags, SentinelFlags());
  EXPECT_EQ(master.config_epoch, 0);
  EXPECT_EQ(master.quorum, 2);
  EXPECT_EQ(master.num_slaves, 2);
  EXPECT_EQ(master.num_other_sentinels, 2);
  EXPECT_TRUE(master.reports_master);
  EXPECT_EQ(master.failover_state, "");
  ASSERT_EQ(view.replicas.size(), 2u);
  for (const SentinelReplica& replica : view.replicas) {
    EXPECT_TRUE(replica.address.port == 27002 || replica.address.port == 27003);
    EXPECT_EQ(replica.run_id.size(), 40u);
    EXPECT_EQ(replica.flags, SentinelFlags());
    EXPECT_EQ(replica.master, master.address);
    EXPECT_TRUE(replica.master_link_up && replica.announced);
    EXPECT_EQ(replica.priority, 100);
    EXPECT_GT(replica.repl_offset, 0);
  }
  ASSERT_EQ(view.sentinels.size(), 2u);
  for (const SentinelInstance& other : view.sentinels) {
    EXPECT_TRUE(other.address.port == 27012 || other.address.port == 27013);
    EXPECT_EQ(other.run_id.size(), 40u);
  }
}

TEST(SentinelView, ReadsAFailover) {
  const SentinelView leader = recorded_sentinel("failover-1");
  EXPECT_TRUE(leader.master.flags.s_down && leader.master.flags.o_down);
  EXPECT_TRUE(leader.master.flags.disconnected && leader.master.flags.failover_in_progress);
  EXPECT_NE(leader.master.failover_state, "");
  EXPECT_FALSE(recorded_sentinel("failover-2").master.flags.failover_in_progress);

  const SentinelView after = recorded_sentinel("after-1");
  EXPECT_NE(after.master.address.port, 27001);
  EXPECT_EQ(after.master.config_epoch, 1);
  std::size_t down = 0;
  for (const SentinelReplica& replica : after.replicas) {
    EXPECT_EQ(replica.flags.s_down, replica.address.port == 27001);
    if (replica.flags.s_down) ++down;
  }
  EXPECT_EQ(down, 1u);
}

TEST(SentinelView, ReadsHostnames) {
  const SentinelView view = recorded_sentinel("hostnames-1");
  EXPECT_EQ(view.master.address, (HostPort{"localhost", 27002}));
  ASSERT_EQ(view.replicas.size(), 1u);
  EXPECT_EQ(view.replicas[0].address, (HostPort{"localhost", 27003}));
  EXPECT_TRUE(view.sentinels.empty());
}

TEST(SentinelView, LacksReplicasThatAreNotAnnounced) {
  Replies replies;
  const SentinelView view =
      sentinel_view(replies.recorded("sentinel-healthy-1-master"),
                    replies.recorded("sentinel-unannounced-replicas"), Reply());
  EXPECT_EQ(view.replicas.size(), 1u);
  EXPECT_EQ(view.master.num_slaves, 2);
}

TEST(SentinelView, TellsAnErrorFromNoAnswer) {
  Replies replies;
  const SentinelView unknown =
      sentinel_view(replies.recorded("sentinel-unknown-master"), Reply(), Reply());
  EXPECT_TRUE(unknown.answered);
  EXPECT_FALSE(unknown.found);
  EXPECT_EQ(unknown.error, "ERR No such master with that name");

  const SentinelView silent = sentinel_view(Reply(), Reply(), Reply());
  EXPECT_FALSE(silent.answered || silent.found);
  EXPECT_EQ(silent.error, "");

  for (const std::string odd : {"*0\r\n", "$-1\r\n", ":1\r\n", "*1\r\n$2\r\nip\r\n"}) {
    const SentinelView view = sentinel_view(replies.of(odd), Reply(), Reply());
    EXPECT_TRUE(view.answered) << odd;
    EXPECT_FALSE(view.found) << odd;
    EXPECT_EQ(view.error, "the answer has no address of the master") << odd;
  }
  // Without a list it would look as if the master had no replicas; other Sentinels are only
  // counted.
  const Reply error = replies.of("-NOPERM no\r\n");
  const SentinelView refused = sentinel_view(replies.of(kMaster), error, Reply());
  EXPECT_FALSE(refused.found);
  EXPECT_EQ(refused.error, "NOPERM no");
  EXPECT_TRUE(sentinel_view(replies.of(kMaster), replies.of("*0\r\n"), error).found);
}

TEST(SentinelView, KeepsDefaultsForOddFields) {
  const SentinelMaster master = master_of(
      {"ip", "10.0.0.1", "port", "6379", "runid", "not an id", "config-epoch", "x", "quorum", "",
       "num-slaves", "99999999999999999999", "role-reported", "slave", "odd"});
  EXPECT_EQ(master.address, (HostPort{"10.0.0.1", 6379}));
  EXPECT_EQ(master.run_id, "");
  EXPECT_EQ(master.config_epoch, 0);
  EXPECT_EQ(master.quorum, 0);
  EXPECT_EQ(master.num_slaves, 0);
  EXPECT_FALSE(master.reports_master);
}

TEST(SentinelView, DropsEntriesWithoutAUsableAddress) {
  const std::string long_host(254, 'a');
  const struct {
    std::string_view host, port;
    bool kept;
  } rows[] = {
      {"10.0.0.1", "1", true},    {"fd00::1", "65535", true},   {"redis-0.example", "6379", true},
      {"10.0.0.1", "0", false},   {"10.0.0.1", "65536", false}, {"10.0.0.1", "-1", false},
      {"10.0.0.1", "", false},    {"", "6379", false},          {"a b", "6379", false},
      {"a/../b", "6379", false},  {"user@h", "6379", false},    {"h:1", "6379", false},
      {long_host, "6379", false},
  };
  for (const auto& row : rows) {
    const auto found = replicas_of("*2\r\n" + strings({"ip", row.host, "port", row.port}) +
                                   strings({"ip", "10.0.0.9", "port", "9"}));
    EXPECT_EQ(found.size(), row.kept ? 2u : 1u) << row.host << ' ' << row.port;
    EXPECT_EQ(found.back().address, (HostPort{"10.0.0.9", 9}));
  }
}

TEST(SentinelView, PassesOverWhatIsNoEntry) {
  EXPECT_EQ(replicas_of("*3\r\n:1\r\n*0\r\n" + strings({"ip", "h", "port", "1"})).size(), 1u);
  EXPECT_TRUE(replicas_of(strings({"ip", "h", "port", "1"})).empty());
}

TEST(SentinelView, IsBounded) {
  const std::size_t more = SentinelView::kMostEntries + 1;
  std::string list = "*" + std::to_string(more) + "\r\n";
  for (std::size_t i = 0; i < more; ++i) list += strings({"ip", "h", "port", "1"});
  EXPECT_EQ(replicas_of(list).size(), SentinelView::kMostEntries);
}

TEST(SentinelView, ReadsAnnounced) {
  const auto announced = [](std::string_view value) {
    return replicas_of("*1\r\n" + strings({"ip", "h", "port", "1", "replica-announced", value}))
        .at(0)
        .announced;
  };
  EXPECT_FALSE(announced("0"));
  EXPECT_TRUE(announced("1"));
  EXPECT_TRUE(replicas_of("*1\r\n" + strings({"ip", "h", "port", "1"})).at(0).announced);
}

}  // namespace
}  // namespace fleet::test
