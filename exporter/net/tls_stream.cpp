// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "net/stream.h"
#include "net/tls_client.h"

namespace fleet {
namespace {

using SslStream = asio::ssl::stream<asio::ip::tcp::socket>;

class TlsStream final : public Stream {
 public:
  TlsStream(std::shared_ptr<asio::ssl::context> context, std::unique_ptr<SslStream> stream)
      : context_(std::move(context)), stream_(std::move(stream)) {
    SSL* ssl = stream_->native_handle();
    if (STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl))
      for (int i = 0; i < sk_X509_num(chain); ++i) {
        const double expires = not_after(sk_X509_value(chain, i));
        peer_not_after_ = std::min(peer_not_after_.value_or(expires), expires);
      }
  }

  asio::awaitable<IoResult> read_some(asio::mutable_buffer into) override {
    const auto [error, size] = co_await stream_->async_read_some(into, no_throw);
    co_return IoResult{error, size};
  }
  asio::awaitable<IoResult> write(asio::const_buffer all) override {
    const auto [error, size] = co_await asio::async_write(*stream_, all, no_throw);
    co_return IoResult{error, size};
  }
  std::optional<double> peer_certificate_not_after() const override { return peer_not_after_; }
  std::optional<TlsSession> tls_session() const override {
    const SSL* ssl = stream_->native_handle();
    return TlsSession{SSL_get_version(ssl), SSL_get_cipher_name(ssl)};
  }

 private:
  std::shared_ptr<asio::ssl::context> context_;  // outlives the stream made of it
  std::unique_ptr<SslStream> stream_;
  std::optional<double> peer_not_after_;
};

Failure handshake_failure(SslStream& stream, const std::string& server_name,
                          const boost::system::error_code& error) {
  const long verified = SSL_get_verify_result(stream.native_handle());
  const std::string said = "TLS handshake: " + error.message();
  if (verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return {Reason::tls, said + "; the server's certificate is not for " + server_name +
                             ": ask the server by a name that its certificate has, or give that "
                             "name by --tls-server-name"};
  if (verified != X509_V_OK)
    return {Reason::tls, said + " (" + X509_verify_cert_error_string(verified) +
                             "); check --tls-ca-cert-file and the server's certificate"};
  if (error.category() == asio::error::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER)
    return {Reason::tls,
            said + "; the port does not speak TLS: use redis:// or the server's tls-port"};
  return {Reason::tls, said +
                           "; check that the port speaks TLS and whether the server asks for a "
                           "client certificate (--tls-client-cert-file)"};
}

// Sends the name (an address is not sent) and has OpenSSL check that the certificate is for it.
// False when it cannot: then nothing may be sent to the server.
bool expect_server(SSL* ssl, std::string& server_name) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
  boost::system::error_code not_an_address;
  asio::ip::make_address(server_name, not_an_address);
  if (!not_an_address) {
    const std::string without_zone = server_name.substr(0, server_name.find('%'));
    return X509_VERIFY_PARAM_set1_ip_asc(parameters, without_zone.c_str()) == 1;
  }
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  server_name.data()) == 1 &&
         X509_VERIFY_PARAM_set1_host(parameters, server_name.data(), server_name.size()) == 1;
}

}  // namespace

asio::awaitable<Connected> connect_tls(asio::ip::address address, std::uint16_t port,
                                       std::string server_name, const TlsClient& tls,
                                       Clock::time_point& tcp_done) {
  const auto executor = co_await asio::this_coro::executor;
  const std::shared_ptr<asio::ssl::context> context = tls.context();
  auto stream = std::make_unique<SslStream>(executor, *context);
  const asio::ip::tcp::endpoint endpoint(address, port);
  const auto [refused] = co_await stream->next_layer().async_connect(endpoint, no_throw);
  if (refused) {
    Failure failure = network_failure(refused, "connect");
    co_return Connected(nullptr, std::move(failure));
  }
  tcp_done = Clock::now();
  boost::system::error_code ignored;
  stream->next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!expect_server(stream->native_handle(), server_name)) {
    Failure failure(Reason::tls, server_name + " is not a name that a certificate can have");
    co_return Connected(nullptr, std::move(failure));
  }
  const auto [error] = co_await stream->async_handshake(SslStream::client, no_throw);
  if (error) {
    Failure failure = handshake_failure(*stream, server_name, error);
    co_return Connected(nullptr, std::move(failure));
  }
  auto connected = std::make_unique<TlsStream>(context, std::move(stream));
  co_return Connected(std::move(connected), Failure());
}

}  // namespace fleet
