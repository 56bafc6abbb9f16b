// SPDX-License-Identifier: Apache-2.0
// The exporter's side of TLS with those who ask it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "config/web_settings.h"

namespace fleet {

class TlsServer {
 public:
  // Null, and what is wrong with the certificate, the key or the names: nothing is half in force.
  static std::shared_ptr<TlsServer> make(const WebSettings& settings, std::string& problem);

  // Shared by all connections that began while it was in force.
  boost::asio::ssl::context& context() { return context_; }

  // After the handshake. Whether the client's certificate, where it showed one, may come in by its
  // names.
  bool allows_names(SSL* connection) const;
  // Whether the client showed the certificate that it needs for what is not an unguarded path.
  bool is_certified(SSL* connection) const;

 private:
  TlsServer();

  boost::asio::ssl::context context_;
  bool needs_certificate_ = false;
  std::vector<std::string> names_;
};

}  // namespace fleet
