// SPDX-License-Identifier: Apache-2.0
// The text after /scrape?target= and the allow list: whatever comes, parsing ends, what is accepted
// stays within its limits, and no message shows a password that was understood.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "config/allow_list.h"
#include "config/target.h"

namespace {

using fleet::Target;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Target& target, std::string_view text) {
  const bool socket = target.transport == Target::Transport::unix_socket;
  require(socket == target.host.empty() && socket != target.path.empty());
  require(socket == (target.port == 0));
  require(!fleet::display(target).empty());
  // The spelling is the text without its user, and reads back as the same place.
  std::string problem;
  const auto again = fleet::parse_target(target.spelling, problem);
  require(again && !again->password && again->username.empty());
  require(again->host == target.host && again->port == target.port && again->path == target.path);
  require(again->database == target.database && target.spelling.size() <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string problem;
  const auto target = fleet::parse_target(text, problem);
  require(target.has_value() == problem.empty());
  if (target) check(*target, text);
  // A message is text that a log line and an HTTP answer can hold.
  for (const char c : fleet::without_secrets(text)) require(c >= ' ' && c <= '~');

  std::vector<std::string> problems;
  const auto list = fleet::AllowList::parse(text, problems);
  const std::vector<fleet::IpAddress> link_local = {*fleet::IpAddress::parse("169.254.169.254")};
  const Target asked = target.value_or(Target{});
  if (list.allows(asked, link_local) != fleet::Allowed::no) {
    require(list.matches_addresses(link_local, asked.port) == fleet::Allowed::listed);
    require(list.could_allow(asked));
  }
  return 0;
}
