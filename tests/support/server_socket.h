// SPDX-License-Identifier: Apache-2.0
// The server's end of a connection in tests: blocking, plain or TLS. Another thread may wake it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace fleet::test {

// What a TLS server shows and asks for; paths of PEM files.
struct ServerTls {
  std::string certificate, key;
  std::string client_ca = {};  // not empty: clients must show a certificate that it signed
};

std::shared_ptr<SSL_CTX> make_server_context(const ServerTls& tls);

class ServerSocket {
 public:
  explicit ServerSocket(int descriptor) : descriptor_(descriptor) {}
  ~ServerSocket();
  ServerSocket(const ServerSocket&) = delete;
  ServerSocket& operator=(const ServerSocket&) = delete;

  // The TLS handshake; false when it failed, and then the client was told why.
  bool accept_tls(SSL_CTX* context);

  // What came; "" at the end.
  std::string read_some();
  // False when the client is gone.
  bool write(std::string_view bytes);
  // Makes the reads and writes in progress end: as if the client had gone.
  void shut_down();
  void close();
  // Closes with RST.
  void reset();

 private:
  std::mutex closing_;
  int descriptor_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
};

}  // namespace fleet::test
