// SPDX-License-Identifier: Apache-2.0
// A client's connection, with or without TLS, as Beast and Asio take a stream.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "net/tls_server.h"

namespace fleet::http {

class ClientStream {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;
  using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream&>;

  // Null: without TLS.
  ClientStream(boost::asio::ip::tcp::socket socket, std::shared_ptr<TlsServer> tls)
      : tcp_(std::move(socket)), server_(std::move(tls)) {
    if (server_) tls_.emplace(tcp_, server_->context());
  }

  executor_type get_executor() { return tcp_.get_executor(); }
  // Its deadline holds for what goes through TLS, too.
  boost::beast::tcp_stream& tcp() { return tcp_; }
  TlsStream* tls() { return tls_ ? &*tls_ : nullptr; }
  const TlsServer* server() const { return server_.get(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          if (tls_)
            tls_->async_read_some(into, std::move(handler));
          else
            tcp_.async_read_some(into, std::move(handler));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          if (tls_)
            tls_->async_write_some(from, std::move(handler));
          else
            tcp_.async_write_some(from, std::move(handler));
        },
        token, buffers);
  }

 private:
  boost::beast::tcp_stream tcp_;
  std::shared_ptr<TlsServer> server_;  // outlives the stream made of it
  std::optional<TlsStream> tls_;
};

}  // namespace fleet::http
