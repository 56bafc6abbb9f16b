// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <charconv>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "base/log.h"
#include "base/text.h"
#include "exposition/negotiate.h"

namespace fleet::http {
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;

struct Server::Session {
  explicit Session(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer{kMaxHeader};
  bool busy = false;  // between a request's arrival and the end of its response
};

namespace {

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// The request in our terms, or the response that refuses it.
std::optional<Response> read_request(const bhttp::request<bhttp::empty_body>& message,
                                     Request& request) {
  if (message.method() != bhttp::verb::get && message.method() != bhttp::verb::head)
    return error_response(405, "only GET and HEAD");
  if (!parse_target(view(message.target()), request))
    return error_response(400, "the request's path or query is malformed");
  request.accepts_gzip = accepts_gzip(view(message[bhttp::field::accept_encoding]));
  const std::string_view timeout = view(message["X-Prometheus-Scrape-Timeout-Seconds"]);
  if (!timeout.empty()) request.scrape_timeout = parse_number(timeout);
  return std::nullopt;
}

// The answer to what is not a request that we take; none when nobody is left to answer.
std::optional<Response> bad_request(const boost::system::error_code& error) {
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow)
    return error_response(431, "the request's header is longer than 8 KiB");
  if (error == bhttp::error::body_limit) return error_response(413, "requests have no body here");
  if (error == bhttp::error::end_of_stream || error == bhttp::error::partial_message)
    return std::nullopt;
  if (error.category() == bhttp::make_error_code(bhttp::error::bad_target).category())
    return error_response(400, "this is not an HTTP/1.1 request: " + error.message());
  return std::nullopt;
}

}  // namespace

Server::Server(asio::any_io_executor executor, Handler handler)
    : executor_(executor), handler_(std::move(handler)), acceptor_(executor), tasks_(executor) {}

std::string Server::listen(const std::string& host, std::uint16_t port) {
  boost::system::error_code error;
  const auto address = host.empty() ? asio::ip::address(asio::ip::address_v6::any())
                                    : asio::ip::make_address(host, error);
  tcp::endpoint endpoint(address, port);
  const std::string where = (host.empty() ? "" : host) + ":" + std::to_string(port);
  if (error)
    return "--web.listen-address: " + host + " is not an address; give one such as 127.0.0.1:9121";
  acceptor_.open(endpoint.protocol(), error);
  if (error && host.empty()) {  // no IPv6 on this machine
    endpoint = tcp::endpoint(tcp::v4(), port);
    acceptor_.open(endpoint.protocol(), error);
  }
  if (error) return "cannot listen on " + where + ": " + error.message();
  if (host.empty() && endpoint.protocol() == tcp::v6())
    acceptor_.set_option(asio::ip::v6_only(false), error);
  acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  acceptor_.bind(endpoint, error);
  if (error == asio::error::address_in_use)
    return "cannot listen on " + where +
           ": the port is in use (see: ss -ltnp); end that program or give another "
           "--web.listen-address";
  if (error) return "cannot listen on " + where + ": " + error.message();
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return "cannot listen on " + where + ": " + error.message();
  return {};
}

std::uint16_t Server::port() const { return acceptor_.local_endpoint().port(); }

// At the limit, who has waited longest with nothing asked (or half asked) goes: clients that hold
// connections idle cannot shut out the one that scrapes.
bool Server::make_room() {
  for (const auto& session : sessions_) {
    if (session->busy) continue;
    session->stream.cancel();
    session->stream.close();
    return true;
  }
  return false;
}

asio::awaitable<void> Server::run() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(no_throw);
    if (stopping_) break;
    if (error) {
      // Out of descriptors, mostly: give sessions time to end instead of spinning.
      log::warning("cannot accept a connection", {{"error", error.message()}});
      co_await sleep_until(Clock::now() + std::chrono::milliseconds(100));
      continue;
    }
    if (sessions_.size() >= kMaxConnections && !make_room()) continue;  // drops the new one
    auto session = std::make_shared<Session>(std::move(socket));
    sessions_.push_back(session);
    tasks_.spawn("HTTP connection", serve(session));
  }
}

