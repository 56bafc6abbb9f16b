// SPDX-License-Identifier: Apache-2.0
#include "support/fake_redis.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

namespace fleet::test {
namespace {

constexpr int kEvery = std::numeric_limits<int>::max();

int listen_at(const FakeRedis::Place& place) {
  const bool local = !place.path.empty();
  const int listener = ::socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  int failed = 0;
  if (local) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    place.path.copy(address.sun_path, sizeof address.sun_path - 1);
    failed = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(place.port);
    ::inet_pton(AF_INET, place.address.c_str(), &address.sin_addr);
    failed = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    // Replies go out one by one, as Redis's do: none waits for the ACK of the one before.
    const int on = 1;
    ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (failed != 0 || ::listen(listener, 64) != 0)
    throw std::runtime_error("the scripted server cannot listen");
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// The number behind the type byte of the line at `at`, and `at` moved behind the line.
std::optional<std::size_t> take_count(std::string_view bytes, char type, std::size_t& at) {
  const std::size_t end = bytes.find("\r\n", at);
  if (end == bytes.npos) return std::nullopt;
  std::size_t count = 0;
  if (bytes[at] != type ||
      std::from_chars(bytes.data() + at + 1, bytes.data() + end, count).ptr != bytes.data() + end)
    throw std::runtime_error("not a command");
  at = end + 2;
  return count;
}

// Takes one command out of what came, its words joined by spaces; none when it is not all there.
std::optional<std::string> take_command(std::string& pending) {
  std::size_t at = 0;
  const auto words = take_count(pending, '*', at);
  std::string command;
  for (std::size_t i = 0; words && i < *words; ++i) {
    const auto size = take_count(pending, '$', at);
    if (!size || pending.size() < at + *size + 2) return std::nullopt;
    if (i > 0) command += ' ';
    command.append(pending, at, *size);
    at += *size + 2;
  }
  if (!words) return std::nullopt;
  pending.erase(0, at);
  return command;
}

}  // namespace

std::string bulk(std::string_view text) {
  return '$' + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

std::string info_reply(std::string_view version, std::string_view run_id,
                       std::string_view more_lines) {
  std::string text = "# Server\r\nredis_version:";
  text.append(version).append("\r\nredis_mode:standalone\r\nrun_id:").append(run_id);
  text.append("\r\nuptime_in_seconds:100\r\n# Persistence\r\nloading:0\r\n# Replication\r\n");
  text.append("role:master\r\n").append(more_lines);
  return bulk(text);
}

FakeRedis::FakeRedis(const Place& place) : path_(place.path) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  listener_ = listen_at(place);
  if (path_.empty()) port_ = port_of(listener_);
  answers("INFO all", info_reply("7.0.15", std::string(40, 'a')));
  answers("CLIENT SETNAME redis_fleet_exporter", "+OK\r\n");
  // What nodes of one group are compared by.
  answers("INFO replication", bulk("# Replication\r\nrole:master\r\n"));
  answers("INFO server", bulk("# Server\r\nredis_version:7.0.15\r\n"));
  answers(kComparedSettings, "*0\r\n");
  accepting_ = std::thread([this] { accept_loop(); });
}

FakeRedis::~FakeRedis() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stopped_.notify_all();
    for (const auto& session : sessions_) session->socket.shut_down();
  }
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  for (const auto& session : sessions_) session->thread.join();
  ::close(listener_);
  if (!path_.empty()) ::unlink(path_.c_str());
  for (const std::string& command : unexpected_)
    ADD_FAILURE() << "the scripted server has no answer to: " << command;
}

void FakeRedis::accept_loop() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (client < 0 || stopping_) {
      if (client >= 0) ::close(client);
      return;
    }
    const int number = static_cast<int>(sessions_.size()) + 1;
    Session& session = *sessions_.emplace_back(std::make_unique<Session>(client, number));
    session.thread = std::thread([this, &session] { serve(session); });
  }
}

void FakeRedis::serve(Session& session) {
  std::shared_ptr<SSL_CTX> tls;
  std::optional<std::string> turned_away, strange;
  bool silent = false;
  {
    const std::lock_guard lock(mutex_);
    tls = tls_;
    turned_away = turned_away_;
    strange = strange_;
    silent = silent_;
  }
  if (tls && !session.socket.accept_tls(tls.get())) return session.socket.close();
  if (turned_away) {
    say(session, *turned_away);
    return session.socket.close();
  }
  std::string pending;
  while (!session.closed) {
    const std::string got = session.socket.read_some();
    if (got.empty()) break;
    if (silent) continue;
    if (strange) {
      say(session, *strange);
      break;
    }
    pending += got;
    if (is_thrown_away(pending)) break;
    try {
      while (!session.closed && !pending.empty()) {
        const auto command = take_command(pending);
        if (!command) break;
        answer(session, *command);
      }
    } catch (const std::runtime_error&) {
      say(session, "-ERR Protocol error\r\n");
      break;
    }
  }
  session.socket.close();
}

void FakeRedis::answer(Session& session, const std::string& command) {
  std::string bytes;
  std::optional<Fault> fault;
  std::chrono::milliseconds delay{0};
  std::size_t poured = 0;
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(command);
    if (session.number <= last_hung_) session.ended = true;
    if (const auto it = faults_.find(command);
        it != faults_.end() && session.number <= it->second.last_connection)
      fault = it->second;
    if (const auto it = delays_.find(command); it != delays_.end()) delay = it->second;
    if (const auto it = poured_.find(command); it != poured_.end()) poured = it->second;
    const auto it = answers_.find(command);
    if (refusal_) {
      bytes = *refusal_ + "\r\n";
    } else if (it != answers_.end()) {
      bytes = it->second;
    } else if (poured == 0) {
      unexpected_.insert(command);
      bytes = "-ERR unknown command\r\n";
    }
  }
  if (session.ended || (delay.count() > 0 && !pause(delay))) return;
  if (poured > 0) return pour(session, poured);
  if (!fault) return say(session, bytes);
  say(session, std::string_view(bytes).substr(0, fault->after));
  end(session, fault->ending);
}

