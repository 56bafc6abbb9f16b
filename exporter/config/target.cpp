// SPDX-License-Identifier: Apache-2.0
#include "config/target.h"

#include <algorithm>
#include <charconv>

#include "base/characters.h"
#include "base/percent_encoding.h"
#include "base/text.h"
#include "config/ip_address.h"

namespace fleet {
namespace {

constexpr std::size_t kLongestHost = 253;        // of a name in DNS
constexpr std::size_t kLongestSocketPath = 107;  // of sockaddr_un, less its final zero
constexpr std::uint32_t kLastDatabase = 2147483647;

struct Scheme {
  std::string_view name;
  Target::Transport transport;
};
constexpr Scheme kSchemes[] = {
    {"redis", Target::Transport::tcp},  {"rediss", Target::Transport::tls},
    {"valkey", Target::Transport::tcp}, {"valkeys", Target::Transport::tls},
    {"tcp", Target::Transport::tcp},    {"unix", Target::Transport::unix_socket},
};

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && !text.empty();
}

bool percent_decode(std::string_view text, std::string& decoded) {
  decoded.clear();
  return percent_decode(text, Plus::is_plus, decoded);
}

// Reads one text into one target. Each step takes its part of the text and returns what is wrong,
// or nothing; no sentence quotes what may be a user or a password.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { target_.spelling.clear(); }

  std::string run() {
    const auto is_blank = [](char c) { return c == ' ' || is_control(c); };
    if (std::any_of(rest_.begin(), rest_.end(), is_blank))
      return "the address holds a space or control character; remove it, or write it as %20 in a "
             "user, password or path";
    if (rest_.find('#') != std::string_view::npos) return "write # as %23";
    if (std::string problem = take_scheme(); !problem.empty()) return problem;
    if (std::string problem = take_user(); !problem.empty()) return problem;
    return target_.transport == Target::Transport::unix_socket ? take_socket() : take_network();
  }

  Target& target() { return target_; }

 private:
  std::string take_scheme() {
    const std::size_t end = rest_.find("://");
    if (end == std::string_view::npos) return {};
    const std::string_view name = rest_.substr(0, end);
    const auto found = std::find_if(std::begin(kSchemes), std::end(kSchemes), [&](const Scheme& s) {
      return equal_ignoring_case(s.name, name);
    });
    if (found == std::end(kSchemes))
      return "the scheme before :// is not one of redis, rediss, valkey, valkeys, tcp, unix";
    target_.transport = found->transport;
    has_scheme_ = true;
    target_.spelling = rest_.substr(0, end + 3);
    rest_.remove_prefix(end + 3);
    return {};
  }

