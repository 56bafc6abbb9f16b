// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.h"

#include <netdb.h>

#include <algorithm>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace fleet {

Resolver::Resolver(asio::any_io_executor executor, Lookup lookup, Clock::duration refresh)
    : executor_(std::move(executor)),
      lookup_(std::move(lookup)),
      refresh_(refresh),
      tasks_(executor_) {}

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

asio::awaitable<Resolver::Answer> Resolver::resolve(std::string host) {
  Answer answer;
  boost::system::error_code not_an_address;
  if (const auto literal = asio::ip::make_address(host, not_an_address); !not_an_address) {
    answer.addresses.push_back(literal);
    co_return answer;
  }
  std::shared_ptr<Name>& entry = names_[host];
  if (!entry) entry = std::make_shared<Name>(executor_);
  const std::shared_ptr<Name> name = entry;
  name->used = Clock::now();
  // A good answer is kept fresh by the loop below; a failed one is asked for again by each caller.
  if (name->answer.addresses.empty()) {
    if (!name->looking) look_up(host, name);
    while (name->looking) {
      co_await name->changed.async_wait(no_throw);
      const auto cancelled = co_await asio::this_coro::cancellation_state;
      if (cancelled.cancelled() != asio::cancellation_type::none) co_return answer;
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
  return it != names_.end() && it->second->answered ? &it->second->answer : nullptr;
}

void Resolver::look_up(const std::string& host, const std::shared_ptr<Name>& name) {
  name->looking = true;
  asio::post(pool_, [this, host, name] {
    Answer answer = lookup_(host);
    asio::post(executor_, [name, answer = std::move(answer)]() mutable {
      name->looking = false;
      name->answered = true;
      // A DNS server that fails does not make known addresses wrong.
      if (!answer.addresses.empty() || name->answer.addresses.empty())
        name->answer = std::move(answer);
      name->changed.cancel();
    });
  });
}

asio::awaitable<void> Resolver::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

asio::awaitable<void> Resolver::refresh_loop() {
  while (true) {
    co_await sleep_until(Clock::now() + refresh_);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    std::erase_if(names_, [](const auto& entry) {
      return !entry.second->looking && Clock::now() - entry.second->used > kForget;
    });
    for (const auto& [host, name] : names_)
      if (!name->looking) look_up(host, name);
  }
}

}  // namespace fleet
