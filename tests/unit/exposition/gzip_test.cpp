// SPDX-License-Identifier: Apache-2.0
#include "exposition/gzip.h"

#include <random>

#include <gtest/gtest.h>

#include "support/gunzip.h"

namespace fleet {
namespace {

std::string page(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i)
    text += "redis_commands_total{cmd=\"c" + std::to_string(i % 97) + "\"} " +
            std::to_string(i * 7919) + "\n";
  text.resize(size);
  return text;
}

// Does not get smaller.
std::string noise(std::size_t size) {
  std::mt19937 random(1);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::string compressed(std::string_view text) {
  std::string out;
  Gzip().compress(text, true, out);
  return out;
}

TEST(Gzip, IsReadBackByZlib) {
  for (const std::size_t size : {0u, 1u, 100u, 4096u, 80'000u, 3'000'000u}) {
    SCOPED_TRACE(size);
    EXPECT_TRUE(test::gunzip(compressed(page(size))) == page(size));
    EXPECT_TRUE(test::gunzip(compressed(noise(size))) == noise(size));
  }
}

TEST(Gzip, MakesAPageSmall) { EXPECT_LT(compressed(page(80'000)).size(), 80'000u / 4); }

TEST(Gzip, PiecesAreOneMember) {
  for (const std::size_t piece : {1u, 7u, 1000u, 65'536u}) {
    SCOPED_TRACE(piece);
    const std::string text = page(piece == 1 ? 5000 : 300'000);
    Gzip gzip;
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += piece)
      gzip.compress(std::string_view(text).substr(at, piece), false, out);
    gzip.compress("", true, out);
    EXPECT_TRUE(test::gunzip(out) == text);
  }
}

TEST(Gzip, AppendsToWhatIsThere) {
  std::string out = "before";
  Gzip().compress("text", true, out);
  ASSERT_TRUE(out.starts_with("before"));
  EXPECT_EQ(test::gunzip(std::string_view(out).substr(6)), "text");
}

TEST(Gzip, ServesOneMemberAfterAnother) {
  Gzip gzip;
  for (int i = 0; i < 3; ++i) {
    std::string out;
    gzip.compress(page(50'000), false, out);
    gzip.compress(std::to_string(i), true, out);
    EXPECT_TRUE(test::gunzip(out) == page(50'000) + std::to_string(i));
  }
}

}  // namespace
}  // namespace fleet
