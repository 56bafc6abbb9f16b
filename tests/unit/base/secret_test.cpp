// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

#include <gtest/gtest.h>

namespace fleet {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(Streamable<std::string> && !Streamable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST(Secret, IsRevealedOnlyWhenAsked) {
  const Secret secret(std::string("hunter2"));
  EXPECT_EQ(secret.reveal(), "hunter2");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, ComparesByContent) {
  EXPECT_TRUE(Secret(std::string("a")) == Secret(std::string("a")));
  EXPECT_FALSE(Secret(std::string("a")) == Secret(std::string("b")));
}

}  // namespace
}  // namespace fleet
