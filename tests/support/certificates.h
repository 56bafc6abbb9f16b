// SPDX-License-Identifier: Apache-2.0
// Certificates for TLS tests, made when the test runs: authorities and what they sign, as PEM files
// in a folder that goes with the object.
#pragma once

#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include <openssl/x509.h>

namespace fleet::test {

class Certificates {
 public:
  struct Pair {
    std::string certificate, key;  // paths
  };

  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // Signs everything below.
  const std::string& ca() const { return ca_file_; }
  // Signed nothing.
  const std::string& other_ca() const { return other_ca_file_; }
  // A certificate for a DNS name, or an address as "IP:127.0.0.1", that ends at a Unix time.
  Pair sign(const std::string& name, std::time_t not_after);
  std::filesystem::path folder() const { return folder_; }

 private:
  struct Identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;
  };
  static Identity make(const std::string& common_name, const std::string& alternative,
                       std::time_t not_after, const Identity* issuer);
  Pair save(const std::string& name, const Identity& identity) const;

  std::filesystem::path folder_;
  Identity authority_;
  std::string ca_file_, other_ca_file_;
  int made_ = 0;
};

}  // namespace fleet::test
