// SPDX-License-Identifier: Apache-2.0
#include "http/debug_page.h"

#include <gtest/gtest.h>

namespace fleet::http {
namespace {

using std::chrono::milliseconds;

class DebugPage : public testing::Test {
 protected:
  DebugPage() {
    scrape_.up = true;
    scrape_.began = Clock::time_point(milliseconds(1000));
    scrape_.took = milliseconds(30);
    scrape_.limits.deadline = scrape_.began + milliseconds(9000);
    scrape_.limits.budget = milliseconds(2000);
    request_.target = "redis://a:6379";
    request_.arrived = scrape_.began - milliseconds(1);
    request_.deadline = scrape_.limits.deadline;
    request_.deadline_from = "--scrape.timeout 10s";
  }
  void expect(const std::string& part) const {
    const std::string page = debug_page(scrape_, request_);
    EXPECT_NE(page.find(part), std::string::npos) << part << "\nis not in\n" << page;
  }
  void expect_not(const std::string& part) const {
    EXPECT_EQ(debug_page(scrape_, request_).find(part), std::string::npos) << part;
  }

  Explanation scrape_;
  DebugRequest request_;
};

TEST_F(DebugPage, SaysHowItEnded) {
  expect("Scrape of redis://a:6379, explained\n\nResult: up and complete\n");
  scrape_.collectors.push_back({"slowlog", false, 0.001, 1, "SLOWLOG LEN: no reply"});
  expect("Result: up, but not complete\nMissing: slowlog: SLOWLOG LEN: no reply\n");
  expect("  slowlog  failed  1 sample  1.000 ms, SLOWLOG LEN: no reply\n");
  scrape_ = Explanation();
  scrape_.failure = Failure(Reason::refused, "connect: nobody listens there");
  expect("Result: down, redis_up 0\nReason: refused: connect: nobody listens there\n");
  expect("INFO was not answered");
  expect("\nNothing was sent\n");
  expect_not("Collectors");
}

TEST_F(DebugPage, TimesEachStepAndNamesTheLimits) {
  scrape_.steps = {{"connected", milliseconds(2)}, {"greeting out", milliseconds(5)}};
  expect("  connected          2.000 ms     at 2.000 ms\n");
  expect("  greeting out       3.000 ms     at 5.000 ms\n");
  expect("  request to scrape  1.000 ms     finding");
  expect("  total              30.000 ms\n");
  expect("  deadline           9000.000 ms  from the scrape's begin; --scrape.timeout 10s\n");
  expect("  node's budget      2000.000 ms  from its turn to connect; --connection-timeout\n");
  scrape_.limits.from_begin = true;
  expect("2000.000 ms  from the scrape's begin, as a connection was kept; --connection-timeout\n");
  scrape_.steps.push_back({"its first byte", std::nullopt});
  expect("  its first byte     not reached\n");
}

TEST_F(DebugPage, SaysWhenLimitsAreOthers) {
  scrape_.limits.short_budget = true;
  expect("it was silent twice in a row");
  request_.arrived = scrape_.began + milliseconds(1);
  request_.deadline += milliseconds(2);
  expect("begun for an earlier request with debug=true");
  expect("of the request that began it");
  expect_not("--scrape.timeout");
}

TEST_F(DebugPage, ListsWhatWasSentAndWhatWasNot) {
  const std::string wide(100, 'w');
  scrape_.exchanges.push_back({"in one write", {{"INFO all", "text of 9 bytes"}, {wide, "nil"}}});
  scrape_.bytes = 42;
  scrape_.skipped = {{"slowlog", "SLOWLOG LEN", "collector switched off"},
                     {"sentinel", "", "only for Sentinels"},
                     {"", "SELECT", "refused"}};
  expect("\nSent in one write\n  INFO all  text of 9 bytes\n  " + wide + "  nil\n");
  expect("\n2 commands sent, 42 bytes of replies received\n");
  expect("  SLOWLOG LEN   slowlog   collector switched off\n");
  expect("  (INFO alone)  sentinel  only for Sentinels\n");
  expect("  SELECT        -         refused\n");
}

TEST_F(DebugPage, HasTargetNodeAndRoomForTheMetrics) {
  scrape_.target = {{"node", "a:6379"}, {"connection", "none"}};
  scrape_.node = {{"role", "master"}};
  expect("\nTarget\n  node        a:6379\n  connection  none\n");
  expect("\nNode, as INFO has it\n  role  master\n");
  request_.group = "web, fleet.yaml:3:5";
  request_.credentials = "user ada, password of the group's credentials";
  expect("\nTarget\n  group        web, fleet.yaml:3:5\n  credentials  user ada, password of the ");
  EXPECT_TRUE(debug_page(scrape_, request_).ends_with("\n\nMetrics of this scrape:\n\n"));
}

}  // namespace
}  // namespace fleet::http
