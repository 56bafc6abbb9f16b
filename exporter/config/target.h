// SPDX-License-Identifier: Apache-2.0
// Where one server listens and who asks it, read from the spellings that redis_exporter and redigo
// take:
//
//   redis://[user:password@][host][:port][/database]     also valkey:// and tcp://
//   rediss://...                                          also valkeys://: the same over TLS
//   unix://[user:password@]/path/to.sock[?db=database]
//   host, host:port, [v6]:port, v6                        as redis://
//
// A missing host is localhost, a missing port 6379. User, password and paths are percent-decoded. A
// user without a password stays one: redigo would send it as the password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace fleet {

struct Target {
  enum class Transport : std::uint8_t { tcp, tls, unix_socket };

  Transport transport = Transport::tcp;
  std::string host =
      "localhost";  // a name or an address; no brackets; a v6 zone may follow: fe80::1%eth0
  std::string certificate_name = {};  // what its certificate is for; empty: host. TlsFiles win
  std::uint16_t port = 6379;
  std::string path = {};  // of the Unix socket
  std::uint32_t database = 0;
  std::string username = {};
  std::optional<Secret> password = {};
  std::string spelling = "redis://localhost:6379";  // as given, less user and password

  bool operator==(const Target&) const = default;
};

// The target that `text` spells. Otherwise none, and `problem` is a sentence that names the cure
// and holds no part of a user or password.
std::optional<Target> parse_target(std::string_view text, std::string& problem);

// The text for the label `instance` and for logs: host:port, [v6]:port or the socket's path.
std::string display(const Target& target);

// What a server said, without the password that it was sent: some repeat what they do not
// understand.
std::string without_password(std::string text, const Target& target);

// `text` for an error message, whatever it is: everything that may be a user, a password or a query
// is replaced by ***, and so is every control character.
std::string without_secrets(std::string_view text);

}  // namespace fleet
