// SPDX-License-Identifier: Apache-2.0
// Type, size, memory and value of keys that are known by name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/version.h"
#include "checks/slice.h"
#include "config/key_list.h"
#include "resp/reply.h"

namespace fleet {

// What counts the elements of a type, or the bytes of a string.
struct SizeCommand {
  std::string_view type, line;
  Version since = 0;
};
inline constexpr SizeCommand kSizeCommands[] = {{"string", "STRLEN"},
                                                {"list", "LLEN"},
                                                {"set", "SCARD"},
                                                {"zset", "ZCARD"},
                                                {"hash", "HLEN"},
                                                {"stream", "XLEN", 0x050000},
                                                {"array", "ARCOUNT", 0x080800}};

class KeyReader {
 public:
  static constexpr std::string_view kType = "TYPE";
  static constexpr std::string_view kMemory = "MEMORY USAGE";  // since 4.0
  static constexpr std::string_view kPfcount = "PFCOUNT";
  static constexpr std::string_view kGetrange = "GETRANGE";
  // Of a value, so much is read: the label holds no more.
  static constexpr std::size_t kMostValue = 512;

  struct Key {
    std::uint32_t database = 0;
    std::string name;
    bool read = false;  // TYPE or MEMORY USAGE was answered: the rest says how it is
    bool exists = false;
    std::optional<double> memory = {};  // bytes
    std::optional<double> size = {};    // elements, or bytes of a string
    // Of a string that is text, as far as it was read; not of a HyperLogLog.
    std::optional<std::string> value = {};
  };

  explicit KeyReader(bool values) : values_(values) {}

  void add(std::uint32_t database, std::string_view name);
  bool done() const { return begin_ == keys_.size(); }
  // Adds the next commands. Not to be called when done.
  void ask(Slice& slice);
  void take(std::span<const Reply> replies);
  // The keys of the slice are in a database that cannot be selected.
  void skip();

  // Those that were read; names that stand twice are read twice.
  std::span<const Key> keys() const { return std::span(keys_).first(begin_); }
  std::size_t size() const { return keys_.size(); }
  // Whether another node of the Cluster had a key.
  bool elsewhere() const { return elsewhere_; }
  // The first error, "" when there was none.
  const std::string& why() const { return why_; }

 private:
  // The steps for one batch of keys.
  enum class Step : std::uint8_t { type, size, cardinality };
  // What a reply is for.
  enum class About : std::uint8_t { type, memory, size, value };
  struct Asked {
    std::size_t key;
    About about;
    std::string_view line;
  };
  void ask(Slice& slice, std::size_t key, About about, std::string_view line);
  void ask_type(Slice& slice, std::size_t key);
  void ask_size(Slice& slice, std::size_t key);
  void ask_cardinality(Slice& slice, std::size_t key);
  void take(const Asked& asked, Reply reply);
  void advance();

  const bool values_;
  std::vector<Key> keys_;
  std::size_t begin_ = 0, end_ = 0;  // the batch
  Step step_ = Step::type;
  std::vector<std::string> types_;    // of the batch
  std::vector<bool> is_hyperloglog_;  // of the batch
  std::vector<Asked> asked_;
  bool elsewhere_ = false;
  std::string why_;
};

}  // namespace fleet
