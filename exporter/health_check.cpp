// SPDX-License-Identifier: Apache-2.0
#include "health_check.h"

#include <algorithm>
#include <array>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/printable.h"
#include "config/option_values.h"
#include "net/resolver.h"
#include "net/stream.h"

namespace fleet {
namespace {

constexpr std::chrono::seconds kPatience{3};
constexpr std::size_t kLongestLine = 200;  // of a status; ours are shorter

std::string reachable(const std::string& host) {
  if (host.empty() || host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

// Of an answer that begins with "HTTP/1.1 200 OK" or the like.
std::string judge(std::string_view answer) {
  const std::string_view status = answer.substr(0, answer.find('\r'));
  if (!status.starts_with("HTTP/1.")) return "the answer is not HTTP: another program's port?";
  const std::string_view code = status.substr(std::min<std::size_t>(status.size(), 8));
  // What is refused at the door is an answer, too: a password or certificate is wanted, requests
  // are too many, or this is a port that speaks TLS. An exporter that hangs says nothing.
  for (const std::string_view alive : {" 200", " 400", " 401", " 403", " 429"})
    if (code == alive || (code.starts_with(alive) && code[4] == ' ')) return {};
  return "it answers " + printable(status, kLongestLine);
}

struct Question {
  ListenAddress address;  // of one host
  std::string request;
  // What is wrong if the time ends now, and at the end what is wrong.
  std::string problem = "its name is not resolved in time";
};

asio::awaitable<std::unique_ptr<Stream>> connect(Resolver& resolver, Question& question) {
  std::unique_ptr<Stream> stream;
  const Resolver::Answer answer = co_await resolver.resolve(question.address.host);
  question.problem = answer.addresses.empty() ? "cannot resolve the name: " + answer.error
                                              : "it does not accept the connection in time";
  for (const asio::ip::address& address : answer.addresses) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) break;
    Connected connected = co_await connect_tcp(address, question.address.port);
    stream = std::move(connected.stream);
    if (stream) break;
    question.problem = std::move(connected.failure.message);
  }
  co_return stream;
}

asio::awaitable<void> ask(Resolver& resolver, Question& question) {
  const std::unique_ptr<Stream> stream = co_await connect(resolver, question);
  if (!stream) co_return;
  question.problem = "it accepts the connection and does not answer in time: it hangs";
  const asio::const_buffer request = asio::buffer(question.request);
  IoResult io = co_await stream->write(request);
  std::string line;
  std::array<char, kLongestLine> piece{};
  const asio::mutable_buffer into = asio::buffer(piece);
  while (!io.error && line.find('\r') == std::string::npos && line.size() < kLongestLine) {
    io = co_await stream->read_some(into);
    line.append(piece.data(), io.size);
  }
  const auto state = co_await asio::this_coro::cancellation_state;
  if (is_cancelled(state)) co_return;
  question.problem = line.empty() ? network_failure(io.error, "read").message : judge(line);
}

asio::awaitable<void> ask_in_time(Resolver& resolver, Question& question) {
  co_await finished_before(Clock::now() + kPatience, ask(resolver, question));
  co_await resolver.stop();
}

}  // namespace

std::string ask_health(const ListenAddress& address, const std::string& path) {
  Question question{{reachable(address.host), address.port}, {}};
  const std::string place = display(question.address);
  if (address.port == 0)
    return "with port 0 in --web.listen-address the exporter's port is not known: give "
           "--check-health=http://HOST:PORT";
  question.request = "GET " + path + " HTTP/1.1\r\nHost: " + place +
                     "\r\nUser-Agent: redis_fleet_exporter\r\nConnection: close\r\n\r\n";
  asio::io_context loop(1);
  Resolver resolver(loop.get_executor());
  asio::co_spawn(loop, ask_in_time(resolver, question), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  loop.run();
  return question.problem.empty() ? "" : "http://" + place + path + ": " + question.problem;
}

}  // namespace fleet
