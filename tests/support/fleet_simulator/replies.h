// SPDX-License-Identifier: Apache-2.0
// The recorded replies of one server, given as those of many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fleet::simulator {

// Raw RESP with places where the number of the node is written over. No place changes the length,
// so that a reply is a copy and a few digits.
class Reply {
 public:
  explicit Reply(std::string bytes) : bytes_(std::move(bytes)) {}

  // The last `size` characters of the value of `field:` become the node's number.
  void vary(std::string_view field, std::size_t size, unsigned base);
  void append_to(std::string& output, std::uint32_t node) const;

 private:
  struct Place {
    std::size_t offset, size;
    unsigned base;
  };
  std::string bytes_;
  std::vector<Place> places_;
};

class Replies {
 public:
  // Reads `folder`/SLUG.resp: raw RESP, named after the command as tests/fixtures/README.md says.
  // INFO then gives `port`, and a run_id and used_memory of the node's own.
  Replies(const std::filesystem::path& folder, std::uint16_t port);

  // The reply to a command, of which `frame` are the bytes and `words` the words. What is not
  // recorded gets an error, as from a server that does not know it.
  const Reply& find(std::string_view frame, const std::vector<std::string_view>& words);

  std::uint64_t unknown() const { return unknown_; }

 private:
  const Reply& look_up(const std::vector<std::string_view>& words);

  std::map<std::string, Reply, std::less<>> by_slug_;
  std::unordered_map<std::string_view, const Reply*> by_frame_;
  std::vector<std::unique_ptr<std::string>> frames_;  // what the keys of by_frame_ point to
  std::uint64_t unknown_ = 0;
};

}  // namespace fleet::simulator
