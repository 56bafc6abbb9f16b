// SPDX-License-Identifier: Apache-2.0
#include "config/allow_list.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/characters.h"
#include "base/text.h"

namespace fleet {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// A name as names are compared: without case and without the dot that may end it.
std::string canonical(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return to_lower(name);
}

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto number = parse_integer(text);
  if (!number || *number < 1 || *number > 65535) return false;
  port = static_cast<std::uint16_t>(*number);
  return true;
}

// Whether the whole of `text` fits the pattern, each * standing for text without a dot. On a
// mismatch the last * takes one character more; an earlier one need never be tried again, because
// what it could take instead has no dot either.
bool fits(std::string_view pattern, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t at = 0, in_text = 0, star = kNone, taken_to = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken_to = in_text;
    } else if (at < pattern.size() && pattern[at] == text[in_text]) {
      ++at;
      ++in_text;
    } else if (star != kNone && text[taken_to] != '.') {
      at = star + 1;
      in_text = ++taken_to;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == kNone;
}

bool matches_pattern(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with('*')) return fits(pattern, name);
  pattern.remove_prefix(1);
  for (std::size_t i = 0; i <= name.size(); ++i)
    if (fits(pattern, name.substr(i))) return true;
  return false;
}

bool link_local(const IpAddress& address) { return address.is_link_local(); }

bool fits_port(const AllowList::Entry& entry, std::uint16_t port) {
  return entry.port == 0 || entry.port == port;
}

// Whether it matches hosts that nobody thought of.
bool is_for_all(const AllowList::Entry& entry) {
  if (!entry.network) return entry.pattern == "*";
  return entry.network->bits == 0 || (entry.network->address.is_v4() && entry.network->bits == 96);
}

// A host as entries are compared with it.
struct Name {
  explicit Name(std::string_view host)
      : text(canonical(host)),
        literal(host.find(':') != std::string_view::npos || IpAddress::parse(host)) {}
  std::string text;
  bool literal;  // no name but an address: "*a" must not let fd00::a in
};

// Whether the entry is one by name, and has this one.
bool names(const AllowList::Entry& entry, const Name& name, std::uint16_t port) {
  if (entry.network || !fits_port(entry, port)) return false;
  return entry.pattern == "*" || (!name.literal && matches_pattern(entry.pattern, name.text));
}

}  // namespace

std::string AllowList::parse_network(std::string_view address, std::string_view bits,
                                     Entry& entry) {
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return "has no IP address before /; write 10.0.0.0/8 or fd00::/8";
  const int most = parsed->is_v4() ? 32 : 128;
  if (const std::string_view port = bits.substr(std::min(bits.find(':'), bits.size()));
      !port.empty()) {
    if (!read_port(port.substr(1), entry.port)) return "has a port that is not from 1 to 65535";
    bits.remove_suffix(port.size());
  }
  const auto length = parse_integer(bits);
  if (!length || *length < 0 || *length > most)
    return "has a prefix length that is not from 0 to " + std::to_string(most);
  entry.network = IpPrefix{*parsed, static_cast<unsigned>(*length + 128 - most)};
  if (!entry.network->is_network())
    return "has bits set after its prefix length; write the network's first address, or no length "
           "for one address";
  return {};
}

std::string AllowList::parse_entry(std::string_view text, Entry& entry) {
  if (text.find("://") != std::string_view::npos)
    return "is a URI; write host, host:port or a network, without scheme, user and password";
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos)
    return parse_network(text.substr(0, slash), text.substr(slash + 1), entry);
  std::string_view port = text;
  std::string_view host = text;
  if (IpAddress::parse(text)) {
    port = {};
  } else if (text.starts_with('[')) {
    host = take_until(port, ']');
    host.remove_prefix(1);
    if (host.find(':') == std::string_view::npos || !IpAddress::parse(host))
      return "has no IPv6 address between [ and ]";
    if (!port.empty() && !port.starts_with(':')) return "has more than :port after ]";
  } else {
    host = take_until(port, ':');
    port = text.substr(host.size());
  }
  if (!port.empty() && !read_port(port.substr(1), entry.port))
    return "has a port that is not from 1 to 65535";

  if (const auto address = IpAddress::parse(host)) {
    entry.network = IpPrefix{*address, 128};
    return {};
  }
  entry.pattern = canonical(host);
  if (entry.pattern == "*") return {};
  if (!consists_of(entry.pattern, "-._*"))
    return "is neither a network nor a name; a name holds letters, digits, dots, hyphens, "
           "underscores and *";
  const bool letter = std::any_of(entry.pattern.begin(), entry.pattern.end(), is_letter);
  const bool digit = std::any_of(entry.pattern.begin(), entry.pattern.end(), is_digit);
  if (!letter && digit)
    return "is neither an address nor a name; write a range of addresses as a network, 10.0.0.0/8";
  if (!letter) return "has no letter; write * for all names";
  return {};
}

