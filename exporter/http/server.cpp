// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cmath>

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/log.h"
#include "base/text.h"
#include "exposition/negotiate.h"
#include "http/client_stream.h"
#include "http/listener.h"

namespace fleet::http {
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;

struct Server::Session {
  Session(tcp::socket socket, std::shared_ptr<TlsServer> tls)
      : stream(std::move(socket), std::move(tls)) {}
  ClientStream stream;
  std::string from;  // the client's address
  beast::flat_buffer buffer{kMaxHeader};
  unsigned version = 11;  // of HTTP in the last request
  bool busy = false;      // between a request's arrival and the end of its response
  bool unread = false;    // the request was answered before its last byte was read
};

// A session's place in the list while it is served, however that ends.
class Server::Place {
 public:
  Place(Sessions& sessions, std::shared_ptr<Session> session)
      : sessions_(sessions), session_(std::move(session)) {
    sessions_.push_back(session_);
  }
  ~Place() { sessions_.remove(session_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void move_to_end() {
    sessions_.remove(session_);
    sessions_.push_back(session_);
  }

 private:
  Sessions& sessions_;
  std::shared_ptr<Session> session_;
};

namespace {

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// The request in our terms, or the response that refuses it.
std::optional<Response> read_request(const bhttp::request<bhttp::empty_body>& message,
                                     bool has_body, Request& request) {
  request.post = message.method() == bhttp::verb::post;
  if (!request.post && message.method() != bhttp::verb::get &&
      message.method() != bhttp::verb::head) {
    Response response = error_response(405, "only GET and HEAD");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  if (has_body) return error_response(413, "requests have no body here");
  if (!parse_target(view(message.target()), request))
    return error_response(400, "the request's path or query is malformed");
  request.host = view(message[bhttp::field::host]);
  request.authorization = view(message[bhttp::field::authorization]);
  request.format = preferred_format(view(message[bhttp::field::accept]));
  request.accepts_gzip = accepts_gzip(view(message[bhttp::field::accept_encoding]));
  // Anything but a time that can be waited for counts as not sent.
  const auto timeout = parse_number(view(message["X-Prometheus-Scrape-Timeout-Seconds"]));
  if (timeout && std::isfinite(*timeout) && *timeout > 0) request.scrape_timeout = timeout;
  return std::nullopt;
}

// The answer to what is not a request that we take; none when nobody is left to answer.
std::optional<Response> bad_request(const boost::system::error_code& error) {
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow)
    return error_response(431, "the request's header is longer than 8 KiB");
  if (error == bhttp::error::end_of_stream || error == bhttp::error::partial_message)
    return std::nullopt;
  if (error.category() == bhttp::make_error_code(bhttp::error::bad_target).category())
    return error_response(400, "this is not an HTTP/1.1 request: " + error.message());
  return std::nullopt;
}

// A client that reset the connection gets no page made for it. One that only ended its half reads
// on.
bool is_gone(tcp::socket& socket) {
  char byte = 0;
  return ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno != EAGAIN &&
         errno != EWOULDBLOCK && errno != EINTR;
}

// Whether the client went, as probes of a port do, or had to give way: neither was turned away.
bool is_broken_off(const boost::system::error_code& error) {
  return error == asio::error::operation_aborted || error == asio::error::eof ||
         error == asio::error::connection_reset || error == asio::ssl::error::stream_truncated;
}

// A client that speaks HTTP where TLS is spoken.
bool is_plain_http(const boost::system::error_code& error) {
  return error.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
}

}  // namespace

Server::Server(asio::any_io_executor executor, Handler handler, Complaints& complaints,
               ServerLimits limits)
    : executor_(executor),
      handler_(std::move(handler)),
      limits_(limits),
      tasks_(executor),
      complaints_(complaints) {}

std::string Server::listen(const std::string& host, std::uint16_t port) {
  return open_listener(acceptors_.emplace_back(executor_), host, port);
}

std::string Server::listen_on_systemd_sockets() {
  return take_systemd_listeners(executor_, acceptors_);
}

std::uint16_t Server::port() const { return acceptors_.front().local_endpoint().port(); }

// At the limit, who has waited longest with nothing asked (or half asked) goes: clients that hold
// connections idle cannot shut out the one that scrapes.
bool Server::make_room() {
  for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
    if ((*it)->busy) continue;
    (*it)->stream.tcp().close();
    sessions_.erase(it);  // it must not be found again before its task has noticed
    return true;
  }
  return false;
}

// Who came in by what held before has to come in again.
void Server::use_tls(std::shared_ptr<TlsServer> tls) {
  tls_ = std::move(tls);
  for (const auto& session : sessions_)
    if (!session->busy) session->stream.tcp().close();
}

asio::awaitable<void> Server::run() {
  TaskGroup listening(executor_);
  for (tcp::acceptor& acceptor : acceptors_) listening.spawn("HTTP listener", accept(acceptor));
  co_await listening.join();
}

asio::awaitable<void> Server::accept(tcp::acceptor& acceptor) {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor.async_accept(no_throw);
    if (stopping_) break;
    if (error) {
      // Out of descriptors, mostly: give sessions time to end instead of spinning.
      complaints_.warn("cannot accept a connection", error.message());
      co_await sleep_until(Clock::now() + std::chrono::milliseconds(100));
      continue;
    }
    if (sessions_.size() >= limits_.connections && !make_room()) {
      complaints_.refuse(Refusal::connections, "a connection was refused",
                         "all connections are busy with requests");
      continue;
    }
    try {
      tasks_.spawn("HTTP connection", serve(std::make_shared<Session>(std::move(socket), tls_)));
    } catch (const std::exception& failed) {  // no memory: it costs this client
      complaints_.refuse(Refusal::connections, "a connection was refused", failed.what());
    }
  }
}

asio::awaitable<void> Server::serve(std::shared_ptr<Session> session) {
  Place place(sessions_, session);
  boost::system::error_code ignored;
  tcp::socket& socket = session->stream.tcp().socket();
  socket.set_option(tcp::no_delay(true), ignored);
  session->from = socket.remote_endpoint(ignored).address().to_string();
  try {
    const bool understood = co_await shake_hands(*session);
    while (understood && !stopping_) {
      const bool more = co_await exchange(*session);
      session->busy = false;
      if (!more) break;
      place.move_to_end();
    }
    co_await say_goodbye(*session);
  } catch (const boost::system::system_error&) {
    if (!stopping_) throw;  // else stop() has cancelled it
  }
}

// The handshake, where there is TLS. False when the connection is of no use.
asio::awaitable<bool> Server::shake_hands(Session& session) {
  ClientStream::TlsStream* tls = session.stream.tls();
  if (tls == nullptr) co_return true;
  session.stream.tcp().expires_after(limits_.header_time);
  const auto [error] = co_await tls->async_handshake(asio::ssl::stream_base::server, no_throw);
  if (!error && session.stream.server()->allows_names(tls->native_handle())) co_return true;
  if (stopping_ || is_broken_off(error)) co_return false;
  const std::string why = error ? error.message() : "client_allowed_sans has none of its names";
  complaints_.refuse(Refusal::handshake, "a client was refused", why, session.from);
  if (!is_plain_http(error)) co_return false;
  constexpr std::string_view kAnswer =
      "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
      "this port speaks HTTPS: write https:// instead of http://\n";
  session.stream.tcp().expires_after(limits_.write_time);
  co_await asio::async_write(session.stream.tcp(), asio::buffer(kAnswer), no_throw);
  session.unread = true;
  co_return false;
}

// One request and its response; false when the connection is to be closed.
asio::awaitable<bool> Server::exchange(Session& session) {
  if (session.buffer.size() == 0) {
    // Waiting for a request to begin may take long; once it began it has to come swiftly.
    session.stream.tcp().expires_after(limits_.idle_time);
    const auto room = session.buffer.prepare(1024);
    const auto [ended, size] = co_await session.stream.async_read_some(room, no_throw);
    if (ended) co_return false;
    session.buffer.commit(size);
  }
  bhttp::request_parser<bhttp::empty_body> parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(boost::none);  // no byte of a body is read
  session.stream.tcp().expires_after(limits_.header_time);
  const auto [error, size] =
      co_await bhttp::async_read_header(session.stream, session.buffer, parser, no_throw);
  session.stream.tcp().expires_never();
  session.busy = true;
  session.unread = error || !parser.is_done();
  const auto& message = parser.get();
  std::optional<Response> response;
  Request request;
  if (error) {
    response = bad_request(error);
    if (!response) co_return false;
  } else {
    session.version = message.version();
    request.arrived = Clock::now();
    request.from = session.from;
    if (ClientStream::TlsStream* tls = session.stream.tls())
      request.certified = session.stream.server()->is_certified(tls->native_handle());
    response = read_request(message, session.unread, request);
    if (!response && is_gone(session.stream.tcp().socket())) co_return false;
    if (!response) response = co_await handler_(request);
  }
  const bool keep = !session.unread && message.keep_alive() && !stopping_ &&
                    session.stream.server() == tls_.get();
  const bool head = !error && message.method() == bhttp::verb::head;
  const bool sent = co_await send(session, *response, keep, head);
  co_return sent&& keep;
}

asio::awaitable<bool> Server::send(Session& session, Response& response, bool keep,
                                   bool head) const {
  // HTTP/1.0 knows no chunks: there the end of the connection ends a body of unknown length.
  const bool chunked = response.more && session.version > 10;
  if (response.more && !chunked && !head) keep = false;
  bhttp::response<bhttp::string_body> out;
  out.result(response.status);
  out.version(session.version);
  out.keep_alive(keep);
  out.set(bhttp::field::content_type, response.content_type);
  out.set(bhttp::field::vary, "Accept, Accept-Encoding");  // for caches between
  for (const auto& [name, value] : response.headers) out.set(name, value);
  if (response.gzip) out.set(bhttp::field::content_encoding, "gzip");
  session.stream.tcp().expires_after(limits_.write_time);
  if (!response.more || head) {
    if (!response.more) out.content_length(response.body.size());
    if (!head) out.body() = std::move(response.body);
    bhttp::response_serializer<bhttp::string_body> whole(out);
    const auto [failed, size] = co_await bhttp::async_write(session.stream, whole, no_throw);
    co_return !failed;
  }
  out.chunked(chunked);
  bhttp::response_serializer<bhttp::string_body> header(out);
  const auto [failed, size] = co_await bhttp::async_write_header(session.stream, header, no_throw);
  if (failed) co_return false;
  std::string piece = std::move(response.body);
  for (bool more = true; more || !piece.empty();) {
    if (!piece.empty()) {  // an empty chunk would end the body
      session.stream.tcp().expires_after(limits_.write_time);
      boost::system::error_code broken;
      if (chunked) {
        const auto chunk = bhttp::make_chunk(asio::buffer(piece));
        std::tie(broken, std::ignore) = co_await asio::async_write(session.stream, chunk, no_throw);
      } else {
        std::tie(broken, std::ignore) =
            co_await asio::async_write(session.stream, asio::buffer(piece), no_throw);
      }
      if (broken) co_return false;
      piece.clear();
    }
    if (more) more = response.more(piece);
  }
  if (!chunked) co_return false;
  const auto last = bhttp::make_chunk_last();
  const auto [broken, written] = co_await asio::async_write(session.stream, last, no_throw);
  co_return !broken;
}

asio::awaitable<void> Server::say_goodbye(Session& session) {
  ClientStream::TlsStream* tls = session.stream.tls();
  if (tls != nullptr && SSL_is_init_finished(tls->native_handle()) == 1) {
    session.stream.tcp().expires_after(std::chrono::seconds(1));
    co_await tls->async_shutdown(no_throw);
  }
  boost::system::error_code ignored;
  session.stream.tcp().socket().shutdown(tcp::socket::shutdown_send, ignored);
  if (session.unread) co_await linger(session);
}

// Closing with bytes unread would reset the connection, and the client could lose the answer that
// refuses it: what still comes is taken and dropped, for a moment.
asio::awaitable<void> Server::linger(Session& session) {
  constexpr std::size_t kMost = 1 << 20;
  static std::array<char, 64 << 10> dropped;  // nobody reads it
  beast::tcp_stream& stream = session.stream.tcp();
  stream.expires_after(std::chrono::seconds(1));
  for (std::size_t taken = 0; taken < kMost;) {
    const auto [ended, size] = co_await stream.async_read_some(asio::buffer(dropped), no_throw);
    if (ended) break;
    taken += size;
  }
}

asio::awaitable<void> Server::stop() {
  stopping_ = true;
  boost::system::error_code ignored;
  for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
  for (const auto& session : sessions_)
    if (!session->busy) session->stream.tcp().close();
  const bool drained = co_await finished_before(Clock::now() + limits_.drain_time, tasks_.join());
  if (drained) co_return;
  log::warning("requests still in progress are cut off at the end");
  for (const auto& session : sessions_) session->stream.tcp().close();
  tasks_.cancel();
  co_await tasks_.join();
}

}  // namespace fleet::http
