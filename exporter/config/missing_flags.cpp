// SPDX-License-Identifier: Apache-2.0
// The flags of redis_exporter 1.91 that this version does not have.
#include <algorithm>
#include <iterator>

#include "config/flag_table.h"

namespace fleet {
namespace {

constexpr MissingFlag kMissing[] = {
    {"tls-server-key-file", "REDIS_EXPORTER_TLS_SERVER_KEY_FILE", ""},
    {"tls-server-cert-file", "REDIS_EXPORTER_TLS_SERVER_CERT_FILE", ""},
    {"tls-server-ca-cert-file", "REDIS_EXPORTER_TLS_SERVER_CA_CERT_FILE", ""},
    {"tls-server-min-version", "REDIS_EXPORTER_TLS_SERVER_MIN_VERSION", "TLS1.2"},
    {"basic-auth-username", "REDIS_EXPORTER_BASIC_AUTH_USERNAME", ""},
    {"basic-auth-password", "REDIS_EXPORTER_BASIC_AUTH_PASSWORD", ""},
    {"basic-auth-hash-password", "REDIS_EXPORTER_BASIC_AUTH_HASH_PASSWORD", ""},
};

}  // namespace

std::span<const MissingFlag> missing_flags() { return kMissing; }

const MissingFlag* find_missing_flag(std::string_view name) {
  const auto* found = std::ranges::find(kMissing, name, &MissingFlag::name);
  return found == std::end(kMissing) ? nullptr : found;
}

}  // namespace fleet
