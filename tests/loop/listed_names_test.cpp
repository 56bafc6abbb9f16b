// SPDX-License-Identifier: Apache-2.0
// Names that stand for several nodes (`dns: all`), as DNS changes its mind.
#include <ctime>
#include <mutex>

#include "loop/groups.h"
#include "support/certificates.h"

namespace fleet::test {
namespace {

// A DNS server of one name. Lookups run on threads that may outlive the test.
class Dns {
 public:
  void say(std::initializer_list<const char*> addresses) {
    const std::lock_guard lock(state_->mutex);
    state_->answer = {};
    for (const char* text : addresses)
      state_->answer.addresses.push_back(asio::ip::make_address(text));
    if (state_->answer.addresses.empty()) state_->answer.error = "Name or service not known";
  }
  Resolver::Lookup lookup() const {
    return [state = state_](const std::string&) {
      const std::lock_guard lock(state->mutex);
      return state->answer;
    };
  }

 private:
  struct State {
    std::mutex mutex;
    Resolver::Answer answer;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

class ListedNamesOfFleet : public Groups {
 protected:
  Group& add_workers(const FakeRedis& redis) {
    Group& group = add_group("workers", {});
    group.nodes.push_back({Exporter::at(redis, "workers.test"), {{"team", "web"}}, "here"});
    group.all_addresses = true;
    return group;
  }
  std::string instances() const {
    std::string text;
    for (const Fleet::Member* member : fleet_->members()) text += member->instance() + ' ';
    return text;
  }
  Dns dns_;
};

TEST_F(ListedNamesOfFleet, EachAddressIsANode) {
  const FakeRedis redis;
  add_workers(redis);
  dns_.say({"127.0.0.2", "127.0.0.1"});
  begin(std::chrono::minutes(5), dns_.lookup());
  EXPECT_FALSE(fleet_->ready());
  EXPECT_EQ(fleet_->undiscovered(), "workers");
  EXPECT_EQ(fleet_->undiscovered("workers"), "workers");
  EXPECT_TRUE(fleet_->members().empty());
  ASSERT_TRUE(wait_until([&] { return fleet_->ready(); }));
  const std::string port = ':' + port_of(redis);
  EXPECT_EQ(instances(), "127.0.0.1" + port + " 127.0.0.2" + port + ' ');
  EXPECT_EQ(fleet_->undiscovered(), "");
  EXPECT_EQ(described("redis_group_expected_nodes{redis_group=\"workers\"}"), "2");
  const Fleet::Member& first = *fleet_->members()[0];
  EXPECT_EQ(first.labels,
            "instance=\"127.0.0.1" + port + "\",redis_group=\"workers\",team=\"web\"");
  EXPECT_EQ(first.listed.origin, "here, an address of workers.test");
  EXPECT_EQ(first.listed.target.spelling, "redis://127.0.0.1" + port);
  EXPECT_TRUE(scrape(*first.node)->up);
}

TEST_F(ListedNamesOfFleet, NodesComeAndGoWithTheirAddresses) {
  const FakeRedis redis;
  add_workers(redis);
  dns_.say({"127.0.0.1", "127.0.0.2"});
  begin(std::chrono::minutes(5), dns_.lookup());
  ASSERT_TRUE(wait_until([&] { return fleet_->members().size() == 2; }));
  const std::string port = ':' + port_of(redis);
  const std::shared_ptr<Node> stays = fleet_->members()[0]->node;

  dns_.say({"127.0.0.3", "127.0.0.1"});
  ASSERT_TRUE(
      wait_until([&] { return instances() == "127.0.0.1" + port + " 127.0.0.3" + port + ' '; }));
  EXPECT_EQ(fleet_->members()[0]->node, stays);

  // What DNS said last holds while it fails.
  dns_.say({});
  run_in(loop_, sleep_until(Clock::now() + milliseconds(100)));
  EXPECT_EQ(fleet_->members().size(), 2u);
  EXPECT_TRUE(fleet_->ready());
}

TEST_F(ListedNamesOfFleet, ANameThatDnsDoesNotKnowStandsForItself) {
  const FakeRedis redis;
  add_workers(redis);
  dns_.say({});
  begin(std::chrono::minutes(5), dns_.lookup());
  ASSERT_TRUE(wait_until([&] { return fleet_->ready(); }));
  const std::string port = ':' + port_of(redis);
  EXPECT_EQ(instances(), "workers.test" + port + ' ');
  EXPECT_EQ(scrape(*fleet_->members()[0]->node)->failure.reason, Reason::dns);
  // A list for Prometheus waits for it.
  EXPECT_EQ(fleet_->undiscovered(), "workers");
  dns_.say({"127.0.0.1"});
  EXPECT_TRUE(wait_until([&] { return instances() == "127.0.0.1" + port + ' '; }));
  EXPECT_EQ(fleet_->undiscovered(), "");
}

TEST_F(ListedNamesOfFleet, AListDoesNotWaitForeverForAName) {
  const FakeRedis redis;
  add_workers(redis);
  dns_.say({});
  begin(milliseconds(50), dns_.lookup());
  ASSERT_TRUE(wait_until([&] { return fleet_->ready(); }));
  EXPECT_TRUE(wait_until([&] { return fleet_->undiscovered().empty(); }));
  EXPECT_EQ(fleet_->undiscovered("workers"), "workers");
}

TEST_F(ListedNamesOfFleet, AnAddressIsItself) {
  const FakeRedis redis;
  Group& group = add_group("workers", {&redis});
  group.all_addresses = true;
  begin(std::chrono::minutes(5), dns_.lookup());
  EXPECT_TRUE(fleet_->ready());
  EXPECT_EQ(instances(), address(redis) + ' ');
}

// The address is connected to, and the certificate is for the name.
TEST_F(ListedNamesOfFleet, CertificatesAreForTheName) {
  Certificates certificates;
  const Certificates::Pair pair = certificates.sign("workers.test", std::time(nullptr) + 3600);
  FakeRedis redis;
  redis.speaks_tls({pair.certificate, pair.key, ""});
  Group& group = add_workers(redis);
  group.nodes[0].target.transport = Target::Transport::tls;
  group.tls.ca_file = certificates.ca();
  dns_.say({"127.0.0.1"});
  begin(std::chrono::minutes(5), dns_.lookup());
  ASSERT_TRUE(wait_until([&] { return fleet_->members().size() == 1; }));
  const Fleet::Member& member = *fleet_->members()[0];
  EXPECT_EQ(member.listed.target.spelling, "rediss://127.0.0.1:" + port_of(redis));
  EXPECT_TRUE(scrape(*member.node)->up);
}

}  // namespace
}  // namespace fleet::test
