// SPDX-License-Identifier: Apache-2.0
// The size of a node's RDB file: on this host only, and never at the cost of a scrape. What the
// thread looks with shares what it refers to: it may outlive the test.
#include "scrape/rdb_file.h"

#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "loop/exporter.h"
#include "support/run_coroutine.h"

namespace fleet::test {
namespace {

class RdbFiles : public testing::Test {
 protected:
  RdbFiles() {
    std::string name = std::filesystem::temp_directory_path() / "fleet-rdb-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    answer_all(redis_);
    wiring_.settings.collector_options.rdb_file_size = true;
    says(folder_.string(), "dump.rdb");
  }
  ~RdbFiles() override { std::filesystem::remove_all(folder_); }

  void says(std::string_view dir, std::string_view name) {
    redis_.answers("CONFIG GET dir", "*2\r\n" + bulk("dir") + bulk(dir));
    redis_.answers("CONFIG GET dbfilename", "*2\r\n" + bulk("dbfilename") + bulk(name));
  }
  std::string size() {
    if (!exporter_) node_ = &exporter_.emplace(wiring_).add(redis_);
    scraped_ = exporter_->scrape(*node_);
    expect_up(scraped_);
    return scraped_.value("redis_rdb_current_size_bytes");
  }

  std::filesystem::path folder_;
  FakeRedis redis_;
  Wiring wiring_;
  std::optional<Exporter> exporter_;
  Node* node_ = nullptr;
  Scraped scraped_;
};

TEST_F(RdbFiles, AreMeasuredInEachScrape) {
  EXPECT_EQ(size(), "0");  // nothing was saved yet
  std::ofstream(folder_ / "dump.rdb") << "REDIS0011";
  EXPECT_EQ(size(), "9");
  says(folder_.string(), "other.rdb");
  EXPECT_EQ(size(), "0");
}

TEST_F(RdbFiles, OfNoRegularFileNothingIsTold) {
  std::filesystem::create_directory(folder_ / "dump.rdb");
  EXPECT_EQ(size(), "absent");
  says(folder_.string(), "../dump.rdb");
  EXPECT_EQ(size(), "absent");
}

TEST_F(RdbFiles, WithoutTheFlagNothingIsAsked) {
  wiring_.settings.collector_options.rdb_file_size = false;
  EXPECT_EQ(size(), "absent");
  EXPECT_EQ(redis_.received("CONFIG GET dir"), 0);
}

TEST_F(RdbFiles, OneThatIsNotToldCostsItsCollector) {
  redis_.answers("CONFIG GET dir",
                 "-NOPERM this user has no permissions to run the 'config|get' command\r\n");
  node_ = &exporter_.emplace(wiring_).add(redis_);
  const Scraped scraped = exporter_->scrape(*node_);
  expect_up(scraped, false);
  EXPECT_EQ(scraped.value("redis_rdb_current_size_bytes"), "absent");
  EXPECT_EQ(scraped.success("persistence"), "0");
}

TEST(RdbFile, IsOnThisHostByALoopbackAddressOrAUnixSocket) {
  Target tcp, local;
  local.transport = Target::Transport::unix_socket;
  for (const char* address : {"127.0.0.1", "127.8.9.10", "::1"})
    EXPECT_TRUE(is_on_this_host(tcp, asio::ip::make_address(address))) << address;
  for (const char* address : {"10.0.0.1", "0.0.0.0", "fe80::1", "::2"})
    EXPECT_FALSE(is_on_this_host(tcp, asio::ip::make_address(address))) << address;
  EXPECT_TRUE(is_on_this_host(local, {}));
}

RdbFile::Size ask(asio::io_context& loop, RdbFile& file, Clock::duration patience) {
  RdbFile::Size size;
  const auto task = [&]() -> asio::awaitable<void> {
    size = co_await file.size_of("/rdb", Clock::now() + patience);
  };
  run_in(loop, task());
  return size;
}

TEST(RdbFile, AFileSystemThatHangsIsWaitedForOnce) {
  std::promise<void> released;
  const auto release = std::make_shared<std::shared_future<void>>(released.get_future().share());
  const auto looks = std::make_shared<std::atomic<int>>(0);
  asio::io_context loop(1);
  RdbFile file(loop.get_executor(), [release, looks](const std::string&) {
    ++*looks;
    release->wait();
    return RdbFile::Size{.bytes = 7};
  });
  const auto began = Clock::now();
  EXPECT_EQ(ask(loop, file, std::chrono::seconds(5)).why,
            "the file system of /rdb does not answer");
  EXPECT_GE(Clock::now() - began, RdbFile::kPatience);
  const auto again = Clock::now();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(ask(loop, file, std::chrono::seconds(5)).bytes, std::nullopt);
  EXPECT_LT(Clock::now() - again, RdbFile::kPatience);
  EXPECT_EQ(*looks, 1);
  released.set_value();
  while (!ask(loop, file, std::chrono::seconds(5)).bytes)
    run_in(loop, sleep_until(Clock::now() + milliseconds(1)));
  EXPECT_EQ(ask(loop, file, std::chrono::seconds(5)).bytes, 7);
}

TEST(RdbFile, TheDeadlineOfAScrapeComesFirst) {
  std::promise<void> released;
  const auto release = std::make_shared<std::shared_future<void>>(released.get_future().share());
  asio::io_context loop(1);
  RdbFile file(loop.get_executor(), [release](const std::string&) {
    release->wait();
    return RdbFile::Size{};
  });
  const auto began = Clock::now();
  EXPECT_EQ(ask(loop, file, milliseconds(5)).bytes, std::nullopt);
  EXPECT_LT(Clock::now() - began, RdbFile::kPatience);
  released.set_value();
}

TEST(RdbFile, MayEndBeforeItsThread) {
  std::promise<void> released;
  const auto release = std::make_shared<std::shared_future<void>>(released.get_future().share());
  std::promise<void> looked;
  std::future<void> done = looked.get_future();
  {
    asio::io_context loop(1);
    const auto last = std::make_shared<std::promise<void>>(std::move(looked));
    RdbFile file(loop.get_executor(), [release, last](const std::string&) {
      release->wait();
      last->set_value();
      return RdbFile::Size{.bytes = 1};
    });
    EXPECT_EQ(ask(loop, file, milliseconds(1)).bytes, std::nullopt);
  }
  released.set_value();
  EXPECT_EQ(done.wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

TEST(RdbFile, WhatThisUserMayNotSeeIsNotNothing) {
  EXPECT_EQ(RdbFile::look_at("/proc/self/nothing").bytes, 0);
  EXPECT_EQ(RdbFile::look_at("/proc/self/none/dump.rdb").bytes, std::nullopt);  // elsewhere
  EXPECT_EQ(RdbFile::look_at("/dev/null").bytes, std::nullopt);
  EXPECT_EQ(RdbFile::look_at("/dev/null").why, "it is no regular file");
  EXPECT_EQ(RdbFile::look_at("/dev/null/dump.rdb").why, "Not a directory");
}

}  // namespace
}  // namespace fleet::test
