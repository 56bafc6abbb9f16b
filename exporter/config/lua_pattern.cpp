// SPDX-License-Identifier: Apache-2.0
#include "config/lua_pattern.h"

#include <vector>

#include "base/characters.h"

namespace fleet {
namespace {

constexpr std::size_t kMostCaptures = 32;

class Reader {
 public:
  explicit Reader(std::string_view pattern) : rest_(pattern) {}

  std::string run() {
    while (!rest_.empty()) {
      std::string problem = read_item();
      if (!problem.empty()) return problem;
    }
    return open_.empty() ? "" : "a ( is not closed; write %( for one in a name";
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string read_item() {
    switch (take()) {
      case '(':
        if (closed_.size() >= kMostCaptures) return "more than 32 captures";
        open_.push_back(closed_.size());
        closed_.push_back(false);
        return {};
      case ')':
        if (open_.empty()) return "a ) closes nothing; write %) for one in a name";
        closed_[open_.back()] = true;
        open_.pop_back();
        return {};
      case '[':
        return read_set();
      case '%':
        return read_escape();
      default:
        return {};
    }
  }

  std::string read_escape() {
    if (rest_.empty()) return "ends with %; write %% for one in a name";
    const char c = take();
    if (c == 'b') {
      if (rest_.size() < 2) return "%b wants two characters, as in %b()";
      rest_.remove_prefix(2);
    } else if (c == 'f') {
      if (!rest_.starts_with('[')) return "%f wants a set, as in %f[%w]";
    } else if (is_digit(c)) {
      const auto capture = static_cast<std::size_t>(c - '1');
      if (c == '0' || capture >= closed_.size() || !closed_[capture])
        return std::string("%") + c + " stands for no capture before it";
    }
    return {};
  }

  // Behind its [. A ] that comes first is one of the set.
  std::string read_set() {
    if (rest_.starts_with('^')) rest_.remove_prefix(1);
    bool first = true;
    while (!rest_.empty()) {
      const char c = take();
      if (c == ']' && !first) return {};
      first = false;
      if (c == '%' && !rest_.empty()) rest_.remove_prefix(1);
    }
    return "a [ is not closed; write %[ for one in a name";
  }

  std::string_view rest_;
  std::vector<std::size_t> open_;  // captures that are not closed yet
  std::vector<bool> closed_;       // by capture
};

}  // namespace

std::string lua_pattern_problem(std::string_view pattern) { return Reader(pattern).run(); }

}  // namespace fleet
