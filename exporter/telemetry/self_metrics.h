// SPDX-License-Identifier: Apache-2.0
// What the exporter says about itself and its work, in a prometheus-cpp registry. Served by
// /metrics only: a page of one target must not depend on which replica of the exporter answers it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "exposition/text_writer.h"

namespace fleet {

// One finished scrape of a node.
struct ScrapeFacts {
  Reason reason = Reason::none;
  double seconds = 0;
  std::size_t bytes = 0;                   // received
  std::size_t commands = 0;                // sent
  bool connected = false;                  // to a new connection
  std::optional<double> exchange_seconds;  // last byte of the batch out to last reply in
};

// Why a client was turned away at the door.
enum class Refusal : unsigned char {
  connections,         // no room or memory for one more
  handshake,           // no TLS, none of a version that we speak, or not with such a certificate
  certificate,         // a request that needs one came without
  password,            // a request came without, or with a wrong one
  too_many_passwords,  // more than are tried at once
  rate_limit,
};
inline constexpr std::array<std::string_view, 6> kRefusalNames = {
    "connections", "handshake", "certificate", "password", "too_many_passwords", "rate_limit"};

struct BuildFacts {
  std::string_view version, revision, date;
};

class SelfMetrics {
 public:
  explicit SelfMetrics(const BuildFacts& build);
  ~SelfMetrics();

  void scrape_finished(const ScrapeFacts& facts);
  // A /scrape request with a target that is missing, malformed or not allowed.
  void target_request_failed();
  void client_refused(Refusal why);
  // The configuration was read, at the start or again; `when` in Unix seconds.
  void config_read(bool valid, double when);

  // Appends redis_exporter_build_info: the one family that /scrape has too.
  void write_build(std::string& out, std::string_view name_space, const NameFilter& filter,
                   Format format = Format::text) const;
  // Appends what the exporter counted.
  void write_work(std::string& out, std::string_view name_space, const NameFilter& filter,
                  Format format = Format::text) const;
  // Appends the process_* families.
  void write_process(std::string& out, const NameFilter& filter,
                     Format format = Format::text) const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace fleet
