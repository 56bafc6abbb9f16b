// SPDX-License-Identifier: Apache-2.0
// A limit on how much of something is in progress at once: connects, TLS handshakes.
#pragma once

#include <list>

#include <boost/asio/steady_timer.hpp>

#include "net/deadline.h"

namespace fleet {

class Slots {
 public:
  explicit Slots(std::size_t limit) : free_(limit) {}

  // Gives its slot back when it goes.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(Slots& owner) : owner_(&owner) {}
    Slot(Slot&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(owner_, other.owner_);
      return *this;
    }
    ~Slot() {
      if (owner_ != nullptr) owner_->release();
    }
    explicit operator bool() const { return owner_ != nullptr; }

   private:
    Slots* owner_ = nullptr;
  };

  // Waits in turn for a slot, at most until the deadline; false in the result: none came free.
  asio::awaitable<Slot> acquire(Clock::time_point deadline);
  bool available() const { return free_ > 0; }

 private:
  void release();

  struct Waiter {
    asio::steady_timer timer;
    bool served = false;
  };
  std::size_t free_;
  std::list<Waiter*> waiting_;  // in order of arrival; those that were served have left
};

}  // namespace fleet
