// SPDX-License-Identifier: Apache-2.0
#include "scrape/rdb_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>

namespace fleet {

bool is_on_this_host(const Target& target, const asio::ip::address& address) {
  return target.transport == Target::Transport::unix_socket || address.is_loopback();
}

// What the thread may touch: the owner and its loop may have ended before it.
struct RdbFile::Shared {
  std::mutex mutex;
  RdbFile* owner;  // null: has ended. Written under the mutex, by the loop's thread
};

RdbFile::RdbFile(asio::any_io_executor executor, Look look)
    : executor_(std::move(executor)),
      look_(std::move(look)),
      ended_(executor_),
      shared_(std::make_shared<Shared>()) {
  shared_->owner = this;
}

RdbFile::~RdbFile() {
  const std::lock_guard lock(shared_->mutex);
  shared_->owner = nullptr;
}

RdbFile::Size RdbFile::look_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return {.why = "it is no regular file"};
    return {.bytes = static_cast<double>(status.st_size)};
  }
  const int error = errno;
  // In a container of its own the exporter sees another file system: 0 is for a folder that is
  // here.
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  if (error == ENOENT && ::stat(folder.c_str(), &status) == 0) return {.bytes = 0};
  return {.why = std::generic_category().message(error)};
}

asio::awaitable<RdbFile::Size> RdbFile::size_of(std::string path, Clock::time_point deadline) {
  if (!looking_) start(path);
  // One that has been waited for in vain is not waited for again.
  co_await finished_before(std::min(deadline, began_ + kPatience), ended());
  Size size;
  if (looking_) {
    size.why = "the file system of " + path_ + " does not answer";
  } else if (path_ == path) {
    size = size_;
  }
  co_return size;
}

asio::awaitable<void> RdbFile::ended() {
  while (looking_) {
    const bool woken = co_await ended_.wait();
    if (!woken) co_return;
  }
}

void RdbFile::start(std::string path) {
  path_ = std::move(path);
  looking_ = true;
  began_ = Clock::now();
  const auto post = [executor = executor_](const std::shared_ptr<Shared>& shared, Size size) {
    const std::lock_guard lock(shared->mutex);
    if (shared->owner == nullptr) return;
    asio::post(executor, [shared, found = std::move(size)]() mutable {
      RdbFile* const owner = shared->owner;  // this is the loop's thread
      if (owner == nullptr) return;
      owner->size_ = std::move(found);
      owner->looking_ = false;
      owner->ended_.notify();
    });
  };
  try {
    std::thread([post, path = path_, look = look_, shared = shared_] {
      post(shared, look(path));
    }).detach();
  } catch (const std::system_error& error) {
    size_ = Size{.why = std::string("no thread to look at it: ") + error.what()};
    looking_ = false;
  }
}

}  // namespace fleet
