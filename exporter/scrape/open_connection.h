// SPDX-License-Identifier: Apache-2.0
// A new connection beside scrapes, ready for questions: connected, with TLS where the target has
// it, greeted and authenticated.
#pragma once

#include <memory>

#include "scrape/node_access.h"

namespace fleet {

struct Opened {
  std::unique_ptr<Connection> connection;  // null when connecting failed
  ConnectProgress progress;
  Failure failure;  // of connecting or greeting
};

// Whether a connection that was kept may be used again: it is not too old, its name and the files
// of certificates are the same.
bool may_keep(const Target& target, NodeAccess& access, const Connection& connection);

// Waits for its turn no longer than until the deadline; wrap it in finished_before() to bound the
// rest. What was reached until then is in `opened`. All must outlive the call.
asio::awaitable<void> open_connection(const Target& target, NodeAccess& access,
                                      Clock::time_point deadline, Opened& opened);

}  // namespace fleet
