// SPDX-License-Identifier: Apache-2.0
// Replies for tests: recorded ones of tests/fixtures/topology, or written out.
#pragma once

#include <cstdlib>
#include <deque>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

#include "resp/reply_buffer.h"
#include "topology/cluster_view.h"
#include "topology/sentinel_view.h"

namespace fleet::test {

// Replies that live as long as this.
class Replies {
 public:
  Reply of(std::string_view bytes) {
    ReplyBuffer& buffer = buffers_.emplace_back();
    buffer.feed(bytes);
    return buffer[0];
  }
  Reply recorded(const std::string& name) {
    std::ifstream file(FIXTURES_FOLDER "/topology/" + name + ".resp", std::ios::binary);
    if (!file) std::abort();
    return of(std::string(std::istreambuf_iterator<char>(file), {}));
  }

 private:
  std::deque<ReplyBuffer> buffers_;
};

// A RESP array of strings.
inline std::string strings(std::initializer_list<std::string_view> texts) {
  std::string bytes = "*" + std::to_string(texts.size()) + "\r\n";
  for (const std::string_view text : texts)
    bytes.append("$" + std::to_string(text.size()) + "\r\n").append(text).append("\r\n");
  return bytes;
}

// "healthy-1": its three replies as one view.
inline SentinelView recorded_sentinel(const std::string& state) {
  Replies replies;
  const std::string name = "sentinel-" + state;
  return sentinel_view(replies.recorded(name + "-master"), replies.recorded(name + "-replicas"),
                       replies.recorded(name + "-sentinels"));
}

inline ClusterView recorded_cluster(const std::string& state) {
  Replies replies;
  return cluster_view(replies.recorded("cluster-" + state));
}

}  // namespace fleet::test
