// SPDX-License-Identifier: Apache-2.0
#include "net/tls_server.h"

#include <algorithm>
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace fleet {
namespace {

namespace ssl = boost::asio::ssl;
using ClientAuth = WebTls::ClientAuth;

constexpr std::array<int, 4> kVersions = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION,
                                          TLS1_3_VERSION};

int version_of(WebTls::Version version) { return kVersions[static_cast<std::size_t>(version)]; }

std::string not_usable(const std::string& what, const PemText& pem,
                       const boost::system::error_code& error) {
  return what + " " + pem.place + ": " + error.message() + "; it must be PEM";
}

// Those of TLS 1.3 are set apart; where only such are named older versions have none.
std::string set_ciphers(SSL_CTX* context, const WebTls& tls) {
  std::string list, list13;
  for (const std::string& name : tls.cipher_suites) {
    const std::string own = OPENSSL_cipher_name(name.c_str());
    if (own == "(NONE)")
      return "cipher_suites: there is no " + name + "; openssl ciphers -stdname lists them";
    std::string& of_version = own.starts_with("TLS_") ? list13 : list;
    of_version.append(of_version.empty() ? "" : ":").append(own);
  }
  if (!list13.empty() && SSL_CTX_set_ciphersuites(context, list13.c_str()) != 1)
    return "cipher_suites: none of them can be used";
  if (list.empty() && !list13.empty()) SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  // What Debian calls secure begins with TLS 1.2.
  const bool old = tls.min_version < WebTls::Version::tls12;
  if (list.empty() && old) list = "DEFAULT";
  if (old) list += ":@SECLEVEL=0";
  if (!list.empty() && SSL_CTX_set_cipher_list(context, list.c_str()) != 1)
    return "cipher_suites: none of them can be used";
  return {};
}

std::string set_curves(SSL_CTX* context, const WebTls& tls) {
  std::string list;
  for (const std::string& name : tls.curves) list.append(list.empty() ? "" : ":").append(name);
  if (!list.empty() && SSL_CTX_set1_groups_list(context, list.c_str()) != 1)
    return "curve_preferences: none of them can be used";
  return {};
}

// Where some paths need no certificate the handshake cannot insist on one.
int verify_mode(ClientAuth auth, bool insists) {
  if (auth == ClientAuth::none) return SSL_VERIFY_NONE;
  const bool must = auth == ClientAuth::require_any || auth == ClientAuth::require_and_verify;
  return SSL_VERIFY_PEER | (must && insists ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
}

// Clients with several certificates choose by the authorities that the server names.
void name_authorities(SSL_CTX* context, const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  while (X509* certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)) {
    SSL_CTX_add_client_CA(context, certificate);
    X509_free(certificate);
  }
  ERR_clear_error();  // of the end
}

int accept_any(int, X509_STORE_CTX*) { return 1; }

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// A name as client_allowed_sans writes it; empty for the kinds that it cannot name.
std::string name_of(const GENERAL_NAME* name) {
  if (name->type == GEN_DNS) return text_of(name->d.dNSName);
  if (name->type == GEN_EMAIL) return text_of(name->d.rfc822Name);
  if (name->type == GEN_URI) return text_of(name->d.uniformResourceIdentifier);
  if (name->type != GEN_IPADD) return {};
  const std::string bytes = text_of(name->d.iPAddress);
  using boost::asio::ip::address_v4;
  using boost::asio::ip::address_v6;
  if (address_v4::bytes_type four; bytes.size() == four.size()) {
    std::ranges::copy(bytes, four.begin());
    return address_v4(four).to_string();
  }
  if (address_v6::bytes_type sixteen; bytes.size() == sixteen.size()) {
    std::ranges::copy(bytes, sixteen.begin());
    return address_v6(sixteen).to_string();
  }
  return {};
}

}  // namespace

TlsServer::TlsServer() : context_(ssl::context::tls_server) {}

std::shared_ptr<TlsServer> TlsServer::make(const WebSettings& settings, std::string& problem) {
  const WebTls& tls = *settings.tls;
  std::shared_ptr<TlsServer> server(new TlsServer());
  ssl::context& context = server->context_;
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, version_of(tls.min_version));
  SSL_CTX_set_max_proto_version(native, version_of(tls.max_version));
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // 34 kB of a connection that is idle
  if (tls.prefer_server_ciphers) SSL_CTX_set_options(native, SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Connections are kept, so that there is nothing to resume; a client that resumed would be let in
  // by a certificate that is not asked for again.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  boost::system::error_code error;
  // A key with a passphrase would ask for it on the terminal.
  context.set_password_callback([](std::size_t, auto) { return std::string(); }, error);
  const auto refuse = [&problem](std::string text) {
    problem = std::move(text);
    return nullptr;
  };
  context.use_certificate_chain(boost::asio::buffer(tls.certificate.text.reveal()), error);
  if (error) return refuse(not_usable("the certificate", tls.certificate, error));
  context.use_private_key(boost::asio::buffer(tls.key.text.reveal()), ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(native) != 1)
    return refuse(not_usable("the key", tls.key, error) + " without a passphrase, and belong to " +
                  tls.certificate.place);
  if (!tls.client_ca.text.empty()) {
    context.add_certificate_authority(boost::asio::buffer(tls.client_ca.text.reveal()), error);
    if (error) return refuse(not_usable("the clients' authority", tls.client_ca, error));
    name_authorities(native, tls.client_ca.text.reveal());
  }
  for (std::string text : {set_ciphers(native, tls), set_curves(native, tls)})
    if (!text.empty()) return refuse(std::move(text));
  const ClientAuth auth = tls.client_auth;
  const bool any = auth == ClientAuth::request || auth == ClientAuth::require_any;
  SSL_CTX_set_verify(native, verify_mode(auth, settings.unguarded_paths.empty()),
                     any ? accept_any : nullptr);
  server->needs_certificate_ =
      auth == ClientAuth::require_any || auth == ClientAuth::require_and_verify;
  server->names_ = tls.client_allowed_sans;
  return server;
}

bool TlsServer::is_certified(SSL* connection) const {
  return !needs_certificate_ || SSL_get0_peer_certificate(connection) != nullptr;
}

bool TlsServer::allows_names(SSL* connection) const {
  const X509* certificate = SSL_get0_peer_certificate(connection);
  if (names_.empty() || certificate == nullptr) return true;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i)
    if (std::ranges::find(names_, name_of(sk_GENERAL_NAME_value(names.get(), i))) != names_.end())
      return true;
  return false;
}

}  // namespace fleet
