// SPDX-License-Identifier: Apache-2.0
#include "support/server_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace fleet::test {

std::shared_ptr<SSL_CTX> make_server_context(const ServerTls& tls) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (SSL_CTX_use_certificate_chain_file(context.get(), tls.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), tls.key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("cannot use " + tls.certificate);
  if (!tls.client_ca.empty()) {
    if (SSL_CTX_load_verify_file(context.get(), tls.client_ca.c_str()) != 1)
      throw std::runtime_error("cannot use " + tls.client_ca);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

ServerSocket::~ServerSocket() { close(); }

bool ServerSocket::accept_tls(SSL_CTX* context) {
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), descriptor_);
  return SSL_accept(ssl_.get()) == 1;
}

std::string ServerSocket::read_some() {
  std::string bytes(64 << 10, '\0');
  ssize_t got = 0;
  if (ssl_) {
    got = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  } else {
    got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  }
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

bool ServerSocket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = 0;
    if (ssl_) {
      sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    } else {
      sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void ServerSocket::shut_down() {
  const std::lock_guard lock(closing_);
  if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
}

void ServerSocket::close() {
  const std::lock_guard lock(closing_);
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void ServerSocket::reset() {
  const linger now{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

}  // namespace fleet::test
