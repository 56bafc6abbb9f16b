// SPDX-License-Identifier: Apache-2.0
// fleet_simulator --port PORT --replies FOLDER [--fault "hang FIRST COUNT"]...
//
// Thousands of Redis servers in one process and one thread: it listens on every address of the
// host, and the address that a client connected to tells which node it means. Node 0 is 127.1.0.1,
// node 1 is 127.1.0.2, and so on. It is for measuring the exporter on the same processors, so it
// does as little as it can: a batch of pipelined commands is one recv() and one send().
//
// Faults (fault.h) and `heal` are also taken at run time, as commands to 127.0.0.1:PORT, which is
// none of the nodes; `stats` there says what was served.
//
// With one listener no node can refuse connections; `close` ends them as soon as they are accepted.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "fault.h"
#include "replies.h"
#include "request.h"

namespace fleet::simulator {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kFirstNode = 0x7f010001;  // 127.1.0.1
constexpr std::uint32_t kControl = 0x7f000001;    // 127.0.0.1
// Takes all replies of a typical server at once, so that send() does not wait for the client.
constexpr int kSendBuffer = 128 << 10;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Connection {
  bool open = false;
  bool swallowed = false;    // a request came while the node hung: no later reply would be right
  std::uint32_t serial = 0;  // tells apart connections that had the same descriptor
  std::uint32_t address = 0;
  std::string received;  // the start of a command
  std::string unsent;
};

struct Delayed {
  int descriptor;
  std::uint32_t serial;
  std::string bytes;
};

class Simulator {
 public:
  Simulator(std::uint16_t port, const std::string& folder, std::vector<Fault> faults)
      : faults_(std::move(faults)), replies_(folder, listen(port)) {}

  std::uint16_t port() const { return port_; }

