// SPDX-License-Identifier: Apache-2.0
// A regular expression as Go and RE2 write it, looked for anywhere in a text. The time that this
// takes grows with the text and no faster, whatever the two are: the text may be a server's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace fleet {

class Regex {
 public:
  // What is wrong with a pattern, and how to write it; "" when nothing is.
  static std::string problem(std::string_view pattern);

  // One that is wrong matches nothing.
  explicit Regex(std::string_view pattern);
  bool matches(std::string_view text) const;

 private:
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace fleet