AllowList AllowList::parse(std::string_view text, std::vector<std::string>& problems) {
  AllowList list;
  if (trim(text).empty()) return list;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view entry_text = trim(text.substr(begin, end - begin));
    begin = end + 1;
    Entry entry;
    entry.spelling = entry_text;
    const std::string problem =
        entry_text.empty() ? "is empty; remove the comma" : parse_entry(entry_text, entry);
    if (problem.empty())
      list.entries_.push_back(std::move(entry));
    else
      problems.push_back("entry \"" + without_secrets(entry_text) + "\" " + problem);
  }
  return list;
}

std::string AllowList::add(std::string_view text, AllowedAccess access) {
  Entry entry;
  if (std::string problem = parse_entry(trim(text), entry); !problem.empty()) return problem;
  if (access.has_credentials && is_for_all(entry))
    return "matches every host, so that whoever names one would be sent the password; write a "
           "network or a pattern of your own hosts, or leave credentials out";
  entry.spelling = trim(text);
  entry.access = std::move(access);
  entries_.push_back(std::move(entry));
  return {};
}

void AllowList::append(AllowList other) {
  std::ranges::move(other.entries_, std::back_inserter(entries_));
}

Allowed AllowList::matches_name(std::string_view host, std::uint16_t port) const {
  const Name name(host);
  Allowed found = Allowed::no;
  for (const Entry& entry : entries_) {
    if (!names(entry, name, port)) continue;
    if (entry.pattern != "*") return Allowed::listed;
    found = Allowed::by_star;
  }
  return found;
}

Allowed AllowList::matches_addresses(std::span<const IpAddress> addresses,
                                     std::uint16_t port) const {
  const auto listed = [&](const IpAddress& address) {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return entry.network && fits_port(entry, port) && entry.network->contains(address);
    });
  };
  const bool all = std::all_of(addresses.begin(), addresses.end(), listed);
  return !addresses.empty() && all ? Allowed::listed : Allowed::no;
}

Allowed AllowList::allows(const Target& target, std::span<const IpAddress> addresses) const {
  if (target.transport == Target::Transport::unix_socket || addresses.empty()) return Allowed::no;
  if (matches_addresses(addresses, target.port) == Allowed::listed) return Allowed::listed;
  if (std::any_of(addresses.begin(), addresses.end(), link_local)) return Allowed::no;
  return matches_name(target.host, target.port);
}

const AllowList::Entry* AllowList::access_for(const Target& target,
                                              std::span<const IpAddress> addresses) const {
  if (target.transport == Target::Transport::unix_socket || addresses.empty()) return nullptr;
  const Name name(target.host);
  const bool by_name = std::ranges::none_of(addresses, link_local);
  const auto matches = [&](const Entry& entry) {
    if (!entry.network) return by_name && names(entry, name, target.port);
    return fits_port(entry, target.port) &&
           std::ranges::all_of(addresses, [&entry](const IpAddress& address) {
             return entry.network->contains(address);
           });
  };
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
    return (entry.access.has_credentials || entry.access.tls) && matches(entry);
  });
  return found == entries_.end() ? nullptr : &*found;
}

bool AllowList::could_allow(const Target& target) const {
  if (target.transport == Target::Transport::unix_socket) return false;
  const bool network = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.network && fits_port(entry, target.port);
  });
  return network || matches_name(target.host, target.port) != Allowed::no;
}

bool AllowList::has_star() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.pattern == "*"; });
}

bool AllowList::leaves_credentials_to_flags() const {
  std::size_t networks = 0;
  for (const Entry& entry : entries_) {
    if (!entry.network && entry.pattern == "*") continue;
    if (!entry.access.has_credentials) return true;
    networks += entry.network ? 1 : 0;
  }
  // A name with addresses in two networks has all of them in neither.
  return networks > 1;
}

}  // namespace fleet
