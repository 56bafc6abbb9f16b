// SPDX-License-Identifier: Apache-2.0
#include "samples/sample_set.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fleet {
namespace {

constexpr Metric kPlain = gauge("redis_plain", "Plain.");
constexpr Metric kLabelled = gauge("redis_labelled", "With labels.", "a,b");
constexpr Metric kUndeclared = gauge("redis_undeclared", "Not declared.");

Catalogue make_catalogue() {
  Catalogue catalogue;
  catalogue.declare(kPlain);
  catalogue.declare(kLabelled);
  return catalogue;
}
const Catalogue kCatalogue = make_catalogue();

std::vector<std::pair<std::string, double>> family(const SampleSet& set, const Metric& metric) {
  std::vector<std::pair<std::string, double>> found;
  for (std::uint32_t at = set.first(kCatalogue.ordinal(metric)); at != SampleSet::kNone;
       at = set.sample(at).next)
    found.emplace_back(
        std::string(set.text(set.sample(at).labels)) + std::string(set.text(set.sample(at).tail)),
        set.sample(at).value);
  return found;
}

std::string labelled(std::string_view value) {
  std::string out;
  append_labels(out, {{"a", value}});
  return out;
}

TEST(SampleSet, KeepsEachFamilyTogetherInOrderOfArrival) {
  SampleSet set(kCatalogue);
  set.add(kLabelled, {{"a", "1"}}, 1);
  set.add(kPlain, 2);
  set.add(kLabelled, {{"a", "3"}, {"b", "x"}}, 3);
  const std::vector<std::pair<std::string, double>> want = {{"a=\"1\"", 1}, {"a=\"3\",b=\"x\"", 3}};
  EXPECT_EQ(family(set, kLabelled), want);
  EXPECT_EQ(family(set, kPlain).size(), 1u);
  EXPECT_EQ(set.size(), 3u);
}

TEST(SampleSet, SharesAndExtendsLabels) {
  SampleSet set(kCatalogue);
  const SampleSet::Labels base = set.labels({{"a", "get"}});
  set.add(kLabelled, base, 1);
  set.add(kLabelled, set.labels(base, {"le", "16"}), 2, SampleSet::Part::bucket);
  set.add(kLabelled, set.labels({}, {"le", "1"}), 3);
  set.add(kLabelled, base, set.labels({{";le", "2"}}), 4, SampleSet::Part::bucket);
  const std::vector<std::pair<std::string, double>> want = {
      {"a=\"get\"", 1}, {"a=\"get\",le=\"16\"", 2}, {"le=\"1\"", 3}, {"a=\"get\";le=\"2\"", 4}};
  EXPECT_EQ(family(set, kLabelled), want);
}

TEST(SampleSet, RefusesAMetricThatNobodyDeclared) {
  SampleSet set(kCatalogue);
  EXPECT_THROW(set.add(kUndeclared, 1), std::logic_error);
}

TEST(SampleSet, DropsWhatNoSaneServerGives) {
  SampleSet set(kCatalogue);
  for (std::size_t i = 0; i < SampleSet::kMaxSamples; ++i) set.add(kPlain, 1);
  EXPECT_FALSE(set.overflowed());
  set.add(kPlain, 1);
  EXPECT_TRUE(set.overflowed());
  EXPECT_EQ(set.size(), SampleSet::kMaxSamples);
}

TEST(SampleSet, StopsTakingLabelText) {
  SampleSet set(kCatalogue);
  const std::string value(512, 'x');
  std::size_t added = 0;
  for (; added < SampleSet::kMaxSamples && !set.overflowed(); ++added)
    set.add(kLabelled, {{"a", value}}, 1);
  EXPECT_TRUE(set.overflowed());
  EXPECT_LT(added, 70'000u);  // 32 MiB of them
  EXPECT_LT(set.size(), added) << "a sample without its labels must not come in";
}

TEST(AppendLabels, EscapesWhatTheFormatNeeds) {
  EXPECT_EQ(labelled("plain text, {}=1"), "a=\"plain text, {}=1\"");
  EXPECT_EQ(labelled("\"quoted\""), "a=\"\\\"quoted\\\"\"");
  EXPECT_EQ(labelled("C:\\dir"), "a=\"C:\\\\dir\"");
  EXPECT_EQ(labelled("two\nlines"), "a=\"two\\nlines\"");
  EXPECT_EQ(labelled(""), "a=\"\"");
}

TEST(AppendLabels, KeepsUtf8AndReplacesWhatIsNone) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(labelled("Zürich \xF0\x9F\x98\x80 €"), "a=\"Zürich \xF0\x9F\x98\x80 €\"");
  EXPECT_EQ(labelled("\xFF"), "a=\"" + bad + "\"");
  EXPECT_EQ(labelled("x\xC3"), "a=\"x" + bad + "\"") << "cut short";
  EXPECT_EQ(labelled("\xC3x"), "a=\"" + bad + "x\"");
  EXPECT_EQ(labelled("\xC0\xAF"), "a=\"" + bad + bad + "\"") << "overlong";
  EXPECT_EQ(labelled("\xE0\x80\x80"), "a=\"" + bad + bad + bad + "\"") << "overlong";
  EXPECT_EQ(labelled("\xED\xA0\x80"), "a=\"" + bad + bad + bad + "\"") << "a surrogate";
  EXPECT_EQ(labelled("\xF4\x90\x80\x80"), "a=\"" + bad + bad + bad + bad + "\"")
      << "above U+10FFFF";
  EXPECT_EQ(labelled("\x80"), "a=\"" + bad + "\"");
  EXPECT_EQ(labelled(std::string_view("x\0y", 3)), "a=\"x" + bad + "y\"") << "ends a page";
}

TEST(AppendLabels, CutsLongValuesBetweenCharacters) {
  EXPECT_EQ(labelled(std::string(512, 'x')).size(), 512 + 4u);
  EXPECT_EQ(labelled(std::string(100'000, 'x')).size(), 512 + 4u);
  std::string euros;
  for (int i = 0; i < 1000; ++i) euros += "€";
  const std::string out = labelled(euros);
  EXPECT_EQ((out.size() - 4) % 3, 0u) << "no character is cut in two";
  EXPECT_LE(out.size(), 512 + 4 + 3u);
  const std::string quotes = labelled(std::string(1000, '"'));
  EXPECT_TRUE(quotes.ends_with("\\\"\"")) << "no escape is cut in two";
}

}  // namespace
}  // namespace fleet
