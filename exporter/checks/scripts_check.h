// SPDX-License-Identifier: Apache-2.0
// What the operator's own Lua scripts give.
#pragma once

#include <vector>

#include "checks/check.h"
#include "config/check_settings.h"

namespace fleet {

class ScriptsCheck : public Check {
 public:
  static constexpr std::string_view kEval = "EVAL";
  static constexpr std::string_view kEvalRo = "EVAL_RO";  // since 7.0
  static constexpr std::size_t kMostValues = 10000;       // of a script

  // Read-only scripts: the server refuses writes in them. They begin in `database`.
  ScriptsCheck(std::vector<Script> scripts, bool read_only, std::uint32_t database = 0)
      : scripts_(std::move(scripts)),
        results_(scripts_.size()),
        read_only_(read_only),
        database_(database) {}

  void ask(Slice& slice) override;
  void take(std::span<const Reply> replies) override;
  void skip_database(std::string_view why) override {
    fail(std::string(why));
    next_ = scripts_.size();
  }
  void describe(SampleSet& out) const override;

 private:
  enum class Outcome : std::uint8_t { failed, ok, empty };
  struct Result {
    Outcome outcome = Outcome::failed;
    std::vector<std::pair<std::string, double>> values = {};
  };
  Result read(const Script& script, Reply reply);

  const std::vector<Script> scripts_;
  std::vector<Result> results_;  // by script
  const bool read_only_;
  const std::uint32_t database_;
  std::size_t next_ = 0;
};

}  // namespace fleet
