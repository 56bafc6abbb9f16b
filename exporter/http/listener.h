// SPDX-License-Identifier: Apache-2.0
// Opens the port that the server accepts connections on.
#pragma once

#include <cstdint>
#include <list>
#include <string>

#include <boost/asio/ip/tcp.hpp>

namespace fleet::http {

// Binds and listens. `host` is an address or a name, which is looked up; empty: every address of
// the machine, of both families where it has both. Port 0: a free one. The result is empty when it
// worked, else says what is wrong and what to do.
std::string open_listener(boost::asio::ip::tcp::acceptor& acceptor, const std::string& host,
                          std::uint16_t port);

// The sockets that systemd opened for this process ($LISTEN_FDS of sd_listen_fds(3)), which must be
// listening TCP sockets. The result is empty when there was one, else says what to do.
std::string take_systemd_listeners(const boost::asio::any_io_executor& executor,
                                   std::list<boost::asio::ip::tcp::acceptor>& acceptors);

}  // namespace fleet::http
