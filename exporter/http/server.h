// SPDX-License-Identifier: Apache-2.0
// The HTTP server: GET and HEAD, kept connections, and limits that keep a slow or hostile client
// from holding more than its own connection. A response is made before it is sent and a scrape
// never waits for a client.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "http/request.h"
#include "net/deadline.h"
#include "net/task_group.h"

namespace fleet::http {

using Handler = std::function<asio::awaitable<Response>(const Request&)>;

class Server {
 public:
  static constexpr std::size_t kMaxConnections = 512;
  static constexpr std::size_t kMaxHeader = 8 << 10;      // bytes of request line and headers
  static constexpr std::chrono::seconds kHeaderTime{10};  // from a request's first byte to its last
  static constexpr std::chrono::seconds kIdleTime{120};   // between requests of a connection
  static constexpr std::chrono::seconds kWriteTime{20};   // for each piece of a body
  static constexpr std::chrono::seconds kDrainTime{10};   // for requests in progress at the end

  Server(asio::any_io_executor executor, Handler handler);

  // Binds and listens. The error names the cure ("address in use: ..."); empty when it worked.
  std::string listen(const std::string& host, std::uint16_t port);
  std::uint16_t port() const;  // that it listens on

  // Accepts connections until stop().
  asio::awaitable<void> run();

  // Ends listening and idle connections at once, gives requests in progress kDrainTime, then
  // returns.
  asio::awaitable<void> stop();

 private:
  struct Session;
  asio::awaitable<void> serve(std::shared_ptr<Session> session);
  asio::awaitable<bool> exchange(Session& session);
  static asio::awaitable<bool> send(Session& session, Response& response, bool keep, bool head);
  bool make_room();

  asio::any_io_executor executor_;
  Handler handler_;
  asio::ip::tcp::acceptor acceptor_;
  std::list<std::shared_ptr<Session>> sessions_;  // least lately active first
  TaskGroup tasks_;
  bool stopping_ = false;
};

}  // namespace fleet::http
