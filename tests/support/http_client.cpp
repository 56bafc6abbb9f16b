// SPDX-License-Identifier: Apache-2.0
#include "support/http_client.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <thread>

namespace fleet::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view kLineEnd = "\r\n";

}  // namespace

std::string HttpReply::header(std::string_view name) const {
  const std::string start = std::string(kLineEnd) + std::string(name) + ": ";
  const std::size_t at = head.find(start);
  if (at == std::string::npos) return "";
  const std::size_t value = at + start.size();
  return head.substr(value, head.find(kLineEnd, value) - value);
}

HttpClient::HttpClient(std::uint16_t port, const std::string& address, int receive_buffer) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return;
  socket_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer != 0)
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  if (connect(socket_, found->ai_addr, found->ai_addrlen) != 0) close();
  freeaddrinfo(found);
}

HttpClient::~HttpClient() { close(); }

void HttpClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Appends what has come; false when the connection ended or the time is over.
bool HttpClient::receive(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  pollfd waited = {socket_, POLLIN, 0};
  if (left <= 0 || poll(&waited, 1, static_cast<int>(left)) <= 0) return false;
  char bytes[16384];
  const ssize_t size = recv(socket_, bytes, sizeof(bytes), 0);
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(size));
  return true;
}

bool HttpClient::closed(std::chrono::milliseconds within) {
  const Clock::time_point until = Clock::now() + within;
  while (receive(until)) buffer_.clear();
  return Clock::now() < until;
}

void HttpClient::read_slowly(std::chrono::milliseconds how_long) {
  const Clock::time_point until = Clock::now() + how_long;
  char bytes[16];
  while (Clock::now() < until && recv(socket_, bytes, sizeof(bytes), 0) > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

bool HttpClient::fill_until(std::string_view mark, std::size_t& at) {
  const Clock::time_point until = Clock::now() + kPatience;
  for (at = buffer_.find(mark); at == std::string::npos; at = buffer_.find(mark))
    if (!receive(until)) return false;
  return true;
}

std::optional<std::string> HttpClient::take(std::size_t size) {
  const Clock::time_point until = Clock::now() + kPatience;
  while (buffer_.size() < size)
    if (!receive(until)) return std::nullopt;
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::optional<std::string> HttpClient::take_line() {
  std::size_t end = 0;
  if (!fill_until(kLineEnd, end)) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + kLineEnd.size());
  return line;
}

std::optional<HttpReply> HttpClient::read_reply(bool of_head) {
  std::size_t end = 0;
  if (!connected() || !fill_until("\r\n\r\n", end)) return std::nullopt;
  HttpReply reply;
  reply.head = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  reply.status = std::atoi(reply.head.substr(std::min<std::size_t>(end, 9), 3).c_str());
  if (!of_head && !read_body(reply)) return std::nullopt;
  return reply;
}

bool HttpClient::read_body(HttpReply& reply) {
  if (const std::string length = reply.header("Content-Length"); !length.empty()) {
    auto body = take(std::stoul(length));
    if (body) reply.body = std::move(*body);
    return body.has_value();
  }
  if (reply.header("Transfer-Encoding") != "chunked") {  // up to the end of the connection
    const Clock::time_point until = Clock::now() + kPatience;
    while (receive(until)) {
    }
    reply.body = std::move(buffer_);
    buffer_.clear();
    return Clock::now() < until;
  }
  for (;;) {
    const auto size_line = take_line();
    if (!size_line || size_line->empty() ||
        !std::isxdigit(static_cast<unsigned char>(size_line->front())))
      return false;
    const std::size_t size = std::stoul(*size_line, nullptr, 16);
    const auto chunk = take(size);
    const auto line_end = take_line();
    if (!chunk || !line_end || !line_end->empty()) return false;
    if (size == 0) return true;
    reply.body += *chunk;
    ++reply.chunks;
  }
}

HttpReply http_get(std::uint16_t port, const std::string& target, const std::string& headers) {
  HttpClient client(port);
  client.send("GET " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + headers +
              "\r\n");
  return client.read_reply().value_or(HttpReply{});
}

}  // namespace fleet::test