  std::string take_user() {
    const std::string_view authority = rest_.substr(0, rest_.find_first_of("/?"));
    const std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos) {
      const bool later = rest_.find('@', authority.size()) != std::string_view::npos;
      if (later && target_.transport != Target::Transport::unix_socket)
        return "in a user or password write / as %2F, ? as %3F and @ as %40";
      return {};
    }
    std::string_view password = authority.substr(0, at);
    const std::string_view username = take_until(password, ':');
    std::string decoded;
    if (!percent_decode(username, target_.username) || !percent_decode(password, decoded))
      return "in a user or password write % as %25";
    if (!decoded.empty()) target_.password = Secret(std::move(decoded));
    rest_.remove_prefix(at + 1);
    return {};
  }

  std::string take_network() {
    if (!has_scheme_ && rest_.empty()) return "the address is empty; write redis://host:port";
    if (!has_scheme_ && rest_.starts_with('/'))
      return "no host stands before the /; write a socket as unix:///path/to.sock";
    target_.spelling += rest_;
    const std::size_t end = std::min(rest_.find_first_of("/?"), rest_.size());
    std::string problem = take_host(rest_.substr(0, end));
    if (!problem.empty()) return problem;
    const std::string_view path = rest_.substr(end);
    if (path.find('?') != std::string_view::npos)
      return "nothing may follow ?; write the database as /0 and a password as :password@ before "
             "the "
             "host";
    if (path.empty() || path == "/") return {};
    return read_database(path.substr(1), "/0");
  }

  std::string take_host(std::string_view text) {
    std::string_view port;
    const auto colons = std::count(text.begin(), text.end(), ':');
    if (text.starts_with('[')) {
      const std::size_t close = text.find(']');
      if (close == std::string_view::npos) return "the ] after the IPv6 address is missing";
      port = text.substr(close + 1);
      if (!port.empty() && port.front() != ':') return "only :port may follow the ]";
      if (!port.empty()) port.remove_prefix(1);
      if (!set_ipv6(text.substr(1, close - 1))) return "no IPv6 address stands between [ and ]";
    } else if (colons > 1) {
      if (has_scheme_ || !set_ipv6(text))
        return "more than one : stands in host:port; write an IPv6 address as [address]:port";
    } else {
      port = text;
      if (const std::string_view host = take_until(port, ':'); !host.empty()) {
        if (host.size() > kLongestHost || !consists_of(host, "-._"))
          return "a host holds at most 253 letters, digits, dots, hyphens and underscores; write "
                 "an "
                 "international name in its xn-- form and a socket as unix:///path";
        target_.host = host;
      }
    }
    if (port.empty()) return {};
    if (!read_number(port, target_.port) || target_.port == 0)
      return "the port is not a number from 1 to 65535";
    return {};
  }

  // An IPv6 address with an optional zone, whose % a URL writes as %25.
  bool set_ipv6(std::string_view text) {
    std::string_view zone = text;
    const std::string_view address = take_until(zone, '%');
    if (address.find(':') == std::string_view::npos || !IpAddress::parse(address)) return false;
    target_.host = address;
    if (address.size() == text.size()) return true;
    if (zone.starts_with("25")) zone.remove_prefix(2);
    target_.host.append("%").append(zone);
    return consists_of(zone, "-._");
  }

  std::string take_socket() {
    target_.spelling += rest_;
    target_.host.clear();
    target_.port = 0;
    if (!rest_.starts_with('/'))
      return "the path of a socket begins with /; write unix:///path/to.sock";
    std::string_view query = rest_;
    const std::string_view path = take_until(query, '?');
    if (!percent_decode(path, target_.path)) return "in a path write % as %25";
    if (std::any_of(target_.path.begin(), target_.path.end(), is_control))
      return "the path holds a control character; remove it";
    if (target_.path.size() > kLongestSocketPath)
      return "the path of a socket holds at most 107 bytes";
    if (target_.path.ends_with('/'))
      return "the path of a socket names no file; write unix:///path/to.sock";
    if (path.size() == rest_.size()) return {};
    if (!query.starts_with("db=")) return "only ?db=0 may follow the path of a socket";
    return read_database(query.substr(3), "?db=0");
  }

  std::string read_database(std::string_view text, std::string_view example) {
    if (read_number(text, target_.database) && target_.database <= kLastDatabase) return {};
    return "the database is not a number; write it as " + std::string(example);
  }

  std::string_view rest_;
  bool has_scheme_ = false;
  Target target_;
};

// Where the colon stands after which a mistyped URL may have its password: what follows is neither
// a port nor the rest of an IPv6 address.
std::size_t find_doubtful_colon(std::string_view authority) {
  constexpr std::size_t kNone = std::string_view::npos;
  if (IpAddress::parse(authority)) return kNone;
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  const std::size_t colon = authority.find(':', bracket);
  if (colon == kNone || authority.find_first_not_of("0123456789", colon + 1) == kNone) return kNone;
  return colon;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text, std::string& problem) {
  Parser parser(text);
  problem = parser.run();
  if (!problem.empty()) return std::nullopt;
  return std::move(parser.target());
}

std::string display(const Target& target) {
  if (target.transport == Target::Transport::unix_socket) return target.path;
  const bool v6 = target.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + target.host + "]" : target.host;
  return host + ":" + std::to_string(target.port);
}

std::string without_password(std::string text, const Target& target) {
  constexpr std::size_t kShortestSecret = 3;
  if (!target.password || target.password->reveal().size() < kShortestSecret) return text;
  const std::string& secret = target.password->reveal();
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
    text.replace(at, secret.size(), "***");
  return text;
}

std::string without_secrets(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string shown;
  if (const std::size_t end = text.find("://"); end != std::string_view::npos) {
    if (!consists_of(text.substr(0, end), "+-.")) return "***";
    shown = text.substr(0, end + 3);
    text.remove_prefix(end + 3);
  }
  const std::size_t at = text.rfind('@'), query = text.find('?');
  const std::size_t colon = find_doubtful_colon(text.substr(0, text.find('/')));
  if (at != std::string_view::npos) {
    // With a ? nobody can tell where a password ends.
    shown += query != std::string_view::npos ? "***" : "***" + std::string(text.substr(at));
  } else if (colon != std::string_view::npos) {
    shown.append(text.substr(0, colon)).append(":***");
  } else {
    shown += text.substr(0, query);
    if (query != std::string_view::npos) shown += "?***";
  }
  for (char& c : shown)
    if (is_control(c) || static_cast<unsigned char>(c) > 0x7f) c = '?';
  if (shown.size() > kLongest) shown.replace(kLongest, std::string::npos, "...");
  return shown;
}

}  // namespace fleet
