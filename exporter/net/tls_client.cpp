// SPDX-License-Identifier: Apache-2.0
#include "net/tls_client.h"

#include <sys/stat.h>

#include <ctime>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/log.h"

namespace fleet {
namespace {

constexpr std::chrono::seconds kLookEvery{10};

// What changes when a file is replaced, rewritten or made readable.
std::string stamp_of(const std::string& path) {
  struct stat facts {};
  if (path.empty() || ::stat(path.c_str(), &facts) != 0) return {};
  return std::to_string(facts.st_ino) + ' ' + std::to_string(facts.st_size) + ' ' +
         std::to_string(facts.st_ctim.tv_sec) + '.' + std::to_string(facts.st_ctim.tv_nsec);
}

Failure unreadable(const std::string& what, const std::string& path,
                   const boost::system::error_code& error) {
  return {Reason::secret,
          what + " " + path + ": " + error.message() +
              "; check that the file exists, is PEM and may be read by the exporter"};
}

}  // namespace

double not_after(const X509* certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return 0;
  return static_cast<double>(::timegm(&time));
}

Failure TlsClient::refresh() {
  const auto now = std::chrono::steady_clock::now();
  if (context_ && now - looked_ < kLookEvery) return {};
  looked_ = now;
  std::vector<std::string> stamps;
  for (const std::string* path : {&files_.ca_file, &files_.cert_file, &files_.key_file})
    stamps.push_back(stamp_of(*path));
  if (context_ && stamps == stamps_) return {};
  const bool had_one = context_ != nullptr;
  Failure failure = load();
  if (failure && !had_one) return failure;
  stamps_ = std::move(stamps);
  if (failure) log::warning("new TLS files not taken", {{"error", failure.message}});
  return {};
}

Failure TlsClient::load() {
  using boost::asio::ssl::context;
  boost::system::error_code error;
  auto fresh = std::make_shared<context>(context::tls_client);
  SSL_CTX_set_min_proto_version(fresh->native_handle(), TLS1_2_VERSION);
  fresh->set_verify_mode(
      files_.skip_verify ? boost::asio::ssl::verify_none : boost::asio::ssl::verify_peer, error);
  if (files_.ca_file.empty()) {
    fresh->set_default_verify_paths(error);
  } else {
    fresh->load_verify_file(files_.ca_file, error);
    if (error) return unreadable("CA file", files_.ca_file, error);
  }
  std::optional<double> expires;
  if (!files_.cert_file.empty()) {
    fresh->use_certificate_chain_file(files_.cert_file, error);
    if (error) return unreadable("client certificate", files_.cert_file, error);
    fresh->use_private_key_file(files_.key_file, context::pem, error);
    if (error) return unreadable("client key", files_.key_file, error);
    if (SSL_CTX_check_private_key(fresh->native_handle()) != 1)
      return {Reason::secret, "client key " + files_.key_file + " does not belong to certificate " +
                                  files_.cert_file};
    expires = not_after(SSL_CTX_get0_certificate(fresh->native_handle()));
  }
  context_ = std::move(fresh);
  not_after_ = expires;
  ++generation_;
  return {};
}

}  // namespace fleet
