// SPDX-License-Identifier: Apache-2.0
// A scripted server on loopback: it answers what the test says, in the ways in which servers and
// networks fail. It has threads of its own and blocking sockets, so that it shares nothing with the
// coroutines that are tested.
//
//   FakeRedis redis;
//   redis.answers("SLOWLOG LEN", ":3\r\n").stalls_in("INFO all", 100);
//   ... scrape ...
//   EXPECT_EQ(redis.connections(), 1);
//
// A command without an answer fails the test and is printed. What all are asked has
// answers from the start: those of a Redis 7.0 that is a master.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/server_socket.h"

namespace fleet::test {

std::string bulk(std::string_view text);
// INFO's reply of a master.
std::string info_reply(std::string_view version, std::string_view run_id,
                       std::string_view more_lines = {});

class FakeRedis {
 public:
  // Where it listens: a free port, one that is given, or a Unix socket.
  struct Place {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::string path = {};
  };
  // Whom a fault meets: every connection, or only those that are open now.
  enum class Meets { every_connection, open_connections };

  // What nodes of one group are asked for their settings.
  static constexpr std::string_view kComparedSettings =
      "CONFIG GET appendonly maxclients maxmemory maxmemory-policy min-replicas-to-write "
      "repl-backlog-size save";

  FakeRedis() : FakeRedis(Place{}) {}
  explicit FakeRedis(const Place& place);
  ~FakeRedis();
  FakeRedis(const FakeRedis&) = delete;
  FakeRedis& operator=(const FakeRedis&) = delete;

  std::uint16_t port() const { return port_; }

  // What it says.
  FakeRedis& answers(std::string_view command, std::string_view bytes);
  // `line` to every command: "-NOAUTH Authentication required.".
  FakeRedis& refuses_with(std::string_view line);
  // These bytes as soon as a client connects, and then it hangs up.
  FakeRedis& turns_away_with(std::string_view bytes);
  // These bytes to whatever comes, and then it hangs up: a server of another kind.
  FakeRedis& is_a_stranger_that_says(std::string_view bytes);
  // Takes what comes, as if it waited for more.
  FakeRedis& stays_silent();
  // A bulk string of `bytes` bytes that it makes while it sends.
  FakeRedis& pours(std::string_view command, std::size_t bytes);
  FakeRedis& speaks_tls(const ServerTls& tls);

  // How it says it.
  FakeRedis& hangs(Meets whom = Meets::every_connection);  // reads, never answers
  FakeRedis& works_again();                                // takes back all that is below
  FakeRedis& takes(std::chrono::milliseconds time, std::string_view command);
  FakeRedis& drips(std::size_t bytes, std::chrono::milliseconds every);
  // In the answer to `command`, after so many bytes of it: stays silent for good, hangs up, resets.
  FakeRedis& stalls_in(std::string_view command, std::size_t after,
                       Meets whom = Meets::every_connection);
  FakeRedis& closes_in(std::string_view command, std::size_t after,
                       Meets whom = Meets::every_connection);
  FakeRedis& resets_in(std::string_view command, std::size_t after,
                       Meets whom = Meets::every_connection);
  FakeRedis& closes_open_connections();
  // Hangs up when what comes in one read has this word in it, and answers none of it: twemproxy.
  FakeRedis& throws_away(std::string_view word);

  // What it saw.
  int connections() const;                       // that it accepted, ever
  int received(std::string_view command) const;  // how often
  std::vector<std::string> commands() const;     // all, in order of arrival
  void forget_commands();

 private:
  enum class Ending { stall, close, reset };
  struct Fault {
    Ending ending;
    std::size_t after;
    int last_connection;  // the last one that it meets
  };
  struct Session {
    Session(int descriptor, int n) : socket(descriptor), number(n) {}
    ServerSocket socket;
    int number;
    bool ended = false;   // no more is said
    bool closed = false;  // and the socket is closed
    std::thread thread;
  };

  void accept_loop();
  void serve(Session& session);
  void answer(Session& session, const std::string& command);
  void say(Session& session, std::string_view bytes);
  void pour(Session& session, std::size_t bytes);
  void end(Session& session, Ending how);
  // Sleeps; false when the server is to end.
  bool pause(std::chrono::milliseconds time);
  bool is_thrown_away(std::string_view pending) const;
  int last_met(Meets whom) const;
  FakeRedis& fault(std::string_view command, const Fault& fault);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::string path_;

  mutable std::mutex mutex_;  // guards all that follows
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::map<std::string, std::string, std::less<>> answers_;
  std::map<std::string, std::size_t, std::less<>> poured_;
  std::map<std::string, Fault, std::less<>> faults_;
  std::map<std::string, std::chrono::milliseconds, std::less<>> delays_;
  bool silent_ = false;
  std::optional<std::string> refusal_, turned_away_, strange_;
  std::shared_ptr<SSL_CTX> tls_;
  int last_hung_ = 0;  // connections up to this one get no answers
  std::size_t drip_ = 0;
  std::chrono::milliseconds drip_every_{};
  std::vector<std::string> commands_;
  std::set<std::string> unexpected_;
  std::vector<std::string> thrown_away_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::thread accepting_;
};

}  // namespace fleet::test
