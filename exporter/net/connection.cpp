// SPDX-License-Identifier: Apache-2.0
#include "net/connection.h"

#include <random>

#include <boost/asio/error.hpp>

namespace fleet {
namespace {

// A typical answer fits one read; INFO of a busy server takes two or three.
constexpr std::size_t kReadSize = 32 << 10;

}  // namespace

Clock::time_point about(Clock::duration time) {
  static std::minstd_rand random{std::random_device{}()};
  const double factor = std::uniform_real_distribution(0.9, 1.1)(random);
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(time * factor);
}

asio::awaitable<Failure> Connection::send(const std::string& batch) {
  const IoResult sent = co_await stream_->write(asio::buffer(batch));
  Failure failure;
  if (sent.error) failure = network_failure(sent.error, "write");
  co_return failure;
}

asio::awaitable<Failure> Connection::receive(std::size_t expected, ReplyBuffer& replies,
                                             Clock::time_point* first_byte) {
  Failure failure = co_await receive_more(expected, replies, first_byte);
  if (!failure && replies.size() > expected)
    failure = Failure(Reason::protocol, "the server sent more replies than it was asked for");
  if (!failure) replies.finish();
  co_return failure;
}

asio::awaitable<Failure> Connection::receive_more(std::size_t least, ReplyBuffer& replies,
                                                  Clock::time_point* first_byte) {
  const auto bytes = std::make_unique_for_overwrite<char[]>(kReadSize);
  Failure failure;
  while (replies.size() < least && !failure) {
    const IoResult got = co_await stream_->read_some(asio::buffer(bytes.get(), kReadSize));
    const std::string_view piece(bytes.get(), got.size);
    if (got.size > 0) {
      const bool first = replies.bytes() == 0;
      if (first && first_byte != nullptr) *first_byte = Clock::now();
      failure = replies.feed(piece);
      // 0x15 0x03: a TLS alert.
      if (failure.reason == Reason::protocol && first && piece.starts_with("\x15\x03"))
        failure = Failure(Reason::tls, "the port speaks TLS: use rediss://");
    }
    if (!got.error || failure) continue;
    const bool hung_up =
        got.error == asio::error::eof || got.error == asio::error::connection_reset;
    if (hung_up && replies.bytes() == 0) {
      failure = Failure(Reason::closed,
                        "the server closed the connection without an answer: is this a port of "
                        "Redis, does it expect TLS (rediss://), does its log say why?");
    } else {
      failure = network_failure(got.error, "read");
    }
  }
  co_return failure;
}

}  // namespace fleet
