// SPDX-License-Identifier: Apache-2.0
// The text that INFO answers, walked once and indexed: fields by name, rows by section.
//
//   # Memory                               a section
//   used_memory:1048576                    a field
//   # Commandstats
//   cmdstat_get:calls=3,usec=14            a row: one line per subject, columns behind it
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace fleet {

class Info {
 public:
  struct Line {
    std::string_view key, value;
  };
  // A lying server's text stops being read here; `truncated` tells.
  static constexpr std::size_t kMaxLines = 64 << 10;
  static constexpr std::size_t kMaxFields = 4096;

  // Views into `text`, which must outlive this.
  explicit Info(std::string_view text);

  // A field's value; none when the server did not send it. When a field comes twice the first
  // counts.
  std::optional<std::string_view> find(std::string_view key) const;
  // The same, "" when absent.
  std::string_view text(std::string_view key) const { return find(key).value_or(""); }
  // As a number: "ok" and "true" are 1, "err", "fail" and "false" 0, "12.5%" is 12.5. None for
  // other text.
  std::optional<double> number(std::string_view key) const;
  static std::optional<double> number_in(std::string_view value);

  // The lines of a section ("Commandstats", in any case), none when it is not there.
  std::span<const Line> section(std::string_view name) const;
  bool has_section(std::string_view name) const;  // with lines or without
  std::span<const Line> lines() const { return lines_; }
  bool truncated() const { return truncated_; }

 private:
  struct Section {
    std::string_view name;
    std::uint32_t first;
  };
  void index(std::uint32_t line);
  // Where the key is, or would be; none when too many others stand in its way.
  std::optional<std::size_t> slot_of(std::string_view key) const;

  std::vector<Line> lines_;
  std::vector<Section> sections_;
  std::vector<std::uint32_t> slots_;  // line number + 1, 0: free; open addressing
  std::size_t fields_ = 0;
  bool truncated_ = false;
};

// The columns of a row, "calls=3,usec=14", or of a line of CLIENT LIST with ' '.
// `name` absent in the row: none.
std::optional<std::string_view> column(std::string_view row, std::string_view name,
                                       char separator = ',');

}  // namespace fleet
