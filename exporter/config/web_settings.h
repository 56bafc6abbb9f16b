// SPDX-License-Identifier: Apache-2.0
// How clients reach the exporter: TLS, passwords, headers and a limit of requests, as the file of
// --web.config.file says it in the format of Prometheus's exporter-toolkit, or redis_exporter's
// flags.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "config/files.h"

namespace fleet {

// A PEM text and where it came from, which errors name.
struct PemText {
  std::string place = {};
  Secret text = {};
  bool operator==(const PemText&) const = default;
};

struct WebTls {
  // client_auth_type, in the words of Go's crypto/tls: NoClientCert, RequestClientCert,
  // RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert.
  enum class ClientAuth : std::uint8_t {
    none,
    request,
    require_any,
    verify_if_given,
    require_and_verify
  };
  enum class Version : std::uint8_t { tls10, tls11, tls12, tls13 };

  PemText certificate = {};  // with its chain
  PemText key = {};
  PemText client_ca = {};  // empty: none
  ClientAuth client_auth = ClientAuth::none;
  // One of them must be among the client's names: DNS, address, e-mail or URI. Empty: any.
  std::vector<std::string> client_allowed_sans = {};
  Version min_version = Version::tls12;
  Version max_version = Version::tls13;
  std::vector<std::string> cipher_suites = {};  // by their IANA names; empty: OpenSSL's own
  bool prefer_server_ciphers = true;
  std::vector<std::string> curves = {};  // as OpenSSL calls them; empty: its own

  bool operator==(const WebTls&) const = default;
};

struct WebUser {
  std::string name = {};
  Secret password = {};
  bool hashed = true;  // by bcrypt; else as it is
  bool operator==(const WebUser&) const = default;
};

struct WebSettings {
  std::optional<WebTls> tls = {};
  std::vector<WebUser> users = {};                                // empty: no password is asked for
  std::vector<std::string> unguarded_paths = {};                  // auth_excluded_paths
  std::vector<std::pair<std::string, std::string>> headers = {};  // of every response
  // A request may come each interval, and so many at once; 0: no limit.
  std::chrono::nanoseconds rate_interval{0};
  std::size_t rate_burst = 0;

  // A path that needs neither password nor client certificate.
  bool is_unguarded(std::string_view path) const;
  bool operator==(const WebSettings&) const = default;
};

struct LoadedFile;

// Reads the file into `settings` and adds to `watched` what it was read from. Paths in it are
// relative to its folder. Errors name file, line and column, and hold no secret.
LoadedFile load_web_settings(const std::string& path, const FileAccess& files,
                             WebSettings& settings, std::vector<std::string>& watched);

// What a bcrypt hash looks like that crypt(3) takes: $2a$, $2b$ or $2y$, a cost of 4 to 18, and 53
// characters.
bool is_bcrypt_hash(std::string_view text);

// redis_exporter's flags, which say the same.
struct WebFlags {
  std::string tls_key_file = {}, tls_cert_file = {}, tls_ca_file = {};
  WebTls::Version tls_min_version = WebTls::Version::tls12;
  std::string user = {};
  Secret password = {}, hash = {};

  bool any() const {
    return !tls_key_file.empty() || !tls_cert_file.empty() || !tls_ca_file.empty() ||
           !user.empty() || !password.empty() || !hash.empty();
  }
  bool operator==(const WebFlags&) const = default;
};

// The settings that the flags ask for, or what is wrong with them, a sentence each. Half of what
// TLS or a password needs is an error, never a door left open.
std::vector<std::string> settings_of(const WebFlags& flags, const FileAccess& files,
                                     WebSettings& settings, std::vector<std::string>& watched);

}  // namespace fleet
