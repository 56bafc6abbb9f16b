// SPDX-License-Identifier: Apache-2.0
// Tells systemd how the program is, by the protocol of sd_notify(3): one datagram for each message
// to the socket that $NOTIFY_SOCKET names. Without the variable nothing is told. It is too little
// to load libsystemd and what that rests on for it.
#pragma once

#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace fleet::service_manager {

// The listener is open, or a reload has ended. The status is one line of `systemctl status`.
void ready(std::string_view status);

// The configuration is being read again; ready() must follow.
void reloading();

// The program has begun to end.
void stopping();

// Says that the loop still runs, twice as often as $WATCHDOG_USEC asks for (WatchdogSec= of the
// unit). Ends at once when nobody asks this process.
boost::asio::awaitable<void> keep_watchdog_calm();

}  // namespace fleet::service_manager
