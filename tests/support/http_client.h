// SPDX-License-Identifier: Apache-2.0
// An HTTP client of few tricks, for tests of the server: it sends any bytes, reads when told to,
// and does not hide what came. Blocking; nothing waits longer than kPatience.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fleet::test {

struct HttpReply {
  int status = 0;
  std::string head;        // status line and headers, without the empty line
  std::string body;        // without the framing of chunks
  std::size_t chunks = 0;  // that the body came in; 0: not chunked

  // A header's value, "" without it. `name` as the server spells it.
  std::string header(std::string_view name) const;
};

class HttpClient {
 public:
  static constexpr std::chrono::seconds kPatience{10};

  // Connects. `receive_buffer`: bytes that the kernel takes for a client that does not read; 0: its
  // default.
  explicit HttpClient(std::uint16_t port, const std::string& address = "127.0.0.1",
                      int receive_buffer = 0);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  bool connected() const { return socket_ >= 0; }
  // False when the server has closed the connection.
  bool send(std::string_view bytes);
  // The next reply; none when the connection ended before its last byte. `of_head`: the request was
  // HEAD, so no body follows.
  std::optional<HttpReply> read_reply(bool of_head = false);
  // Waits until the server closes, and drops what comes before; false after `within`.
  bool closed(std::chrono::milliseconds within = kPatience);
  // Takes a few bytes now and then for so long, and drops them.
  void read_slowly(std::chrono::milliseconds how_long);
  // Closes at once; the server sees a reset where it still sends.
  void close();

 private:
  bool receive(std::chrono::steady_clock::time_point until);
  bool fill_until(std::string_view mark, std::size_t& at);
  std::optional<std::string> take(std::size_t size);
  std::optional<std::string> take_line();
  bool read_body(HttpReply& reply);

  int socket_ = -1;
  std::string buffer_;  // received and not yet taken
};

// One GET on a connection of its own; status 0 when there was no reply. `headers` are whole lines.
HttpReply http_get(std::uint16_t port, const std::string& target, const std::string& headers = "");

}  // namespace fleet::test
