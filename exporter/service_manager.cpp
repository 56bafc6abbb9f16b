// SPDX-License-Identifier: Apache-2.0
#include "service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>

#include "base/log.h"
#include "base/text.h"
#include "net/deadline.h"

namespace fleet::service_manager {
namespace {

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

// 0, or errno.
int send_to(std::string_view path, std::string_view message) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.data(), path.size());
  // A name in the abstract namespace begins with a zero byte, and ends where the address does.
  if (path[0] == '@') address.sun_path[0] = '\0';
  const std::size_t size = offsetof(sockaddr_un, sun_path) + path.size();

  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return errno;
  // Nobody reads while systemd hangs: the loop must not hang with it.
  constexpr timeval kPatience{.tv_sec = 0, .tv_usec = 200'000};
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const ssize_t sent =
      ::sendto(socket, message.data(), message.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size));
  const int problem = sent < 0 ? errno : 0;
  ::close(socket);
  return problem;
}

void tell(std::string_view message) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  // What is neither a file nor an abstract name is a kind of socket that later systemds have for
  // virtual machines.
  if (path == nullptr || (*path != '/' && *path != '@')) return;
  if (const int problem = send_to(path, message); problem != 0)
    log::warning("systemd was not told",
                 {{"message", first_line(message)}, {"error", std::strerror(problem)}});
}

std::optional<std::int64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? std::nullopt : parse_integer(text);
}

}  // namespace

void ready(std::string_view status) {
  // An end of a line would begin another message, and systemd drops all of more than 4096 bytes.
  constexpr std::size_t kLongest = 1024;
  tell(std::string("READY=1\nSTATUS=").append(first_line(status).substr(0, kLongest)));
}

void reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t microseconds = now.tv_sec * std::int64_t{1'000'000} + now.tv_nsec / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds) +
       "\nSTATUS=reading the configuration again");
}

void stopping() { tell("STOPPING=1\nSTATUS=ending"); }

asio::awaitable<void> keep_watchdog_calm() {
  const std::int64_t patience = number_in("WATCHDOG_USEC").value_or(0);
  const std::int64_t asked = number_in("WATCHDOG_PID").value_or(::getpid());
  if (patience <= 0 || asked != ::getpid()) co_return;
  const std::chrono::microseconds pause(patience / 2);
  for (;;) {
    tell("WATCHDOG=1");
    co_await sleep_until(Clock::now() + pause);
  }
}

}  // namespace fleet::service_manager