asio::awaitable<void> Server::serve(std::shared_ptr<Session> session) {
  boost::system::error_code ignored;
  session->stream.socket().set_option(tcp::no_delay(true), ignored);
  bool more = true;
  while (more && !stopping_) {
    more = co_await exchange(*session);
    session->busy = false;
    sessions_.remove(session);
    if (more) sessions_.push_back(session);
  }
  sessions_.remove(session);
  session->stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

// One request and its response; false when the connection is to be closed.
asio::awaitable<bool> Server::exchange(Session& session) {
  if (session.buffer.size() == 0) {
    // Waiting for a request to begin may take long; once it began it has to come swiftly.
    session.stream.expires_after(kIdleTime);
    const auto room = session.buffer.prepare(1024);
    const auto [ended, size] = co_await session.stream.async_read_some(room, no_throw);
    if (ended) co_return false;
    session.buffer.commit(size);
  }
  bhttp::request_parser<bhttp::empty_body> parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(0);
  session.stream.expires_after(kHeaderTime);
  const auto [error, size] =
      co_await bhttp::async_read(session.stream, session.buffer, parser, no_throw);
  session.stream.expires_never();
  session.busy = true;
  const auto& message = parser.get();
  std::optional<Response> response;
  Request request;
  if (error) {
    response = bad_request(error);
    if (!response) co_return false;
  } else {
    request.arrived = Clock::now();
    response = read_request(message, request);
    if (!response) response = co_await handler_(request);
  }
  const bool keep = !error && message.keep_alive() && !stopping_;
  const bool head = !error && message.method() == bhttp::verb::head;
  const bool sent = co_await send(session, *response, keep, head);
  co_return sent&& keep;
}

asio::awaitable<bool> Server::send(Session& session, Response& response, bool keep, bool head) {
  bhttp::response<bhttp::string_body> out;
  out.result(response.status);
  out.version(11);
  out.keep_alive(keep);
  out.set(bhttp::field::content_type, response.content_type);
  if (response.status == 405) out.set(bhttp::field::allow, "GET, HEAD");
  if (response.gzip) out.set(bhttp::field::content_encoding, "gzip");
  session.stream.expires_after(kWriteTime);
  if (!response.more || head) {
    if (!response.more) out.content_length(response.body.size());
    if (!head) out.body() = std::move(response.body);
    bhttp::response_serializer<bhttp::string_body> whole(out);
    const auto [failed, size] = co_await bhttp::async_write(session.stream, whole, no_throw);
    co_return !failed;
  }
  out.chunked(true);
  bhttp::response_serializer<bhttp::string_body> header(out);
  const auto [failed, size] = co_await bhttp::async_write_header(session.stream, header, no_throw);
  if (failed) co_return false;
  std::string piece = std::move(response.body);
  for (bool more = true; more || !piece.empty();) {
    if (!piece.empty()) {  // an empty chunk would end the body
      session.stream.expires_after(kWriteTime);
      const auto chunk = bhttp::make_chunk(asio::buffer(piece));
      const auto [broken, written] = co_await asio::async_write(session.stream, chunk, no_throw);
      if (broken) co_return false;
      piece.clear();
    }
    if (more) more = response.more(piece);
  }
  const auto last = bhttp::make_chunk_last();
  const auto [broken, written] = co_await asio::async_write(session.stream, last, no_throw);
  co_return !broken;
}

asio::awaitable<void> Server::stop() {
  stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (const auto& session : sessions_)
    if (!session->busy) session->stream.close();
  const bool drained = co_await finished_before(Clock::now() + kDrainTime, tasks_.join());
  if (drained) co_return;
  log::warning("requests still in progress are cut off at the end");
  for (const auto& session : sessions_) session->stream.close();
  tasks_.cancel();
  co_await tasks_.join();
}

}  // namespace fleet::http
