// SPDX-License-Identifier: Apache-2.0
// What a check asks in one go: a batch of commands for one database, small enough to keep the
// server for a millisecond or two.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fleet {

// Whether an error says that another node of the Cluster has the key.
inline bool is_elsewhere(std::string_view error) {
  return error.starts_with("MOVED") || error.starts_with("ASK");
}

// What an error of `line` says, and of which key where it is about that and not about the command.
std::string error_of(std::string_view line, std::string_view key, std::string_view error);

class Slice {
 public:
  // What becomes of a command.
  struct Wire {
    std::string name = {};     // what the server calls it
    std::string refused = {};  // why it is not sent; empty: it is
  };
  using Rules = std::function<Wire(std::string_view line)>;
  // Why `line` is not sent about a key of a database, in the server's words; "": it is.
  using KeyRules = std::function<std::string(std::string_view line, std::uint32_t database,
                                             std::string_view key)>;

  // The rules must outlive the slice. So many `keys`, to be looked at, are work for about a
  // millisecond.
  Slice(const Rules& rules, std::size_t keys, const KeyRules* key_rules = nullptr)
      : weight(keys), rules_(rules), key_rules_(key_rules) {}

  std::uint32_t database = 0;
  const std::size_t weight;

  // "TYPE: NOPERM ..." when a command cannot be sent, "" when it can.
  std::string refused(std::string_view line);
  // The same about one key of `database`, which must be set.
  std::string refused(std::string_view line, std::string_view key);
  // Adds a command that is not refused. `line` is a constant, its arguments may hold any bytes.
  void add(std::string_view line, std::initializer_list<std::string_view> arguments = {});

  const std::string& bytes() const { return bytes_; }
  // Of each command, without arguments.
  const std::vector<std::string_view>& lines() const { return lines_; }
  // The first argument of each, its key where it has one; good for as long as what was added is.
  const std::vector<std::string_view>& keys() const { return keys_; }

 private:
  const Wire& wire(std::string_view line);

  const Rules& rules_;
  const KeyRules* const key_rules_;
  std::map<std::string_view, Wire> wires_;  // a slice has many of the same few commands
  std::string bytes_;
  std::vector<std::string_view> lines_, keys_;
};

}  // namespace fleet
