// SPDX-License-Identifier: Apache-2.0
// A string that cannot be streamed, formatted, logged or turned into text by accident. Who needs it
// writes reveal(), which is easy to search for.
#pragma once

#include <string>
#include <utility>

namespace fleet {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const& { return text_; }
  const std::string& reveal() const&& = delete;  // the reference would outlive the secret

  bool operator==(const Secret&) const = default;

  // Overloads that say no, so that no conversion to come can make printing compile.
  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;

 private:
  std::string text_;
};

}  // namespace fleet
