// SPDX-License-Identifier: Apache-2.0
// Files and names that TLS to a server needs: flags, or an entry of the configuration's `tls`.
#pragma once

#include <string>

namespace fleet {

struct TlsFiles {
  std::string ca_file = {};    // PEM; empty: the system's authorities
  std::string cert_file = {};  // PEM with its chain; empty: no client certificate
  std::string key_file = {};
  std::string server_name = {};  // empty: the target's host
  bool skip_verify = false;

  bool operator==(const TlsFiles&) const = default;
};

}  // namespace fleet
