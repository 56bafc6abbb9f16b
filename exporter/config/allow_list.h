// SPDX-License-Identifier: Apache-2.0
// Which targets /scrape may ask for beside the configured ones: --scrape.allowed-targets. Entries
// are separated by commas, and each may end in :port:
//
//   10.0.0.0/8, fd00::/8   every address that the name resolves to must lie in such a network
//   10.1.2.3, [fd00::1]    a network of one address
//   cache-1, *.internal    the name as it is written; a * at the start stands for any text,
//   elsewhere
//                          for text without a dot, so that cache-* is not cache-1.example.com
//   *                      every name; the only entry that lends no credentials
//
// In the configuration an entry can also say with which credentials and TLS its targets are asked.
//
// Link-local addresses are let in by a network only: they reach metadata services of clouds. A Unix
// socket is never let in. There are no sockets and no lookups here: who asks resolves the name, and
// connects to the addresses that it asked about, not to those of another lookup.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/ip_address.h"
#include "config/target.h"
#include "config/tls_files.h"

namespace fleet {

// --redis.user and --redis.password go to a target that is `listed`, never to one that only `*`
// lets in.
enum class Allowed : std::uint8_t { no, by_star, listed };

// What an entry says of its targets besides that they may be asked.
struct AllowedAccess {
  bool has_credentials = false;  // then --redis.user and --redis.password are not sent
  std::string username = {};
  std::optional<Secret> password = {};
  std::optional<TlsFiles> tls = {};  // none: as the target says, with the files of the flags
  bool operator==(const AllowedAccess&) const = default;
};

class AllowList {
 public:
  struct Entry {
    std::optional<IpPrefix> network = {};  // or:
    std::string pattern = {};              // lower case; "*" for all
    std::uint16_t port = 0;                // 0: any
    std::string spelling = {};             // as it is written, for people
    AllowedAccess access = {};
    bool operator==(const Entry&) const = default;
  };

  // The list that `text` spells; empty text is the empty list. Of a bad entry it says what is wrong
  // with it in `problems`, and leaves it out.
  static AllowList parse(std::string_view text, std::vector<std::string>& problems);

  // Adds the one entry that `text` spells; otherwise says what is wrong with it. A secret needs an
  // entry that does not match every host.
  std::string add(std::string_view text, AllowedAccess access);
  void append(AllowList other);

  // By an exact name, a pattern or *.
  Allowed matches_name(std::string_view host, std::uint16_t port) const;
  // By networks: each address lies in one of them. No address: no.
  Allowed matches_addresses(std::span<const IpAddress> addresses, std::uint16_t port) const;

  // The verdict over a target whose host has these addresses (of a literal host: itself).
  Allowed allows(const Target& target, std::span<const IpAddress> addresses) const;
  // The first entry that has credentials or TLS, and matches such a target by itself: a network has
  // each of the addresses. Null: none does.
  const Entry* access_for(const Target& target, std::span<const IpAddress> addresses) const;
  // Whether some answer of a resolver can make `allows` say yes. When not, there is no need to ask
  // one.
  bool could_allow(const Target& target) const;

  bool empty() const { return entries_.empty(); }
  bool has_star() const;
  // Whether a target can be `listed` and have no credentials of an entry: --redis.user and
  // --redis.password are for such.
  bool leaves_credentials_to_flags() const;
  bool operator==(const AllowList&) const = default;

 private:
  static std::string parse_entry(std::string_view text, Entry& entry);
  static std::string parse_network(std::string_view address, std::string_view bits, Entry& entry);

  std::vector<Entry> entries_;
};

}  // namespace fleet
