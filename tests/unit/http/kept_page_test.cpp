// SPDX-License-Identifier: Apache-2.0
#include "http/kept_page.h"

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace fleet::http {
namespace {

// A page that takes `takes_` to make, and says how many were made.
class KeptPageTest : public testing::Test {
 protected:
  std::string ask(std::uint64_t state) {
    return page_
        .answer(state, false,
                [this] {
                  std::this_thread::sleep_for(takes_);
                  Response response;
                  response.body = std::to_string(++made_);
                  return response;
                })
        .body;
  }

  KeptPage page_;
  std::chrono::milliseconds takes_{0};
  int made_ = 0;
};

TEST_F(KeptPageTest, WhatIsDearIsMadeOnceForAllWhoAsk) {
  takes_ = std::chrono::milliseconds(500);  // is kept for 5 s
  EXPECT_EQ(ask(0), "1");
  EXPECT_EQ(ask(0), "1");
}

TEST_F(KeptPageTest, IsMadeAnewAfterTenTimesAsLong) {
  takes_ = std::chrono::milliseconds(1);
  EXPECT_EQ(ask(0), "1");
  for (int i = 0; i < 10'000 && ask(0) == "1"; ++i) std::this_thread::sleep_for(takes_);
  EXPECT_EQ(made_, 2);
}

TEST_F(KeptPageTest, WhoChangedTheStateSeesItAtOnce) {
  takes_ = std::chrono::milliseconds(500);
  EXPECT_EQ(ask(0), "1");
  takes_ = std::chrono::milliseconds(0);
  EXPECT_EQ(ask(1), "2");
}

}  // namespace
}  // namespace fleet::http
