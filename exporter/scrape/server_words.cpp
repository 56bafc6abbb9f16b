// SPDX-License-Identifier: Apache-2.0
#include "scrape/server_words.h"

#include <utility>

#include "base/printable.h"

namespace fleet {

// Cut second: half a password would not be found.
std::string server_words(std::string_view text, const Target& target) {
  std::string words = without_password(std::string(text), target);
  if (words.size() > Reply::kWords) words.replace(Reply::kWords, std::string::npos, "...");
  return words;
}

Failure with_server_words(Failure failure, const Target& target) {
  constexpr std::size_t kShown = 40;
  if (failure.heard.empty()) return failure;
  const std::string heard = without_password(std::exchange(failure.heard, {}), target);
  failure.message += " It sent \"" + printable(heard, kShown) + '"';
  return failure;
}

}  // namespace fleet
