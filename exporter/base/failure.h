// SPDX-License-Identifier: Apache-2.0
// Why a node could not be scraped: a closed set of reasons (they are label values of
// redis_exporter_node_failure) and a sentence for the log that names the cure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace fleet {

enum class Reason : std::uint8_t {
  none,            // nothing failed
  dns,             // the name has no address
  refused,         // nobody listens on the port
  unreachable,     // no route, network down, no such socket file
  timeout,         // no answer within the node's budget
  closed,          // the server ended the connection
  tls,             // the handshake failed, or one side speaks TLS and the other does not
  auth,            // a password is missing or wrong
  noperm,          // the user may not run INFO
  protocol,        // the answer is not RESP, or not what INFO answers
  protected_mode,  // the server refuses other hosts because it has no password
  maxclients,      // the server has no connection left
  too_large,       // the answer exceeds a cap on bytes or elements
  secret,          // a password or key file cannot be read
  limit,           // the exporter's own limit on connections was reached
};

inline constexpr std::array<std::string_view, 15> kReasonNames = {
    "none",   "dns",      "refused",        "unreachable", "timeout",   "closed", "tls",  "auth",
    "noperm", "protocol", "protected_mode", "maxclients",  "too_large", "secret", "limit"};

constexpr std::string_view name_of(Reason reason) {
  return kReasonNames[static_cast<std::size_t>(reason)];
}

struct Failure {
  Failure() = default;
  Failure(Reason why, std::string text, std::string sent = {})
      : reason(why), message(std::move(text)), heard(std::move(sent)) {}
  explicit operator bool() const { return reason != Reason::none; }

  Reason reason = Reason::none;
  std::string message;  // never holds a secret
  std::string heard;    // what the server sent instead, as it came: it may repeat a password
};

}  // namespace fleet
