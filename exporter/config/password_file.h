// SPDX-License-Identifier: Apache-2.0
// The file of --redis.password-file: which password belongs to which server, as redis_exporter
// reads it.
//
//   {"redis://10.0.0.1:6379": "one", "rediss://reader@cache-1:6380": "another"}
//
// A server is told by host and port (or the path of its Unix socket), whatever database the URI
// has. The password of a rediss:// URI is not sent without TLS.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/files.h"
#include "config/target.h"

namespace fleet {

class PasswordFile {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

  // The file, or none and `problems`, each with its place. They hold no part of the text.
  static PasswordFile read(const FileAccess& files, const std::string& path,
                           std::vector<std::string>& problems);

  // The server as it is to be asked: with the user, where there is one, and the password. `user` is
  // who asks where the target does not say; empty: nobody. Where several URIs name the server, the
  // one with that user counts, then the one without a user; without a user, the first. Null: the
  // file does not have it.
  const Target* find(const Target& target, const std::string& user) const;
  // Sets what find() has; false when it has nothing.
  bool lend(Target& target, const std::string& user) const;

  const std::vector<Target>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }
  bool operator==(const PasswordFile&) const = default;

 private:
  std::vector<Target> entries_;
};

}  // namespace fleet
