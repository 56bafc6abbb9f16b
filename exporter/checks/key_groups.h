// SPDX-License-Identifier: Apache-2.0
// Count and memory of all keys of all databases, by groups that their names tell.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "checks/key_reader.h"
#include "checks/key_walks.h"
#include "checks/lua_patterns.h"

namespace fleet {

class KeyGroups : public Check {
 public:
  static constexpr std::string_view kKeyspace = "INFO";
  static constexpr std::string_view kMemory = KeyReader::kMemory;
  static constexpr std::string_view kOverflow = "overflow";
  // Groups that are kept apart while walking; of each database the dearest `most` are told.
  static constexpr std::size_t kMostTracked = 20000;
  static constexpr std::size_t kMostDatabases = 1024;
  static constexpr std::size_t kLongestName = 512;  // of a key that patterns are tried on

  KeyGroups(std::vector<std::string> patterns, std::size_t most)
      : most_(most), patterns_(std::move(patterns)) {}

  void ask(Slice& slice) override;
  void take(std::span<const Reply> replies) override;
  void skip_database(std::string_view why) override;
  void describe(SampleSet& out) const override;
  double progress() const override;

 private:
  struct Sum {
    double keys = 0, bytes = 0;
    bool known = true;  // the bytes of all keys
    void add(const Sum& other) {
      keys += other.keys;
      bytes += other.bytes;
      known = known && other.known;
    }
  };
  using Groups = std::map<std::string, Sum, std::less<>>;
  enum class Step : std::uint8_t { keyspace, scan, memory };

  void add(std::string_view key, std::optional<double> bytes);
  void take_keyspace(Reply reply);

  const std::size_t most_;
  LuaPatterns patterns_;
  Step step_ = Step::keyspace;     // of the slice under way
  std::optional<KeyWalks> walks_;  // one a database, when these are known
  std::uint32_t database_ = 0;     // of the keys that wait
  std::vector<std::string> keys_;  // that SCAN found, and that wait for MEMORY USAGE
  std::size_t asked_ = 0;          // of them, from the end
  std::map<std::uint32_t, Groups> groups_;
  std::size_t tracked_ = 0;
};

}  // namespace fleet