  void run() {
    std::vector<epoll_event> events(1024);
    while (true) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                     milliseconds_to_wait());
      if (count < 0 && errno != EINTR) fail("epoll_wait");
      send_delayed();
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == listener_) {
          accept_all();
          continue;
        }
        // A command may have closed the connections of events that follow. One that was accepted
        // since has nothing to read, which is harmless.
        if (!connection(event.data.fd).open) continue;
        if ((event.events & EPOLLOUT) != 0) send(event.data.fd, {});
        if (connection(event.data.fd).open && (event.events & ~EPOLLOUT) != 0U)
          receive(event.data.fd);
      }
    }
  }

 private:
  std::uint16_t listen(std::uint16_t port) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (epoll_ < 0 || listener_ < 0) fail("socket");
    // Accepted connections inherit these two, which saves their calls.
    const int on = 1;
    ::setsockopt(listener_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(listener_, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    // The kernel caps the backlog at net.core.somaxconn.
    if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 65535) != 0 ||
        ::getsockname(listener_, plain, &size) != 0)
      fail("listen");
    port_ = ntohs(address.sin_port);
    watch(listener_, EPOLL_CTL_ADD, EPOLLIN);
    return port_;
  }

  void watch(int descriptor, int operation, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    if (::epoll_ctl(epoll_, operation, descriptor, &event) != 0) fail("epoll_ctl");
  }

  Connection& connection(int descriptor) {
    const auto index = static_cast<std::size_t>(descriptor);
    if (index >= connections_.size()) connections_.resize(index + 1);
    return connections_[index];
  }

  void accept_all() {
    while (true) {
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor < 0) {
        if (errno == EAGAIN) return;
        if (errno == EMFILE || errno == ENFILE) fail("accept");  // what follows means nothing
        continue;
      }
      ++accepted_;
      sockaddr_in local{};
      socklen_t size = sizeof local;
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size);
      const std::uint32_t address = ntohl(local.sin_addr.s_addr);
      if (fault_of(address).kind == Fault::Kind::kClose) {
        ::close(descriptor);
        continue;
      }
      Connection& accepted = connection(descriptor);
      accepted.open = true;
      accepted.address = address;
      ++open_;
      watch(descriptor, EPOLL_CTL_ADD, EPOLLIN);
    }
  }

  void close(int descriptor) {
    Connection& closed = connection(descriptor);
    const std::uint32_t serial = closed.serial + 1;
    closed = {};
    closed.serial = serial;
    --open_;
    ::close(descriptor);
  }

  void receive(int descriptor) {
    const ssize_t got = ::recv(descriptor, input_.data(), input_.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return close(descriptor);
    std::string_view bytes(input_.data(), static_cast<std::size_t>(got));
    Connection& from = connection(descriptor);
    const Fault fault = fault_of(from.address);
    if (fault.kind == Fault::Kind::kHang) {
      from.swallowed = true;
      return;
    }
    std::string whole;
    if (!from.received.empty()) {
      whole = std::exchange(from.received, {});
      whole += bytes;
      bytes = whole;
    }
    output_.clear();
    std::size_t size = 0;
    Framing framing = Framing::kComplete;
    while (!bytes.empty() && (framing = next_request(bytes, size, words_)) == Framing::kComplete) {
      answer(from.address, bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
    if (framing == Framing::kBroken) return close(descriptor);
    from.received = bytes;
    if (fault.kind == Fault::Kind::kSlow) {
      delayed_.emplace(Clock::now() + fault.delay, Delayed{descriptor, from.serial, output_});
    } else {
      send(descriptor, output_);
    }
    // Last: a fault that begins may end this connection, too.
    if (std::exchange(close_faulty_, false)) close_the_faulty();
  }

  void answer(std::uint32_t address, std::string_view frame) {
    ++commands_;
    if (address == kControl && control()) return;
    replies_.find(frame, words_).append_to(output_, address - kFirstNode);
  }

  // Whether it was a command to the simulator itself.
  bool control() {
    if (same_word(words_[0], "stats")) {
      const std::string text = "open:" + std::to_string(open_) +
                               "\r\naccepted:" + std::to_string(accepted_) +
                               "\r\ncommands:" + std::to_string(commands_) +
                               "\r\nunknown:" + std::to_string(replies_.unknown()) + "\r\n";
      output_ += "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
      return true;
    }
    const Fault fault = parse_fault(words_);
    const bool heals = words_.size() == 1 && same_word(words_[0], "heal");
    if (!heals && fault.kind == Fault::Kind::kNone) return false;
    if (heals) {
      faults_.clear();
    } else {
      faults_.push_back(fault);
    }
    close_faulty_ = true;
    output_ += "+OK\r\n";
    return true;
  }

  // Connections of nodes that close them now, and those of healed nodes that owe a reply.
  void close_the_faulty() {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      const Connection& each = connections_[i];
      if (!each.open) continue;
      const Fault::Kind kind = fault_of(each.address).kind;
      if (kind == Fault::Kind::kClose || (each.swallowed && kind != Fault::Kind::kHang))
        close(static_cast<int>(i));
    }
  }

  // The last that was said of a node holds.
  Fault fault_of(std::uint32_t address) const {
    const std::uint32_t node = address - kFirstNode;
    for (auto fault = faults_.rbegin(); fault != faults_.rend(); ++fault)
      if (fault->holds_for(node)) return *fault;
    return {};
  }

  void send(int descriptor, std::string_view bytes) {
    Connection& to = connection(descriptor);
    std::string before;
    const bool was_waiting = !to.unsent.empty();
    if (was_waiting) {
      before = std::exchange(to.unsent, {});
      before += bytes;
      bytes = before;
    }
    if (bytes.empty()) return;
    ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return close(descriptor);
    if (sent < 0) sent = 0;
    to.unsent = bytes.substr(static_cast<std::size_t>(sent));
    const bool waits = !to.unsent.empty();
    if (waits != was_waiting)
      watch(descriptor, EPOLL_CTL_MOD, waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }

  int milliseconds_to_wait() const {
    if (delayed_.empty()) return -1;
    const auto wait =
        std::chrono::ceil<std::chrono::milliseconds>(delayed_.begin()->first - Clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, wait.count()));
  }

  void send_delayed() {
    while (!delayed_.empty() && delayed_.begin()->first <= Clock::now()) {
      const Delayed due = std::move(delayed_.begin()->second);
      delayed_.erase(delayed_.begin());
      const Connection& to = connection(due.descriptor);
      if (to.open && to.serial == due.serial) send(due.descriptor, due.bytes);
    }
  }

  int epoll_ = -1;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<Fault> faults_;
  Replies replies_;  // made with the port, so it comes after what listen() needs
  std::vector<Connection> connections_;  // by descriptor
  std::multimap<Clock::time_point, Delayed> delayed_;
  bool close_faulty_ = false;
  std::uint64_t accepted_ = 0;
  std::uint64_t commands_ = 0;
  std::uint64_t open_ = 0;
  // Used by one event at a time; kept for their memory.
  std::string input_ = std::string(64 << 10, '\0');
  std::string output_;
  std::vector<std::string_view> words_;
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

int main_with(const std::vector<std::string_view>& arguments) {
  std::uint16_t port = 0;
  std::string folder;
  std::vector<Fault> faults;
  bool understood = arguments.size() % 2 == 0;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = arguments[i + 1];
    if (name == "--port") {
      std::from_chars(value.data(), value.data() + value.size(), port);
    } else if (name == "--replies") {
      folder = value;
    } else if (name == "--fault") {
      faults.push_back(parse_fault(split(value)));
      understood = understood && faults.back().kind != Fault::Kind::kNone;
    } else {
      understood = false;
    }
  }
  if (folder.empty() || !understood) {
    std::cerr << "usage: fleet_simulator --replies FOLDER [--port PORT] [--fault TEXT]...\n";
    return 2;
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  Simulator simulator(port, folder, std::move(faults));
  std::cout << "ready " << simulator.port() << std::endl;
  simulator.run();
  return 0;
}

}  // namespace
}  // namespace fleet::simulator

int main(int count, char** arguments) {
  try {
    return fleet::simulator::main_with({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::cerr << "fleet_simulator: " << error.what() << '\n';
    return 1;
  }
}
