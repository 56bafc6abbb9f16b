// SPDX-License-Identifier: Apache-2.0
// What FT.INFO tells of the search indexes whose names match.
#pragma once

#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check.h"
#include "checks/search_metrics.h"
#include "config/regex.h"

namespace fleet {

class SearchCheck : public Check {
 public:
  static constexpr std::string_view kList = "FT._LIST";  // since RediSearch 2.0
  static constexpr std::string_view kInfo = "FT.INFO";
  static constexpr std::size_t kMostIndexes = 1000;
  static constexpr std::size_t kMostListed = 10000;  // looked at for names that match
  static constexpr std::size_t kAtOnce = 10;  // of a slice: a reply has a part for each attribute

  // `module`: whether the server has such a module, none where it does not tell. One that has none
  // is not asked.
  SearchCheck(Regex names, std::optional<bool> module, std::uint32_t database)
      : names_(std::move(names)), module_(module), database_(database), listed_(module == false) {}

  void ask(Slice& slice) override;
  void take(std::span<const Reply> replies) override;
  void skip_database(std::string_view why) override;
  void describe(SampleSet& out) const override;
  double progress() const override;

 private:
  struct Index {
    std::string name;
    std::array<std::optional<double>, std::size(kSearchFields)> values = {};
  };
  void list(Reply names);
  void refuse(std::string why);
  static void read(Reply info, Index& index);

  const Regex names_;
  const std::optional<bool> module_;
  const std::uint32_t database_;
  bool listed_;
  std::vector<Index> indexes_;
  std::size_t next_ = 0;
  std::vector<std::size_t> asked_;  // indexes, in the slice under way
};

}  // namespace fleet
