// SPDX-License-Identifier: Apache-2.0
// Streams with their groups and consumers: of those that are named, and of those that patterns
// find.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/version.h"
#include "checks/check.h"
#include "checks/key_walks.h"
#include "checks/own_slots.h"

namespace fleet {

class StreamsCheck : public Check {
 public:
  static constexpr std::string_view kStream = "XINFO STREAM";  // since 5.0
  static constexpr std::string_view kGroups = "XINFO GROUPS";
  static constexpr std::string_view kConsumers = "XINFO CONSUMERS";

  struct Limits {
    std::size_t rows = 10000;  // streams, groups and consumers, of all databases
    bool consumers = true;     // otherwise they are not asked about
  };

  // `slots` of a node of a Cluster; null: it has all.
  StreamsCheck(const std::vector<KeyPattern>& names, std::shared_ptr<OwnSlots> slots,
               Version version, const Limits& limits);
  // Those that patterns find, less those that another check reads by name.
  StreamsCheck(std::vector<KeyPattern> patterns, const std::vector<KeyPattern>& less,
               Version version, const Limits& limits);

  void ask(Slice& slice) override;
  void take(std::span<const Reply> replies) override;
  void skip_database(std::string_view why) override;
  void describe(SampleSet& out) const override;
  double progress() const override;

 private:
  using Values = std::vector<std::pair<const Metric*, double>>;
  struct Row {
    std::string name;
    Values values;
  };
  struct Group : Row {
    std::vector<Row> consumers;
  };
  struct Stream : Row {
    std::uint32_t database = 0;
    std::vector<Group> groups;
  };
  enum class About : std::uint8_t { stream, full, groups, consumers };
  struct Asked {
    std::size_t stream, group;
    About about;
  };

  void add(std::uint32_t database, std::string_view name);
  bool has_room(std::string_view name);
  bool ask(Slice& slice, std::string_view line, const Asked& about);
  void ask_streams(Slice& slice);
  void ask_consumers(Slice& slice);
  void take(const Asked& asked, Reply reply);
  void take_groups(Stream& stream, Reply reply);
  void take_nacked(Stream& stream, Reply reply);

  const Limits limits_;
  const bool full_;  // XINFO STREAM FULL tells more
  NamedKeys named_;
  const std::set<KeyPattern> less_;
  std::size_t rows_ = 0;
  KeyWalks walks_;
  bool walking_ = false;  // the slice under way is a walk's
  std::vector<Stream> streams_;
  std::size_t begin_ = 0, end_ = 0;               // the batch
  std::size_t next_stream_ = 0, next_group_ = 0;  // whose consumers come next, in the batch
  std::vector<Asked> asked_;
};

}  // namespace fleet
