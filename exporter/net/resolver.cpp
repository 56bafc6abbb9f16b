// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.h"

#include <netdb.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

namespace fleet {

// What a thread may touch, and all that it may: the resolver and its loop may have ended before it.
struct Resolver::Shared {
  std::mutex mutex;
  Resolver* resolver;  // null: has ended. Written under the mutex, by the loop's thread
};

Resolver::Resolver(asio::any_io_executor executor, Lookup lookup, Clock::duration refresh,
                   Clock::duration forget)
    : executor_(std::move(executor)),
      lookup_(std::move(lookup)),
      refresh_(refresh),
      forget_(forget),
      tasks_(executor_),
      shared_(std::make_shared<Shared>()) {
  shared_->resolver = this;
}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->resolver = nullptr;
}

Resolver::Answer Resolver::system_lookup(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  Answer answer;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    answer.error = ::gai_strerror(error);
    return answer;
  }
  for (const addrinfo* it = found; it != nullptr; it = it->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (it->ai_addrlen > endpoint.capacity()) continue;
    std::copy_n(reinterpret_cast<const char*>(it->ai_addr), it->ai_addrlen,
                reinterpret_cast<char*>(endpoint.data()));
    endpoint.resize(it->ai_addrlen);
    if (std::ranges::find(answer.addresses, endpoint.address()) == answer.addresses.end())
      answer.addresses.push_back(endpoint.address());
  }
  ::freeaddrinfo(found);
  if (answer.addresses.empty()) answer.error = "the name has no IPv4 or IPv6 address";
  return answer;
}

asio::awaitable<Resolver::Answer> Resolver::resolve(std::string host, Asker asker) {
  Answer answer;
  boost::system::error_code not_an_address;
  if (const auto literal = asio::ip::make_address(host, not_an_address); !not_an_address) {
    answer.addresses.push_back(literal);
    co_return answer;
  }
  const std::shared_ptr<Name> name = entry_for(host, asker);
  if (!name) {
    answer.error = kBusy;
    co_return answer;
  }
  name->used = Clock::now();
  // A good answer is kept fresh by the loop below.
  if (name->answer.addresses.empty()) {
    struct Waiting {
      explicit Waiting(Name& waited_for) : name(waited_for) { ++name.waiters; }
      ~Waiting() { --name.waiters; }
      Waiting(const Waiting&) = delete;
      Waiting& operator=(const Waiting&) = delete;
      Name& name;
    };
    const Waiting waiting(*name);
    if (name->state == State::idle) {
      name->state = State::in_line;
      line_of(*name).asked.push_back(host);
      start_next(line_of(*name));
    }
    while (name->state != State::idle && name->answer.addresses.empty()) {
      const bool woken = co_await name->changed.wait();
      if (!woken) co_return answer;
    }
  }
  if (!refreshing_) {
    refreshing_ = true;
    tasks_.spawn("name refresh", refresh_loop());
  }
  answer = name->answer;
  co_return answer;
}

const Resolver::Answer* Resolver::known(const std::string& host) const {
  const auto it = names_.find(host);
  if (it == names_.end() || it->second->answer.addresses.empty()) return nullptr;
  it->second->used = Clock::now();
  return &it->second->answer;
}

bool Resolver::knows(const std::string& host) const {
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  return !not_an_address || known(host) != nullptr;
}

bool Resolver::in_line(const std::string& host) const {
  const auto it = names_.find(host);
  return it != names_.end() && it->second->state == State::in_line;
}

// Null: there is no room for a stranger's name.
std::shared_ptr<Resolver::Name> Resolver::entry_for(const std::string& host, Asker asker) {
  if (const auto it = names_.find(host); it != names_.end()) return it->second;
  if (asker == Asker::stranger && names_.size() >= kMaxNames && !drop_oldest()) return nullptr;
  return names_.emplace(host, std::make_shared<Name>(executor_, asker)).first->second;
}

// Forgets the stranger's name that was used longest ago.
bool Resolver::drop_oldest() {
  auto oldest = names_.end();
  for (auto it = names_.begin(); it != names_.end(); ++it) {
    const Name& name = *it->second;
    if (name.first_asker != Asker::stranger || name.state != State::idle) continue;
    if (oldest == names_.end() || name.used < oldest->second->used) oldest = it;
  }
  if (oldest == names_.end()) return false;
  names_.erase(oldest);
  return true;
}

std::deque<std::string>& Resolver::Line::next() {
  if (!left.empty() && late == 0) return left;
  if (!asked.empty()) return asked;
  return stale.empty() ? left : stale;
}

void Resolver::start_next(Line& line) {
  while (line.looking < line.limit) {
    std::deque<std::string>& next = line.next();
    if (next.empty()) return;
    const std::string host = std::move(next.front());
    next.pop_front();
    const auto it = names_.find(host);  // a name in line is not forgotten
    Name& name = *it->second;
    name.late = &next == &line.left;
    if (name.late && name.waiters == 0 && Clock::now() - name.used > forget_) {
      names_.erase(it);  // the fleet has no such name any more
      continue;
    }
    if (!name.late && name.waiters == 0 && name.answer.addresses.empty()) {
      // Those who asked have gone. The fleet comes again, and would be late again.
      if (name.first_asker == Asker::fleet)
        line.left.push_back(host);
      else
        names_.erase(it);
      continue;
    }
    look_up(host, name);
  }
}

void Resolver::look_up(const std::string& host, Name& name) {
  name.state = State::looking;
  ++line_of(name).looking;
  if (name.late) ++line_of(name).late;
  const auto post = [host](const std::shared_ptr<Shared>& shared, Answer answer) {
    const std::lock_guard lock(shared->mutex);
    if (shared->resolver == nullptr) return;  // so may be the loop
    asio::post(shared->resolver->executor_, [shared, host, answer = std::move(answer)]() mutable {
      if (shared->resolver != nullptr) shared->resolver->finish(host, std::move(answer));
    });
  };
  try {
    std::thread([host, post, lookup = lookup_, shared = shared_] {
      post(shared, lookup(host));
    }).detach();
  } catch (const std::system_error& error) {
    post(shared_, Answer{{}, std::string("no thread for the lookup: ") + error.what()});
  }
}

void Resolver::finish(const std::string& host, Answer answer) {
  const auto it = names_.find(host);  // a name that is looked up is not forgotten
  const std::shared_ptr<Name> name = it->second;
  name->state = State::idle;
  // A DNS server that fails does not make known addresses wrong.
  if (!answer.addresses.empty() || name->answer.addresses.empty()) name->answer = std::move(answer);
  // Who waits holds the name, and reads the error.
  if (name->answer.addresses.empty()) names_.erase(it);
  name->changed.notify();
  Line& line = line_of(*name);
  --line.looking;
  if (std::exchange(name->late, false)) --line.late;
  start_next(line);
}

asio::awaitable<void> Resolver::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

asio::awaitable<void> Resolver::refresh_loop() {
  while (true) {
    co_await sleep_until(Clock::now() + refresh_);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state)) co_return;
    std::erase_if(names_, [this](const auto& entry) {
      return entry.second->state == State::idle && Clock::now() - entry.second->used > forget_;
    });
    for (const auto& [host, name] : names_) {
      if (name->state != State::idle) continue;
      name->state = State::in_line;
      line_of(*name).stale.push_back(host);
    }
    for (Line& line : lines_) start_next(line);
  }
}

}  // namespace fleet
