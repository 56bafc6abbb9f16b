// SPDX-License-Identifier: Apache-2.0
// How the exporter proves itself over TLS and what it trusts: loaded from files, loaded again when
// they change.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "base/failure.h"
#include "config/tls_files.h"

namespace fleet {

class TlsClient {
 public:
  explicit TlsClient(TlsFiles files) : files_(std::move(files)) {}

  // Loads what is new in the files; at most every 10 s it looks for changes, and then `generation`
  // grows. Files that cannot be used (reason secret) are a failure only where none were loaded
  // before: else those stay in use, which the log says, until the files change again.
  Failure refresh();

  // Made of the files; null before the first refresh() that succeeded. Shared, because a handshake
  // in progress keeps the context that it began with.
  std::shared_ptr<boost::asio::ssl::context> context() const { return context_; }
  const TlsFiles& files() const { return files_; }
  // Grows with each change; connections made under an older one are to be replaced.
  unsigned generation() const { return generation_; }
  // Unix time at which our own certificate expires; none without one.
  std::optional<double> certificate_not_after() const { return not_after_; }

 private:
  Failure load();

  TlsFiles files_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::vector<std::string> stamps_;  // of the files, as they were when `context_` was made
  std::chrono::steady_clock::time_point looked_{};
  unsigned generation_ = 0;
  std::optional<double> not_after_;
};

// Unix time at which a certificate expires.
double not_after(const X509* certificate);

}  // namespace fleet
