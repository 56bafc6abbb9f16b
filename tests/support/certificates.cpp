// SPDX-License-Identifier: Apache-2.0
#include "support/certificates.h"

#include <cstdio>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace fleet::test {
namespace {

constexpr std::time_t kDay = 24 * 3600;

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (extension == nullptr) throw std::runtime_error("bad certificate extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::shared_ptr<std::FILE> open_file(const std::string& path) {
  std::shared_ptr<std::FILE> file(std::fopen(path.c_str(), "w"), [](std::FILE* f) {
    if (f != nullptr) std::fclose(f);
  });
  if (!file) throw std::runtime_error("cannot write " + path);
  return file;
}

}  // namespace

Certificates::Certificates() {
  std::string name = std::filesystem::temp_directory_path() / "fleet-certificates-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = name;
  const std::time_t end = std::time(nullptr) + 3650 * kDay;
  authority_ = make("Test CA", "", end, nullptr);
  ca_file_ = save("ca", authority_).certificate;
  other_ca_file_ = save("other-ca", make("Another CA", "", end, nullptr)).certificate;
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Certificates::Pair Certificates::sign(const std::string& name, std::time_t not_after) {
  const std::string alternative = name.starts_with("IP:") ? name : "DNS:" + name;
  return save(std::to_string(++made_), make(name, alternative, not_after, &authority_));
}

Certificates::Identity Certificates::make(const std::string& common_name,
                                          const std::string& alternative, std::time_t not_after,
                                          const Identity* issuer) {
  static long serial = 0;
  Identity identity{{EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
  X509* certificate = identity.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(certificate), not_after - 4000 * kDay);
  ASN1_TIME_set(X509_getm_notAfter(certificate), not_after);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_pubkey(certificate, identity.key.get());
  X509* signer = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  if (issuer == nullptr)
    add_extension(certificate, signer, NID_basic_constraints, "critical,CA:TRUE");
  if (!alternative.empty()) add_extension(certificate, signer, NID_subject_alt_name, alternative);
  EVP_PKEY* key = issuer != nullptr ? issuer->key.get() : identity.key.get();
  if (X509_sign(certificate, key, EVP_sha256()) == 0)
    throw std::runtime_error("cannot sign " + common_name);
  return identity;
}

Certificates::Pair Certificates::save(const std::string& name, const Identity& identity) const {
  Pair pair{folder_ / (name + ".crt"), folder_ / (name + ".key")};
  PEM_write_X509(open_file(pair.certificate).get(), identity.certificate.get());
  PEM_write_PrivateKey(open_file(pair.key).get(), identity.key.get(), nullptr, nullptr, 0, nullptr,
                       nullptr);
  return pair;
}

}  // namespace fleet::test
