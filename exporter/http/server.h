// SPDX-License-Identifier: Apache-2.0
// The HTTP server: GET and HEAD, kept connections, and limits that keep a slow or hostile client
// from holding more than its own connection. A response is made before it is sent and a scrape
// never waits for a client.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "http/complaints.h"
#include "http/request.h"
#include "net/deadline.h"
#include "net/task_group.h"
#include "net/tls_server.h"

namespace fleet::http {

using Handler = std::function<asio::awaitable<Response>(const Request&)>;

struct ServerLimits {
  std::size_t connections = 512;
  std::chrono::milliseconds header_time{10'000};  // from a request's first byte to its last
  std::chrono::milliseconds idle_time{120'000};   // between requests of a connection
  std::chrono::milliseconds write_time{20'000};   // for each piece of a body
  std::chrono::milliseconds drain_time{10'000};   // for requests in progress at the end
};

class Server {
 public:
  static constexpr std::size_t kMaxHeader = 8 << 10;  // bytes of request line and headers

  Server(asio::any_io_executor executor, Handler handler, Complaints& complaints,
         ServerLimits limits = {});

  // Binds and listens, see open_listener(); once for each address. The error says what to do; empty
  // when it worked.
  std::string listen(const std::string& host, std::uint16_t port);
  // Takes the sockets that systemd opened.
  std::string listen_on_systemd_sockets();
  std::uint16_t port() const;  // that it listens on first

  // For connections that come from now on; null: without TLS.
  // Connections that are idle end, others after their request.
  void use_tls(std::shared_ptr<TlsServer> tls);

  // Accepts connections until stop().
  asio::awaitable<void> run();

  // Ends listening and idle connections at once, gives requests in progress the drain time, then
  // returns.
  asio::awaitable<void> stop();

 private:
  struct Session;
  using Sessions = std::list<std::shared_ptr<Session>>;
  class Place;
  asio::awaitable<void> accept(asio::ip::tcp::acceptor& acceptor);
  asio::awaitable<void> serve(std::shared_ptr<Session> session);
  asio::awaitable<bool> shake_hands(Session& session);
  asio::awaitable<bool> exchange(Session& session);
  // False when the connection cannot be used any more.
  asio::awaitable<bool> send(Session& session, Response& response, bool keep, bool head) const;
  static asio::awaitable<void> say_goodbye(Session& session);
  static asio::awaitable<void> linger(Session& session);
  bool make_room();

  asio::any_io_executor executor_;
  Handler handler_;
  const ServerLimits limits_;
  std::list<asio::ip::tcp::acceptor> acceptors_;
  std::shared_ptr<TlsServer> tls_;
  Sessions sessions_;  // least lately active first
  TaskGroup tasks_;
  bool stopping_ = false;
  Complaints& complaints_;
};

}  // namespace fleet::http
