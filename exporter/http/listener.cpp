// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <boost/asio/ip/v6_only.hpp>

#include "base/text.h"
#include "config/option_values.h"

namespace fleet::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// IPv4 first, as Go's listeners do: who writes localhost mostly means 127.0.0.1.
asio::ip::address look_up(const asio::any_io_executor& executor, const std::string& host,
                          boost::system::error_code& error) {
  tcp::resolver resolver(executor);
  const auto found = resolver.resolve(host, "", error);
  if (error) return {};
  const auto v4 = std::ranges::find_if(
      found, [](const auto& entry) { return entry.endpoint().address().is_v4(); });
  return (v4 != found.end() ? v4 : found.begin())->endpoint().address();
}

}  // namespace

std::string open_listener(tcp::acceptor& acceptor, const std::string& host, std::uint16_t port) {
  const std::string cannot = "cannot listen on " + display(ListenAddress{host, port}) + ": ";
  boost::system::error_code error;
  asio::ip::address address = asio::ip::address_v6::any();
  if (!host.empty()) {
    address = asio::ip::make_address(host, error);
    if (error) address = look_up(acceptor.get_executor(), host, error);
    if (error)
      return cannot + "no address is known for this name (" + error.message() +
             "); give --web.listen-address an address of this machine, such as 127.0.0.1:9121";
  }
  acceptor.open(address.is_v4() ? tcp::v4() : tcp::v6(), error);
  if (error && host.empty()) {  // no IPv6 on this machine
    address = asio::ip::address_v4::any();
    acceptor.open(tcp::v4(), error);
  }
  if (error) return cannot + error.message();
  boost::system::error_code ignored;
  if (host.empty() && address.is_v6()) acceptor.set_option(asio::ip::v6_only(false), ignored);
  acceptor.set_option(tcp::acceptor::reuse_address(true), ignored);
  acceptor.bind(tcp::endpoint(address, port), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  acceptor.close(ignored);
  if (error == asio::error::address_in_use)
    return cannot +
           "the port is in use (see: ss -ltnp); end that program or give another "
           "--web.listen-address";
  if (error == asio::error::access_denied)
    return cannot + "no permission for this port; give --web.listen-address one above 1023";
  if (error == boost::system::errc::address_not_available)
    return cannot + "this machine does not have the address; give --web.listen-address one of its";
  return cannot + error.message();
}

std::string take_systemd_listeners(const asio::any_io_executor& executor,
                                   std::list<tcp::acceptor>& acceptors) {
  constexpr int kFirst = 3;  // of the descriptors that are handed over
  const auto variable = [](const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? std::nullopt : parse_integer(text);
  };
  const auto process = variable("LISTEN_PID");
  const auto count = variable("LISTEN_FDS");
  if (process != ::getpid() || !count || *count < 1 || *count > 64)
    return "--web.systemd-socket: systemd gave no socket; start the .socket unit, or leave the "
           "flag out";
  for (int descriptor = kFirst; descriptor < kFirst + *count; ++descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    int listening = 0;
    socklen_t flag = sizeof listening;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        (address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
        ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &flag) != 0 ||
        listening == 0)
      return "--web.systemd-socket: a socket is no listening TCP socket; write ListenStream= with "
             "a port into the .socket unit, without Accept=yes";
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    acceptors.emplace_back(executor, address.ss_family == AF_INET ? tcp::v4() : tcp::v6(),
                           descriptor);
  }
  return {};
}

}  // namespace fleet::http
