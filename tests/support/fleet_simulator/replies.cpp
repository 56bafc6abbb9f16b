// SPDX-License-Identifier: Apache-2.0
#include "replies.h"

#include <cctype>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace fleet::simulator {
namespace {

// Commands differ in few ways (CLIENT SETNAME by program); beyond this they are not remembered.
constexpr std::size_t kMaxFrames = 1024;

const Reply kOk("+OK\r\n");
const Reply kPong("+PONG\r\n");
const Reply kUnknown("-ERR unknown command\r\n");

bool is_letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// As tests/fixtures/record.py names its files: "CONFIG GET *" is config_get_all.
std::string slug(const std::vector<std::string_view>& words, std::size_t count) {
  std::string result;
  bool gap = false;
  const auto add = [&](char c) {
    if (gap && !result.empty()) result += '_';
    gap = false;
    result += lower(c);
  };
  for (std::size_t i = 0; i < count && i < words.size(); ++i) {
    gap = true;
    for (const char c : words[i]) {
      if (c == '*') {
        for (const char letter : {'a', 'l', 'l'}) add(letter);
      } else if (is_letter_or_digit(c)) {
        add(c);
      } else {
        gap = true;
      }
    }
  }
  return result;
}

// Writes the port into INFO; its length may change, and the reply's first line follows.
std::string with_port(const std::string& bytes, std::uint16_t port) {
  const std::size_t body = bytes.find("\r\n") + 2;
  const std::size_t field = bytes.find("\r\ntcp_port:");
  if (bytes[0] != '$' || field == std::string::npos) return bytes;
  const std::size_t value = field + std::string_view("\r\ntcp_port:").size();
  std::string text = bytes.substr(body, value - body) + std::to_string(port) +
                     bytes.substr(bytes.find("\r\n", value));
  return "$" + std::to_string(text.size() - 2) + "\r\n" + text;
}

}  // namespace

void Reply::vary(std::string_view field, std::size_t size, unsigned base) {
  const std::size_t start = bytes_.find("\n" + std::string(field) + ":");
  if (start == std::string::npos) return;
  const std::size_t end = bytes_.find("\r\n", start);
  const std::size_t value = start + field.size() + 2;
  // The first digit stays: a number must not begin with 0.
  if (end == std::string::npos || end - value < size + 1) return;
  places_.push_back({end - size, size, base});
}

void Reply::append_to(std::string& output, std::uint32_t node) const {
  const std::size_t start = output.size();
  output += bytes_;
  for (const Place& place : places_) {
    std::uint32_t rest = node;
    char* const first = output.data() + start + place.offset;
    for (char* digit = first + place.size; digit-- != first; rest /= place.base)
      *digit = "0123456789abcdef"[rest % place.base];
  }
}

Replies::Replies(const std::filesystem::path& folder, std::uint16_t port) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".resp") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!bytes.ends_with("\r\n"))
      throw std::runtime_error(entry.path().string() + " is not a reply");
    Reply reply(with_port(bytes, port));
    reply.vary("run_id", 8, 16);
    reply.vary("used_memory", 5, 10);
    by_slug_.emplace(entry.path().stem().string(), std::move(reply));
  }
  if (by_slug_.empty()) throw std::runtime_error("no reply in " + folder.string());
}

const Reply& Replies::find(std::string_view frame, const std::vector<std::string_view>& words) {
  // The same few commands come again and again: their bytes are known before their words matter.
  if (const auto known = by_frame_.find(frame); known != by_frame_.end()) {
    if (known->second == &kUnknown) ++unknown_;
    return *known->second;
  }
  const Reply& reply = look_up(words);
  if (&reply == &kUnknown) {
    ++unknown_;
    std::cerr << "not recorded: " << slug(words, words.size()) << std::endl;
  }
  if (frames_.size() < kMaxFrames) {
    frames_.push_back(std::make_unique<std::string>(frame));
    by_frame_.emplace(*frames_.back(), &reply);
  }
  return reply;
}

const Reply& Replies::look_up(const std::vector<std::string_view>& words) {
  const auto exact = by_slug_.find(slug(words, words.size()));
  if (exact != by_slug_.end()) return exact->second;
  // SLOWLOG GET 10 is answered by what was recorded for SLOWLOG GET 1, and CONFIG GET of a name
  // by that of all.
  const std::string begin = slug(words, 2);
  const auto similar = by_slug_.lower_bound(begin);
  if (similar != by_slug_.end() && similar->first.starts_with(begin)) return similar->second;
  const std::string name = slug(words, 1);
  if (name == "ping") return kPong;
  for (const std::string_view accepted : {"client", "auth", "select", "readonly"})
    if (name == accepted) return kOk;
  return kUnknown;
}

}  // namespace fleet::simulator