void FakeRedis::say(Session& session, std::string_view bytes) {
  std::size_t drip = 0;
  std::chrono::milliseconds every{0};
  {
    const std::lock_guard lock(mutex_);
    drip = drip_ > 0 ? drip_ : bytes.size();
    every = drip_ > 0 ? drip_every_ : every;
  }
  while (!bytes.empty() && !session.ended) {
    const std::string_view piece = bytes.substr(0, drip);
    if (!session.socket.write(piece)) return;
    bytes.remove_prefix(piece.size());
    if (every.count() > 0 && !pause(every)) return;
  }
}

void FakeRedis::pour(Session& session, std::size_t bytes) {
  std::string piece;
  while (piece.size() < 64 << 10) piece += "field" + std::to_string(piece.size()) + ":1\r\n";
  say(session, '$' + std::to_string(bytes) + "\r\n");
  while (bytes > 0) {
    piece.resize(std::min(piece.size(), bytes));
    if (!session.socket.write(piece)) return;
    bytes -= piece.size();
  }
  say(session, "\r\n");
}

void FakeRedis::end(Session& session, Ending how) {
  session.ended = true;
  if (how == Ending::stall) return;
  session.closed = true;
  if (how == Ending::reset) {
    session.socket.reset();
  } else {
    session.socket.close();
  }
}

bool FakeRedis::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, time, [this] { return stopping_; });
}

FakeRedis& FakeRedis::answers(std::string_view command, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  answers_[std::string(command)] = bytes;
  return *this;
}

FakeRedis& FakeRedis::refuses_with(std::string_view line) {
  const std::lock_guard lock(mutex_);
  refusal_ = line;
  return *this;
}

FakeRedis& FakeRedis::turns_away_with(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  turned_away_ = bytes;
  return *this;
}

FakeRedis& FakeRedis::is_a_stranger_that_says(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  strange_ = bytes;
  return *this;
}

FakeRedis& FakeRedis::stays_silent() {
  const std::lock_guard lock(mutex_);
  silent_ = true;
  return *this;
}

FakeRedis& FakeRedis::pours(std::string_view command, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  answers_.erase(std::string(command));
  poured_[std::string(command)] = bytes;
  return *this;
}

FakeRedis& FakeRedis::speaks_tls(const ServerTls& tls) {
  const std::lock_guard lock(mutex_);
  tls_ = make_server_context(tls);
  return *this;
}

FakeRedis& FakeRedis::hangs(Meets whom) {
  const std::lock_guard lock(mutex_);
  last_hung_ = last_met(whom);
  return *this;
}

FakeRedis& FakeRedis::works_again() {
  const std::lock_guard lock(mutex_);
  last_hung_ = 0;
  drip_ = 0;
  faults_.clear();
  delays_.clear();
  refusal_.reset();
  return *this;
}

FakeRedis& FakeRedis::takes(std::chrono::milliseconds time, std::string_view command) {
  const std::lock_guard lock(mutex_);
  delays_[std::string(command)] = time;
  return *this;
}

FakeRedis& FakeRedis::drips(std::size_t bytes, std::chrono::milliseconds every) {
  const std::lock_guard lock(mutex_);
  drip_ = bytes;
  drip_every_ = every;
  return *this;
}

FakeRedis& FakeRedis::stalls_in(std::string_view command, std::size_t after, Meets whom) {
  return fault(command, {Ending::stall, after, last_met(whom)});
}

FakeRedis& FakeRedis::closes_in(std::string_view command, std::size_t after, Meets whom) {
  return fault(command, {Ending::close, after, last_met(whom)});
}

FakeRedis& FakeRedis::resets_in(std::string_view command, std::size_t after, Meets whom) {
  return fault(command, {Ending::reset, after, last_met(whom)});
}

FakeRedis& FakeRedis::fault(std::string_view command, const Fault& fault) {
  const std::lock_guard lock(mutex_);
  faults_.insert_or_assign(std::string(command), fault);
  return *this;
}

// Only the accepting thread adds sessions, and a test knows when it is idle.
int FakeRedis::last_met(Meets whom) const {
  return whom == Meets::every_connection ? kEvery : static_cast<int>(sessions_.size());
}

FakeRedis& FakeRedis::throws_away(std::string_view word) {
  const std::lock_guard lock(mutex_);
  thrown_away_.emplace_back(word);
  return *this;
}

bool FakeRedis::is_thrown_away(std::string_view pending) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(
      thrown_away_, [&](const std::string& word) { return pending.find(word) != pending.npos; });
}

FakeRedis& FakeRedis::closes_open_connections() {
  const std::lock_guard lock(mutex_);
  for (const auto& session : sessions_) session->socket.shut_down();
  return *this;
}

int FakeRedis::connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(sessions_.size());
}

int FakeRedis::received(std::string_view command) const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(std::ranges::count(commands_, command));
}

std::vector<std::string> FakeRedis::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

void FakeRedis::forget_commands() {
  const std::lock_guard lock(mutex_);
  commands_.clear();
}

}  // namespace fleet::test
